"""``robustev report`` makes the page of a result folder, or says why it cannot."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from robustev.cli.app import app


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def folder(experiment_file: Path, tmp_path: Path) -> Path:
    result = invoke("run", experiment_file, "--output", tmp_path / "out", "--quiet")
    assert result.exit_code == 0, result.output
    return tmp_path / "out"


def test_the_report_is_made_again_where_it_was(folder: Path) -> None:
    (folder / "report.html").unlink()
    result = invoke("report", folder)
    assert result.exit_code == 0, result.output
    assert "report.html" in result.stdout
    assert (folder / "report.html").read_text().startswith("<!doctype html>")


def test_the_report_goes_where_it_is_wanted(folder: Path, tmp_path: Path) -> None:
    assert invoke("report", folder, "--output", tmp_path / "for-the-council.html").exit_code == 0
    assert (tmp_path / "for-the-council.html").stat().st_size > 1e5


def test_another_folder_is_refused_as_bad_input(tmp_path: Path) -> None:
    result = invoke("report", tmp_path)
    assert result.exit_code == 2
    assert "is not a result folder: it has no manifest.json" in " ".join(result.stderr.split())


def test_a_place_that_cannot_be_written_is_an_error_in_words(folder: Path, tmp_path: Path) -> None:
    result = invoke("report", folder, "--output", tmp_path / "nowhere" / "report.html")
    assert result.exit_code == 1
    assert "No such file or directory" in result.stderr


def test_a_report_that_cannot_be_written_is_told_by_the_exit_code(
    experiment_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(folder: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("robustev.report.page.write_report", full)
    result = invoke("run", experiment_file, "--output", tmp_path / "out")
    assert result.exit_code == 1
    assert "There is no report" in " ".join(result.output.split())
    assert (tmp_path / "out" / "plans" / "robust.json").exists()
    assert not (tmp_path / "out" / "report.html").exists()


def test_a_report_is_not_written_through_a_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    (folder / "report.html").unlink()
    (folder / "report.html").symlink_to(tmp_path / "thesis.tex")
    assert invoke("report", folder).exit_code == 0
    assert (tmp_path / "thesis.tex").read_text() == "years of work"
