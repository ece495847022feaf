"""The answer of ``robustev simulate``: whether the promise holds, then case by case."""

from __future__ import annotations

from rich.console import Console

from robustev.cli.printing.tables import plain_table, print_table
from robustev.core.formatting import amount, interval, percent
from robustev.simulate.schema import SimulationDocument
from robustev.simulate.words import sentences, worst

MOST_QUEUES = 8


def print_simulation(console: Console, found: SimulationDocument) -> None:
    """Print what the simulation of one plan says."""
    console.print(f"[bold]{found.plan}[/]")
    for text in sentences(found):
        console.print(text, markup=False, soft_wrap=True)
    table = plain_table(
        ["what was simulated"],
        ["drivers", "mean wait", "late", "gave up", "stations kept", "undecided", "broken"],
    )
    for case in found.cases:
        table.add_row(
            case.title, f"{case.drivers:,}", minutes(case.wait), percent(case.late_share),
            percent(case.left_share), f"{case.kept:,}", f"{case.undecided:,}", f"{case.broken:,}",
        )  # fmt: skip
    print_table(console, table)
    limit = "mean wait" if found.share is None else "late"
    table = plain_table(
        ["longest waits", "kind", "scenario", "promise"],
        ["chargers", "busy", limit, "between", "by formula"],
    )
    for one in worst(found.cases[0], MOST_QUEUES):
        form = minutes if found.share is None else percent
        table.add_row(
            one.site, one.kind, one.scenario, one.verdict, f"{one.chargers:,}",
            percent(one.utilisation), form(one.value),
            interval(one.low, one.high, "amount" if found.share is None else "percent"),
            form(one.formula),
        )  # fmt: skip
    print_table(console, table)


def minutes(value: float | None) -> str:
    """Return a wait.

    >>> minutes(4.567)
    '4.57 min'
    """
    return "-" if value is None else f"{amount(value, digits=3)} min"
