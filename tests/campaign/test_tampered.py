"""A hundred and twenty tampered result folders: told as wrong, or as what cannot be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from robustev.core.errors import RobustevError
from robustev.experiment.run import run_experiment
from robustev.report.page import write_report
from robustev.verify.finding import Verdict
from robustev.verify.verify import verify
from tests.campaign.tampered import SCRIPT, Tampered, copied, tampered
from tests.campaign.test_malformed import SECONDS, no_hang

SEED = 2024
SAMPLE = 16


def found_wrong(folder: Path) -> bool:
    """Return whether ``verify`` says that a folder is wrong, or refuses to read it."""
    try:
        return any(f.verdict is Verdict.WRONG for f in verify(folder, seconds=20))
    except RobustevError as error:
        return bool(str(error))


def complaint(case: Tampered, folder: Path) -> str | None:
    """Return what is wrong with how a tampered folder is met; None where nothing is."""
    case.change(folder)
    outside = sorted(path.name for path in folder.parent.iterdir())
    if not found_wrong(folder) and case.must_be_found:
        return "believed"
    try:
        page = write_report(folder).read_text(encoding="utf-8")
    except (RobustevError, OSError):
        page = ""
    if SCRIPT in page or re.search(r"<img src=x", page):
        return "script in the report"
    if sorted(path.name for path in folder.parent.iterdir()) != outside:
        return "files outside the folder"
    if (folder.parent / "outside.txt").read_text() != "untouched":
        return "a file outside the folder was changed"
    return None


def faults(sound: Path, count: int, scratch: Path) -> list[str]:
    wrong = []
    for number, case in enumerate(tampered(sound, count, SEED)):
        (scratch / str(number)).mkdir()
        folder = copied(sound, scratch / str(number) / "results")
        try:
            with no_hang(SECONDS):
                told = complaint(case, folder)
        except Exception as error:
            told = f"{type(error).__name__}: {str(error)[:200]}"
        if told is not None:
            wrong.append(f"{number} {case.name}: {told}")
    return wrong


@pytest.fixture
def results(experiment_file: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "sound"
    run_experiment(experiment_file, folder=folder)
    assert not found_wrong(folder)
    return folder


def test_a_sample_of_tampered_folders_is_not_believed(results: Path, tmp_path: Path) -> None:
    assert faults(results, SAMPLE, tmp_path) == []


@pytest.mark.slow
def test_no_tampered_folder_is_believed(results: Path, tmp_path: Path) -> None:
    assert faults(results, 120, tmp_path) == []
