"""What ``robustev hindcast`` prints: a line for each task, then the figures together."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table


def task_line(number: int, total: int, document: dict[str, Any]) -> str:
    """Return the line that tells of a finished task."""
    head = f"[{number}/{total}] {document['vintage']} {document['region']}"
    if "left_out" in document:
        return f"{head}: left out, {document['left_out']}"
    return f"{head}: {document['zones']} zones, {document['cpu_seconds']:.0f} s of processor time"


def print_summary(console: Console, summary: dict[str, Any]) -> None:
    """Print mean figures of every plan, by vintage, and how the robust ones compare."""
    for label, vintage in summary["vintages"].items():
        table = Table(title=f"{label}, {len(vintage['regions'])} regions (means)")
        for column in ("plan", "cost", "regret", "unserved %", "worst zone %", "spend"):
            table.add_column(column, justify="left" if column == "plan" else "right")
        for name, plan in vintage["plans"].items():
            table.add_row(
                name, f"{plan['cost']:.2f}", f"{plan['regret']:.2f}",
                f"{100 * plan['unserved']:.2f}", f"{100 * plan['worst_zone']:.0f}",
                f"{plan['spend']:.3f}",
            )  # fmt: skip
        console.print(table)
