"""What the README shows can be done as it is shown; its Python example runs as a doctest."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from robustev.cli.app import app
from tests import pages

README = pages.README.read_text(encoding="utf-8")


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the README's first experiment."""
    files = pages.write_files(pages.README, tmp_path)
    assert files == ["town/zones.csv", "town/sites.csv", "town/town.yaml"]
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_first_experiment_runs_as_printed(town: Path) -> None:
    for command in ("check", "run"):
        result = CliRunner().invoke(app, [command, "town/town.yaml"])
        assert result.exit_code == 0, result.output
    results = town / "results" / "town"
    assert (results / "report.html").is_file()
    assert (results / "plans" / "robust.csv").read_text().startswith("id,x,y,fast,")


def test_every_command_of_the_table_exists_and_none_is_missing() -> None:
    shown = set(re.findall(r"^\| `robustev (\w+)", README, re.MULTILINE)) | {"version"}
    names = {command.callback.__name__.rstrip("_") for command in app.registered_commands}
    assert shown == names
