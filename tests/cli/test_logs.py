"""The log file holds one JSON object a line, and the terminal is told no more for it."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from typer.testing import CliRunner

from robustev.cli.app import app
from robustev.cli.logs import JsonLines, logging_to


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_run_logs_its_bounds_and_phases_line_by_line(
    experiment_file: Path, tmp_path: Path
) -> None:
    log = tmp_path / "run.log"
    command = ["run", experiment_file, "--output", tmp_path / "out", "--log", log]
    for _ in range(2):
        result = CliRunner().invoke(app, list(map(str, command)))
        assert result.exit_code == 0, result.output
    found = lines(log)
    assert {(line["rank"], line["level"]) for line in found} <= {(0, "info"), (0, "warning")}
    bounds = [line for line in found if line.get("event") == "bound"]
    assert {line["plan"] for line in bounds} == {"robust"}
    assert any(line["lower_bound"] is not None and line["objective"] is not None for line in bounds)
    phases = [line["phase"] for line in found if line.get("event") == "phase"]
    assert phases.count("plan robust") == 2, "a second run adds to the file"
    assert "lower bound" not in result.stderr


def test_a_log_that_cannot_be_written_is_told(experiment_file: Path, tmp_path: Path) -> None:
    command = ["run", str(experiment_file), "--log", str(tmp_path / "no" / "run.log")]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 1
    assert "the log cannot be written" in result.stderr


def test_a_line_has_rank_level_figures_and_traceback() -> None:
    logger = logging.getLogger("robustev.x")
    try:
        raise ZeroDivisionError("no")
    except ZeroDivisionError as error:
        facts = {"event": "bound", "gap": 0.5, "path": Path("a")}
        record = logger.makeRecord(
            logger.name, logging.ERROR, "", 0, "so %d\nsay", (3,),
            (type(error), error, error.__traceback__), extra=facts,
        )  # fmt: skip
    text = JsonLines(7).format(record)
    assert "\n" not in text
    line = json.loads(text)
    assert (line["rank"], line["level"], line["part"], line["message"]) == (
        7, "error", "x", "so 3\nsay",
    )  # fmt: skip
    assert (line["event"], line["gap"], line["path"]) == ("bound", 0.5, "a")
    assert "ZeroDivisionError" in line["traceback"]


@pytest.mark.parametrize(("verbose", "quiet"), [(0, False), (0, True), (1, False)])
def test_levels_are_as_before_afterwards(tmp_path: Path, verbose: int, quiet: bool) -> None:
    logger = logging.getLogger("robustev")
    before = (logger.level, list(logger.handlers))
    with logging_to(verbose, quiet=quiet, notes=False, file=tmp_path / "x.log"):
        logging.getLogger("robustev.some").info("heard")
        logging.getLogger("robustev.some").debug("not heard")
    assert (logger.level, list(logger.handlers)) == before
    assert [line["message"] for line in lines(tmp_path / "x.log")] == ["heard"]
