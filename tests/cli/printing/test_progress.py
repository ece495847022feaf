"""Live progress at a terminal, log lines elsewhere."""

import io
import logging

import pytest
from rich.console import Console

from robustev.cli.printing.progress import LiveProgress
from robustev.methods.result import TraceRow


def shown(progress: LiveProgress) -> str:
    console = Console(file=io.StringIO(), width=100)
    console.print(progress.render())
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_both_bounds_and_the_gap_of_every_plan_are_shown() -> None:
    progress = LiveProgress(Console(file=io.StringIO()), ["robust", "nominal"])
    progress("robust", TraceRow(1.0, 3, 99.0, 100.0, "outer bound"))
    text = shown(progress)
    assert "100.0000" in text
    assert "99.00000" in text
    assert "1 %" in text
    assert "outer bound" in text
    assert "waiting" in text


def test_an_unknown_bound_is_a_dash_not_a_number() -> None:
    progress = LiveProgress(Console(file=io.StringIO()), ["robust"])
    progress("robust", TraceRow(1.0, 3, None, 100.0, "rounding"))
    assert shown(progress).count("–") == 2


def test_the_clock_of_a_plan_stops_when_the_next_begins() -> None:
    progress = LiveProgress(Console(file=io.StringIO()), ["a", "b"])
    progress("b", TraceRow(0.1, 1, 1.0, 2.0, "x"))
    assert set(progress._ended) == {"a"}


def test_the_clock_of_a_plan_stops_when_it_is_made() -> None:
    progress = LiveProgress(Console(file=io.StringIO()), ["a"])
    progress("a", TraceRow(0.1, 1, 1.0, 2.0, "x"))
    progress.made("a")
    stopped = progress._ended["a"]
    progress.part("fresh scenarios")
    progress.made("a")
    assert progress._ended == {"a": stopped}


def test_without_a_terminal_moves_are_log_lines_and_nothing_is_printed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    console = Console(file=io.StringIO())
    with caplog.at_level(logging.INFO, "robustev"), LiveProgress(console, ["robust"]) as progress:
        progress("robust", TraceRow(1.0, 3, 99.0, 100.0, "outer bound"))
    assert console.file.getvalue() == ""  # type: ignore[attr-defined]
    assert "robust: 1.0 s, lower bound 99.00000, best cost 100.0000, gap 1 %" in caplog.text


def test_at_a_terminal_the_table_is_drawn() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    with LiveProgress(console, ["robust"]) as progress:
        progress("robust", TraceRow(1.0, 3, 99.0, 100.0, "outer bound"))
    assert "last moved by" in console.file.getvalue()  # type: ignore[attr-defined]
