"""Files and folders appear whole or not at all, and one run writes at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from robustev.core.archive import whole_file
from robustev.results.disk import OutputError, check_target, locked, replacing


def write_one(target: Path, text: str, *, keep: bool = False) -> Path:
    with replacing(target, keep=keep) as staging:
        (staging.path / "manifest.json").write_text(text)
    return staging.final


def test_a_new_folder_has_its_contents_and_leaves_nothing_beside(tmp_path: Path) -> None:
    write_one(tmp_path / "results" / "x", "1")
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["x"]
    assert (tmp_path / "results" / "x" / "manifest.json").read_text() == "1"


def test_an_existing_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    target = tmp_path / "x"
    write_one(target, "1")
    (target / "stale.csv").write_text("old")
    write_one(target, "2")
    assert [path.name for path in target.iterdir()] == ["manifest.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_failure_while_writing_leaves_the_old_results_untouched(tmp_path: Path) -> None:
    target = tmp_path / "x"
    write_one(target, "1")
    with pytest.raises(RuntimeError), replacing(target) as staging:  # noqa: PT012
        (staging.path / "manifest.json").write_text("2")
        raise RuntimeError
    assert (target / "manifest.json").read_text() == "1"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_keep_numbers_the_new_folder(tmp_path: Path) -> None:
    write_one(tmp_path / "x", "1")
    assert write_one(tmp_path / "x", "2", keep=True).name == "x-2"
    assert write_one(tmp_path / "x", "3", keep=True).name == "x-3"
    assert (tmp_path / "x" / "manifest.json").read_text() == "1"


def test_a_folder_that_holds_something_else_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(OutputError, match="something else than results"):
        write_one(tmp_path, "1")
    with pytest.raises(OutputError, match="is a file"):
        write_one(tmp_path / "thesis.tex", "1")
    assert (tmp_path / "thesis.tex").read_text() == "years of work"


def test_a_request_to_stop_waits_until_the_folder_is_whole(tmp_path: Path) -> None:
    def interrupted() -> None:
        with replacing(tmp_path / "x") as staging:
            os.kill(os.getpid(), signal.SIGINT)
            (staging.path / "manifest.json").write_text("1")

    # Whoever starts tests in the background has them ignore the keyboard.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            interrupted()
    finally:
        signal.signal(signal.SIGINT, before)
    assert (tmp_path / "x" / "manifest.json").read_text() == "1"


def test_a_disk_that_is_full_leaves_the_old_results(tmp_path: Path) -> None:
    write_one(tmp_path / "x", "1")
    with pytest.raises(OutputError, match="No space left"), replacing(tmp_path / "x"):
        raise OSError(28, "No space left on device")
    assert (tmp_path / "x" / "manifest.json").read_text() == "1"


def test_a_file_is_replaced_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")
    with pytest.raises(OSError, match="full"), whole_file(path) as partial:  # noqa: PT012
        partial.write_text("half")
        raise OSError("full")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_replaced_and_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    path = tmp_path / "report.html"
    path.symlink_to(tmp_path / "thesis.tex")
    with whole_file(path) as partial:
        partial.write_text("new")
    assert (tmp_path / "thesis.tex").read_text() == "years of work"
    assert path.read_text() == "new"
    assert not path.is_symlink()


@pytest.mark.parametrize("name", ["x" * 250, "x" * 300])
def test_a_name_that_is_too_long_is_refused_at_once(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match="too long"):
        check_target(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot"):
        check_target(tmp_path / "file" / "results")


def test_a_second_run_on_one_folder_is_told_who_writes_there(tmp_path: Path) -> None:
    with locked(tmp_path / "x"), pytest.raises(OutputError, match=f"process {os.getpid()} on"):
        check_target(tmp_path / "x")
    check_target(tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_the_lock_of_a_run_that_was_killed_is_free(tmp_path: Path) -> None:
    code = (
        "import os, pathlib, sys\n"
        "from robustev.results.disk import locked\n"
        "with locked(pathlib.Path(sys.argv[1])): os.kill(os.getpid(), 9)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "x")]
    done = subprocess.run(
        command, check=False, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    )
    assert done.returncode == -signal.SIGKILL
    assert (tmp_path / ".x.lock").exists()
    check_target(tmp_path / "x")


def test_what_a_killed_run_left_beside_the_folder_is_put_right(tmp_path: Path) -> None:
    """Killed while it wrote, and killed between taking the old folder away and putting the new."""
    target = tmp_path / "x"
    write_one(target, "1")
    (tmp_path / ".x.new-abc").mkdir()
    with locked(target):
        assert not (tmp_path / ".x.new-abc").exists()
    target.rename(tmp_path / ".x.old-abc")
    (tmp_path / ".x.new-abc").mkdir()
    with locked(target):
        assert (target / "manifest.json").read_text() == "1"
    (tmp_path / ".x.old-def").mkdir()
    (tmp_path / ".xy.new-abc").mkdir()
    with locked(target):
        assert (target / "manifest.json").read_text() == "1"
    assert {path.name for path in tmp_path.iterdir()} == {"x", ".xy.new-abc"}
