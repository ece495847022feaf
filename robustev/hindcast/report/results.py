"""What a hindcast found, as the sections of its report want it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from robustev.core.formatting import percent
from robustev.hindcast.config import HindcastConfig
from robustev.hindcast.folder import done, plan_table

FORECASTS = {
    "last": "the last census",
    "trend": "the trend",
    "half_trend": "half the trend",
    "official": "the official estimate",
}
"""Point forecasts in words."""
ONE_FORECAST = ("baseline", "margin", "equal_spend")
"""Kinds of plans that are made from one forecast."""


@dataclass(frozen=True, eq=False)
class Rival:
    """A robust plan against a plan made from one forecast, over the regions of a vintage.

    Differences are in per cent of the cost of the plan made with hindsight, negative where the
    robust plan is cheaper.
    """

    plan: str
    name: str
    words: str
    kind: str
    mean: float
    low: float | None
    high: float | None
    p_value: float | None
    clear: bool
    by_region: dict[str, float]

    @property
    def regions(self) -> int:
        """Number of regions in which both plans were made."""
        return len(self.by_region)


@dataclass(frozen=True, eq=False)
class VintageResults:
    """One year of decision and of judgement.

    Parameters
    ----------
    documents
        Of the regions that were tested.
    """

    label: str
    decision: int
    judged: int
    main: bool
    summary: dict[str, Any]
    documents: Sequence[dict[str, Any]]
    rivals: Sequence[Rival]

    @property
    def words(self) -> str:
        """The vintage as a reader says it."""
        return f"decided in {self.decision}, judged in {self.judged}"

    @property
    def years(self) -> str:
        """The vintage in short."""
        return f"{self.decision} to {self.judged}"

    def against(self, plan: str) -> list[Rival]:
        """Return the rivals of a robust plan."""
        return [rival for rival in self.rivals if rival.plan == plan]


@dataclass(frozen=True, eq=False)
class HindcastResults:
    """A whole hindcast."""

    config: HindcastConfig
    documents: Sequence[dict[str, Any]]
    summary: dict[str, Any]

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row for each region, vintage and plan."""
        return plan_table(self.documents)

    @property
    def robust(self) -> str:
        """The robust plan that the answer is about: the first of the file."""
        return next(iter(self.config.robust))

    @cached_property
    def vintages(self) -> list[VintageResults]:
        """Vintages with results, those of the main test first."""
        found = []
        for vintage in self.config.vintages:
            summary = self.summary["vintages"].get(vintage.label)
            if summary is None:
                continue
            mine = [d for d in done(self.documents) if d["vintage"] == vintage.label]
            found.append(VintageResults(
                vintage.label, vintage.decision, vintage.judged, vintage.role == "main", summary,
                mine, _rivals(summary, self.names),
            ))  # fmt: skip
        return sorted(found, key=lambda one: not one.main)

    @cached_property
    def names(self) -> dict[str, str]:
        """What every plan is called in words."""
        rows = self.table.drop_duplicates("plan")
        return {str(row["plan"]): plan_words(row) for row in rows.to_dict("records")}


def plan_words(row: dict[Any, Any]) -> str:
    """Return what a plan is called, from its row in the table of plans.

    >>> plan_words({"plan": "last+10%", "kind": "margin", "forecast": "last", "margin": 0.1})
    'the last census + 10 %'
    """
    if row["kind"] not in ONE_FORECAST:
        return "the plan made with hindsight" if row["kind"] == "hindsight" else str(row["plan"])
    words = FORECASTS[str(row["forecast"])]
    match row["kind"]:
        case "margin":
            sign = "+" if row["margin"] >= 0 else "\N{MINUS SIGN}"
            return f"{words} {sign} {percent(abs(float(row['margin'])))}"
        case "equal_spend":
            return f"{words} at equal spend"
    return words


def _rivals(summary: dict[str, Any], names: dict[str, str]) -> list[Rival]:
    kinds = {name: plan["kind"] for name, plan in summary["plans"].items()}
    return [
        Rival(pair["plan"], pair["rival"], names[pair["rival"]], kinds[pair["rival"]],
              pair["mean"], pair["low"], pair["high"], pair["p_value"], pair["clear"],
              pair["by_region"])
        for pair in summary["pairs"] if pair["by"] == "cost"
    ]  # fmt: skip
