"""Figures as tables: one per case for the terminal, one of all for a Markdown file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.table import Table

from experiments.benchmarks.figures import Figures
from robustev.core.formatting import UNKNOWN, amount, percent

HEADINGS = ("method", "to 1 %", "to 0.1 %", "to 0.01 %", "to goal", "final gap", "peak GB",
            "vs ef", "vs mpi-sppy", "U", "outcome")  # fmt: skip
YARDSTICK = ("E", "to goal / E", "CPU s", "gap of the avoidable", "forecast")
"""Further columns where a case has a yardstick."""
MARKS = ("<!-- measured table -->", "<!-- end of measured table -->")
UNIT = "unit"
NEVER = "∞"


class Report:
    """Tables of figures measured side by side.

    "vs ef" is how many times longer the extensive form took to the case's goal, "vs mpi-sppy" the
    same of plain mpi-sppy at its better of with and without bundles: ``> 3`` where it reached its
    time limit first, ``∞`` where memory ended it. "U" is the time to the goal in units of the case
    ``unit``. Where exact solves of every scenario of the final plan were measured, "E" is their
    time, and the gap is also given relative to the cost less what no plan can avoid.
    """

    def __init__(self, figures: Iterable[Figures]) -> None:
        latest = {(f.case, f.method): f for f in figures}
        self.figures = list(latest.values())
        self.unit = next((f.to_goal for f in self.figures if f.case == UNIT), None)

    @property
    def headings(self) -> Sequence[str]:
        """The headings of the columns."""
        measured = any(f.exact_seconds is not None for f in self.figures)
        return (*HEADINGS, *YARDSTICK) if measured else HEADINGS

    @property
    def cases(self) -> list[str]:
        """Names of the cases, in the order in which they were first run."""
        return list(dict.fromkeys(f.case for f in self.figures))

    def table(self, case: str) -> Table:
        """Return the table of one case."""
        of_case = self._of(case)
        goal = f"goal {100 * of_case[0].goal:g} %, limit {of_case[0].limit:g} s"
        table = Table(title=f"{case} ({goal})", title_justify="left")
        for heading in self.headings:
            table.add_column(
                heading, justify="left" if heading in ("method", "outcome") else "right"
            )
        for figures in of_case:
            table.add_row(*self.cells(figures))
        return table

    def markdown(self) -> str:
        """Return one table of all cases."""
        rows = [("case", *self.headings), ("---",) * (len(self.headings) + 1)]
        rows += [
            (f"{case}, {100 * f.goal:g} %", *self.cells(f))
            for case in self.cases
            for f in self._of(case)
        ]
        return "".join(f"| {' | '.join(row)} |\n" for row in rows)

    def write(self, path: Path) -> None:
        """Write the Markdown table, in a file that has the marks between them."""
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        start, end = MARKS
        between = re.compile(f"(?<={re.escape(start)}\n).*(?={re.escape(end)})", re.DOTALL)
        marked = between.search(text)
        whole = between.sub(lambda _: self.markdown(), text) if marked else self.markdown()
        path.write_text(whole, encoding="utf-8")

    def cells(self, f: Figures) -> Sequence[str]:
        """Return the cells of one run."""
        memory = f"{f.peak_gb:.2f}" if f.ranks == 1 else f"{f.ranks} x {f.peak_gb:.2f}"
        units = f.to_goal / self.unit if self.unit and f.to_goal is not None else None
        built = f", {f.build_seconds:.1f} s of building" if f.build_seconds is not None else ""
        cells = (
            f.method, *(amount(t, digits=3) for t in (*f.seconds_to, f.to_goal)),
            percent(f.gap), memory, self._ratio(f, ("ef",)),
            self._ratio(f, ("stock", "stock-bundles")), amount(units, digits=2),
            f.outcome + built,
        )  # fmt: skip
        return cells if len(self.headings) == len(cells) else (*cells, *self._yardstick(f))

    def _yardstick(self, f: Figures) -> Sequence[str]:
        e, expected = f.exact_seconds, f.forecast_seconds
        ratio = f.to_goal / e if e and f.to_goal is not None else None
        told = UNKNOWN
        if expected is not None and f.forecast_gb is not None:
            told = f"{amount(expected, digits=2)} s, {amount(f.forecast_gb, digits=2)} GB"
        return (
            amount(e, digits=3), amount(ratio, digits=2), amount(f.cpu_seconds, digits=3),
            percent(f.avoidable_gap), told,
        )  # fmt: skip

    def _of(self, case: str) -> list[Figures]:
        return [f for f in self.figures if f.case == case]

    def _ratio(self, f: Figures, peers: tuple[str, ...]) -> str:
        references = [g for g in self._of(f.case) if g.method in peers]
        if not references or f.method in peers or not f.to_goal:
            return UNKNOWN
        reached = [g.to_goal for g in references if g.to_goal is not None]
        if reached:
            return f"{min(reached) / f.to_goal:.1f}"
        timed_out = [g.limit for g in references if "memory" not in g.outcome]
        return f"> {max(timed_out) / f.to_goal:.1f}" if timed_out else NEVER
