"""Live progress: both bounds and the gap of every plan, while it is being made."""

from __future__ import annotations

import logging
import time
from types import TracebackType
from typing import Self

from rich.console import Console, RenderableType
from rich.live import Live
from rich.table import Table

from robustev.core.formatting import duration, percent, precise
from robustev.methods.result import TraceRow, relative_gap
from robustev.parallel import interrupt

logger = logging.getLogger(__name__)


class LiveProgress:
    """A table that follows the bounds of each plan; at no terminal only the log is written."""

    def __init__(self, console: Console, plans: list[str]) -> None:
        self._plans = plans
        self._rows: dict[str, TraceRow] = {}
        self._started: dict[str, float] = {}
        self._ended: dict[str, float] = {}
        self._live: Live | None = None
        self._part: str | None = None
        self._begin(plans[0])
        if console.is_terminal and not console.quiet:
            self._live = Live(
                console=console, refresh_per_second=4, transient=True, get_renderable=self.render
            )

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def __call__(self, plan: str, row: TraceRow) -> None:
        """Note where the bounds of a plan stand."""
        self._begin(plan)
        self._rows[plan] = row
        gap = relative_gap(row.upper_bound, row.lower_bound)
        logger.info(
            "%s: %.1f s, lower bound %s, best cost %s, gap %s (%s)",
            plan, row.seconds, precise(row.lower_bound), precise(row.upper_bound), percent(gap),
            row.source,
            extra={"event": "bound", "plan": plan, "seconds": round(row.seconds, 3),
                   "lower_bound": row.lower_bound, "objective": row.upper_bound, "gap": gap,
                   "source": row.source},
        )  # fmt: skip

    def made(self, plan: str) -> None:
        """Note that a plan is made; its clock stops."""
        self._begin(plan)
        self._ended.setdefault(plan, time.perf_counter())

    def part(self, name: str) -> None:
        """Note which part of the comparison begins."""
        self._part = name
        logger.info("comparing: %s", name, extra={"event": "part"})

    def _begin(self, plan: str) -> None:
        if plan in self._started:
            return
        now = time.perf_counter()
        for other in self._started:
            self._ended.setdefault(other, now)
        self._started[plan] = now

    def render(self) -> RenderableType:
        """Return the table as it stands now."""
        table = Table(box=None, pad_edge=False, header_style="dim")
        table.add_column("plan")
        for heading in ("best cost", "lower bound", "gap", "time"):
            table.add_column(heading, justify="right")
        table.add_column("last moved by")
        for plan in self._plans:
            table.add_row(*self._cells(plan), style=None if plan in self._started else "dim")
        if self._part is not None:
            table.caption = f"Comparing: {self._part}"
        if interrupt.requested():
            table.caption = "Stopping; the best plan is kept."
        return table

    def _cells(self, plan: str) -> list[str]:
        if plan not in self._started:
            return [plan, "", "", "", "waiting", ""]
        seconds = self._ended.get(plan, time.perf_counter()) - self._started[plan]
        row = self._rows.get(plan)
        if row is None:
            return [plan, "–", "–", "–", duration(seconds), "starting"]
        gap = relative_gap(row.upper_bound, row.lower_bound)
        return [
            plan, precise(row.upper_bound), precise(row.lower_bound), percent(gap),
            duration(seconds), row.source,
        ]  # fmt: skip
