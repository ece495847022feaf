"""An archive comes back as it was written, or is refused."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from robustev.core.archive import read_archive, write_archive
from robustev.core.errors import InputError

ARRAYS = {"a": np.arange(6.0).reshape(2, 3), "b": np.array([True, False])}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_archive(tmp_path / "x.npz", {"of": "a test"}, ARRAYS)
    return tmp_path / "x.npz"


def test_words_and_arrays_come_back(path: Path) -> None:
    about, arrays = read_archive(path)
    assert about["of"] == "a test"
    assert set(arrays) == {"a", "b"}
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.dtype
        assert np.array_equal(arrays[name], array)


def test_half_a_file_is_refused(path: Path) -> None:
    content = path.read_bytes()
    for length in range(0, len(content), 37):
        path.write_bytes(content[:length])
        with pytest.raises(InputError, match=r"x\.npz"):
            read_archive(path)


def test_another_content_under_the_same_words_is_refused(path: Path) -> None:
    with np.load(path) as file:
        stored = {name: file[name] for name in file.files}
    stored["a"] = stored["a"] + 1.0
    np.savez(path.open("wb"), **stored)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="checksums"):
        read_archive(path)


def test_a_pickle_is_refused(path: Path) -> None:
    buffer = io.BytesIO()
    np.savez(buffer, about=np.array([{"version": 1}], dtype=object))
    path.write_bytes(buffer.getvalue())
    with pytest.raises(InputError, match="cannot be read"):
        read_archive(path)


def test_a_later_version_is_refused(path: Path) -> None:
    write_archive(path, {"version": 99}, ARRAYS)
    with pytest.raises(InputError, match="version 99"):
        read_archive(path)


def test_what_cannot_be_written_leaves_the_old_file(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(ValueError, match="JSON"):
        write_archive(path, {"bad": float("nan")}, ARRAYS)
    assert path.read_bytes() == before
    assert [found.name for found in path.parent.iterdir()] == ["x.npz"]
