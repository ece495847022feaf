"""Arrays and a few words about them in one file, written whole and checked when it is read.

The file is an ``.npz``: the arrays, and ``about``, a JSON text that holds the version of the format
and a checksum of every array. Nothing in it is ever executed: there is no pickle.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from robustev.core.errors import Fault, InputError

VERSION = 1
"""Version of the format; a file of a higher one is refused."""
ABOUT = "about"
DAMAGE = (OSError, ValueError, LookupError, TypeError, EOFError, MemoryError, ArithmeticError,
          NotImplementedError, RecursionError, zipfile.BadZipFile, zlib.error)  # fmt: skip
"""What numpy and json raise on a file that is not what it should be."""


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a path to write to, and put the file in the place of ``path`` once it is complete.

    A symbolic link at ``path`` is replaced, never followed. If the block fails, what stood there
    stays.
    """
    partial = path.with_name(f"{path.name}.part")
    try:
        partial.unlink(missing_ok=True)
        yield partial
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def write_archive(
    path: Path, about: Mapping[str, object], arrays: Mapping[str, NDArray[Any]]
) -> None:
    """Write arrays and what is to be said about them, in JSON's own types.

    Raises
    ------
    OSError
        If the file cannot be written; what stood there stays.
    """
    sums = {name: _checksum(array) for name, array in arrays.items()}
    text = json.dumps({"version": VERSION, "checksums": sums, **about}, allow_nan=False)
    words = np.frombuffer(text.encode(), dtype=np.uint8)
    with whole_file(path) as partial, partial.open("wb") as file:
        np.savez_compressed(file, **{ABOUT: words}, **arrays)  # type: ignore[arg-type]


def read_archive(path: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return what :func:`write_archive` wrote: the words, and the arrays by name.

    Raises
    ------
    InputError
        If the file is damaged, or of a later version; names it.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        about = json.loads(arrays.pop(ABOUT).tobytes().decode())
        sums = dict(about["checksums"])
        version = int(about["version"])
    except DAMAGE as error:
        raise _refused(path, f"cannot be read: {error}") from None
    if version > VERSION:
        raise _refused(path, f"is of version {version}; this program knows {VERSION}")
    if sums != {name: _checksum(array) for name, array in arrays.items()}:
        raise _refused(path, "is damaged: its checksums are not those of its content")
    return about, arrays


def _checksum(array: NDArray[Any]) -> str:
    found = hashlib.sha256(f"{array.dtype.str} {array.shape} ".encode())
    found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()


def _refused(path: Path, why: str) -> InputError:
    return InputError([Fault(why, str(path), expected="a file that robustev has written")])
