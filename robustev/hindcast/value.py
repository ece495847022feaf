"""What each part of the model is worth: plans made without it, judged on what really came.

One thing is changed at a time: an uncertainty left out, zones merged, fewer or more scenarios, a
tighter or ampler budget. The first robust plan of the file is made anew for each; with a changed
budget the plans from one forecast and the one with hindsight are too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from robustev.hindcast.config import HindcastConfig, Vintage
from robustev.hindcast.panel import PanelRegion
from robustev.hindcast.task import run_task
from robustev.parallel.processes import completed

WHOLE = "as it is"
"""The variant in which nothing is changed."""
UNCERTAINTIES: Mapping[str, Mapping[str, Any]] = {
    "without migration": {"migration": False},
    "without spatial correlation": {"errors": "independent"},
    "without trend uncertainty": {"trend_uncertainty": False},
}
"""What is left out of the scenarios, by name."""
AGGREGATION = (0.5, 0.25, 0.125)
"""Demand points that plans are made with, as a share of zones."""
SCENARIOS = (5, 20, 50)
BUDGETS = (0.8, 1.0, 1.1, 1.4, 1.7)
"""Most capacity that may be paid for, relative to demand at the decision."""
LEAST_CLUSTERS = 4


@dataclass(frozen=True)
class Variant:
    """A change of one thing: which ``axis`` it belongs to, its name, the settings it changes."""

    axis: str
    name: str
    config: HindcastConfig


@dataclass(frozen=True, eq=False)
class VariantTask:
    """One region and vintage under one variant."""

    variant: Variant
    region: PanelRegion
    vintage: Vintage


def variants(config: HindcastConfig, zones: int) -> Iterator[Variant]:
    """Yield the variants for a region of so many zones; the unchanged one comes first."""
    first = next(iter(config.robust))
    base = config.model_copy(update={
        "robust": {first: config.robust[first]}, "equal_spend": (),
        "forecast": config.forecast.model_copy(update={"members": 10}),
    })  # fmt: skip
    alone = base.model_copy(update={"baselines": ()})
    yield Variant("model", WHOLE, base)
    for name, change in UNCERTAINTIES.items():
        forecast = alone.forecast.model_copy(update=dict(change))
        yield Variant("model", name, alone.model_copy(update={"forecast": forecast}))
    for share in AGGREGATION:
        count = max(LEAST_CLUSTERS, round(share * zones))
        if count < zones:
            planning = alone.planning.model_copy(update={"clusters": count})
            changed = alone.model_copy(update={"planning": planning})
            yield Variant("aggregation", f"{100 * share:g} % of zones", changed)
    for number in SCENARIOS:
        if number != config.scenarios:
            changed = alone.model_copy(update={"scenarios": number})
            yield Variant("scenarios", str(number), changed)
    for budget in BUDGETS:
        if budget != config.planning.budget:
            planning = base.planning.model_copy(update={"budget": budget})
            changed = base.model_copy(update={"planning": planning})
            yield Variant("budget", f"{budget:g}", changed)


def run_variants(
    config: HindcastConfig, regions: Sequence[PanelRegion], *, workers: int | None = None,
    told: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return a row for each main vintage, variant, region and plan, with what it cost.

    Regions that the test leaves out are passed over.
    """
    tasks = [
        VariantTask(variant, region, vintage)
        for vintage in config.vintages if vintage.role == "main"
        for region in regions for variant in variants(config, len(region.ids))
    ]  # fmt: skip
    found: dict[int, list[dict[str, Any]]] = {}
    for number, (position, rows) in enumerate(completed(_rows, tasks, workers=workers)):
        found[position] = rows
        if told is not None:
            told(number + 1, len(tasks))
    return pd.DataFrame([row for position in sorted(found) for row in found[position]])


def _rows(task: VariantTask) -> list[dict[str, Any]]:
    document = run_task(task.variant.config, task.region, task.vintage)
    return [
        {"vintage": task.vintage.label, "axis": task.variant.axis, "variant": task.variant.name,
         "region": task.region.name,
         **{key: row[key] for key in ("plan", "kind", "forecast", "margin", "cost", "unserved",
                                      "regret", "spend", "gap", "seconds")}}
        for row in document.get("plans", [])
    ]  # fmt: skip


def value_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return mean figures over regions for each vintage, variant and plan.

    ``over_hindsight`` is the cost beyond that of the plan made with hindsight with every zone and
    within the same budget, in per cent of it; ``change`` is the cost beyond that of the same plan
    with nothing changed, in per cent of the hindsight plan's. Its standard error over regions
    stands beside it.
    """
    keys = ["vintage", "region", "plan"]
    whole = rows[rows["variant"] == WHOLE].set_index(keys)["cost"]
    best = whole.xs("hindsight", level="plan").rename("best").reset_index()
    within = rows[rows["plan"] == "hindsight"]
    within = within[["vintage", "axis", "variant", "region", "cost"]].rename(
        columns={"cost": "within"}
    )
    table = rows[rows["plan"] != "hindsight"].merge(best, on=["vintage", "region"])
    table = table.merge(within, on=["vintage", "axis", "variant", "region"])
    reference = table["within"].where(table["axis"] == "budget", table["best"])
    table["over_hindsight"] = 100 * (table["cost"] - reference) / reference
    before = whole.reindex(pd.MultiIndex.from_frame(table[keys])).to_numpy()
    table["change"] = 100 * (table["cost"] - before) / table["best"]
    grouped = table.groupby(["vintage", "axis", "variant", "plan"], sort=False)
    figures = grouped[["cost", "unserved", "spend", "over_hindsight", "change", "gap"]].mean()
    figures["change_error"] = grouped["change"].sem()
    figures["regions"] = grouped["region"].nunique()
    return figures.reset_index()
