"""Whether a result folder agrees with itself: documents, tables and maps that say the same."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from robustev.config.experiment import Experiment
from robustev.data.plan import Plan
from robustev.methods.result import Status
from robustev.model.instance import Instance
from robustev.results.folder import ResultFolder, StoredPlan
from robustev.results.manifest import config_hash
from robustev.results.schema import PlanDocument
from robustev.verify.finding import TOLERANCE, Finding, Verdict, close

GAP_ROUNDING = 1e-9
"""Difference of gaps that is rounding."""
PLACE_ROUNDING = 1e-9
"""Relative difference of coordinates that is rounding."""
SETTLED = (Status.OPTIMAL, Status.GAP_REACHED)
"""How a solve ends that reached its aim."""


def folder_findings(stored: ResultFolder) -> list[Finding]:
    """Return what is damaged, missing, or at odds with the manifest."""
    everything = stored.name
    unknown = _unknown_measures(stored)
    unread = [str(fault) for fault in stored.faults]
    wrong = [text for text in unread if not any(repr(key) in text for key in unknown)]
    damaged = {fault.file for fault in stored.faults}
    needed = (stored.layout.config, stored.layout.scenarios, stored.layout.drivers)
    wrong += [f"{path} is missing" for path in needed if not path.is_file()]
    wrong += _missing_plans(stored, damaged)
    if stored.experiment is not None:
        wrong += _manifest_faults(stored, stored.experiment)
    wrong += [*_comparison_faults(stored), *_evaluation_faults(stored)]
    trusted = [
        f"everything: its risk measure {key!r} is written outside the package; give its file with "
        "--with"
        for key in unknown
    ]
    return [
        *(Finding(everything, Verdict.WRONG, text) for text in wrong),
        *(Finding(everything, Verdict.TRUSTED, text) for text in trusted),
    ]


def _unknown_measures(stored: ResultFolder) -> list[str]:
    """Return risk measures from outside that keep the experiment from being read."""
    if stored.experiment is not None:
        return []
    parts = [part for plan in stored.plans.values() for part in plan.document.outside]
    return list(dict.fromkeys(part.key for part in parts if part.kind == "measure"))


def _missing_plans(stored: ResultFolder, damaged: set[str | None]) -> list[str]:
    listed = stored.manifest.plans
    if listed is None:
        listed = () if stored.experiment is None else tuple(stored.experiment.plans)
    paths = [stored.layout.plan(name) for name in listed if name not in stored.plans]
    found = [f"{path} is missing" for path in paths if str(path) not in damaged]
    for name, plan in stored.plans.items():
        table = stored.layout.plan_table(name)
        if plan.document.has_plan and plan.table is None and str(table) not in damaged:
            found.append(f"{table} is missing")
        map_file = stored.layout.plan_map(name)
        geographic = stored.region is not None and stored.region.geographic
        lost = plan.features is None and str(map_file) not in damaged
        if plan.document.has_plan and geographic and lost:
            found.append(f"{map_file} is missing")
    return found


def _manifest_faults(stored: ResultFolder, experiment: Experiment) -> Iterator[str]:
    about, path = stored.manifest, stored.layout.manifest
    for field, found, expected in (
        ("experiment", about.experiment, experiment.name),
        ("seed", about.seed, experiment.seed),
        ("config_hash", about.config_hash, config_hash(experiment)),
    ):
        if found != expected:
            config = stored.layout.config.name
            yield f"{path}: {field} is {found!r}, but {config} makes {expected!r}"


def _comparison_faults(stored: ResultFolder) -> Iterator[str]:
    """Yield plans of which the comparison says something else than their own document."""
    for facts in stored.comparison.plans if stored.comparison is not None else ():
        plan = stored.plans.get(facts.plan)
        if plan is None:
            yield f"{stored.layout.comparison}: there is no plan {facts.plan!r}"
            continue
        for field in ("objective", "lower_bound", "gap"):
            one, other = getattr(facts, field), getattr(plan.document, field)
            if (one is None) != (other is None) or (one is not None and not close(one, other)):
                yield (
                    f"{stored.layout.comparison}: {field} of {facts.plan} is {one!r}, but its own "
                    f"document says {other!r}"
                )


def _evaluation_faults(stored: ResultFolder) -> Iterator[str]:
    """Yield figures of the comparison that are not those of the table of evaluations."""
    table = stored.evaluation
    if stored.comparison is None or table is None:
        return
    for trial in stored.comparison.trials:
        for one in trial.plans:
            rows = table[(table["trial"] == trial.name) & (table["plan"] == one.plan)]
            if len(rows) != trial.num_scenarios:
                yield (
                    f"{stored.layout.evaluation}: {len(rows)} rows of {one.plan} in the trial "
                    f"{trial.name!r}, expected {trial.num_scenarios}"
                )
            elif one.mean.value is not None:
                mean = float(rows["probability"].to_numpy() @ rows["cost"].to_numpy())
                if not close(mean, one.mean.value):
                    yield (
                        f"{stored.layout.comparison}: the mean cost of {one.plan} in the trial "
                        f"{trial.name!r} is {one.mean.value!r}, but the evaluation makes {mean!r}"
                    )


def plan_findings(stored: ResultFolder, name: str, experiment: Experiment) -> list[Finding]:
    """Return where a plan's document contradicts itself."""
    document = stored.plans[name].document
    wrong = list(_contradictions(document, name))
    spec = experiment.plans.get(name)
    if document.status is Status.GAP_REACHED and document.gap is not None and spec is not None:
        asked = spec.solve.gap
        if document.gap > asked + GAP_ROUNDING:
            wrong.append(f"it says 'gap_reached', but its gap {document.gap!r} is above {asked!r}")
    return [Finding(name, Verdict.WRONG, text) for text in wrong]


def _contradictions(document: PlanDocument, name: str) -> Iterator[str]:
    bound, objective, gap = document.lower_bound, document.objective, document.gap
    if document.plan != name:
        yield f"its document is about {document.plan!r}"
    if not document.has_plan:
        if document.status in SETTLED:
            yield f"its status is {str(document.status)!r}, but there is no plan"
        if objective is not None:
            yield f"it has an objective {objective!r}, but there is no plan"
        return
    if document.status is Status.INFEASIBLE:
        yield "its status is 'infeasible', but there is a plan"
    if document.status is not None and objective is None:
        yield "it has no objective"
    if document.status in SETTLED and bound is None:
        yield f"its status is {str(document.status)!r}, but it has no lower bound"
    expected = None if objective is None or bound is None else _gap(objective, bound)
    if gap is None or expected is None:
        agree = gap is None and expected is None
    else:
        agree = abs(gap - expected) <= GAP_ROUNDING
    if not agree:
        yield f"its gap is {gap!r}, but objective and lower bound make {expected!r}"


def _gap(objective: float, bound: float) -> float | None:
    difference = objective - bound
    if objective == 0.0:
        return 0.0 if difference <= 0 else None
    found = difference / abs(objective)
    return found if math.isfinite(found) else None


def table_findings(stored: StoredPlan, plan: Plan, instance: Instance) -> list[Finding]:
    """Return where the table and the map of a plan, which people build from, are not the plan."""
    wrong: list[str] = []
    if stored.table is not None:
        wrong += _station_faults("table (.csv)", _rows_of_table(stored.table), plan, instance)
        wrong += _capacity_faults(stored.table, plan, instance)
    if stored.features is not None:
        wrong += _station_faults("map (.geojson)", _rows_of_map(stored.features), plan, instance)
    if wrong:
        return [Finding(plan.name, Verdict.WRONG, text) for text in wrong]
    names = [what for what, part in (("table", stored.table), ("map", stored.features)) if
             part is not None]  # fmt: skip
    if not names:
        return []
    text = f"its {' and its '.join(names)} show{'s' if len(names) == 1 else ''} this very plan"
    return [Finding(plan.name, Verdict.PROVED, text)]


def _rows_of_table(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


def _rows_of_map(features: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for one in features["features"]:
        place = one["geometry"].get("coordinates")
        known = isinstance(place, list) and len(place) == 2
        x, y = place if known else (None, None)
        rows.append({**one["properties"], "x": x, "y": y})
    return rows


def _station_faults(
    what: str, rows: list[dict[str, Any]], plan: Plan, instance: Instance
) -> Iterator[str]:
    """Yield stations, places and charger counts that differ from the plan's."""
    region = instance.region
    site = {name: i for i, name in enumerate(region.sites.ids)}
    listed = [str(row.get("id")) for row in rows]
    for name in sorted({name for name in listed if listed.count(name) > 1}):
        yield f"its {what} lists {name} more than once"
    for name in sorted(set(listed) - {region.sites.ids[i] for i in np.flatnonzero(plan.open)}):
        yield f"its {what} has a station at {name}, the plan has none"
    for name in (region.sites.ids[i] for i in np.flatnonzero(plan.open)):
        if name not in listed:
            yield f"its {what} has no station at {name}, the plan has one"
    for row, name in zip(rows, listed, strict=True):
        if name not in site:
            continue
        i = site[name]
        for r, kind in enumerate(region.kinds):
            if not _equal(row.get(kind.name), float(plan.chargers[i, r]), 0.0):
                found, expected = row.get(kind.name), plan.chargers[i, r]
                yield f"its {what} has {found} {kind.name} at {name}, the plan has {expected}"
        x, y = region.sites.x, region.sites.y
        if x is not None and y is not None:
            there = _equal(row.get("x"), x[i], PLACE_ROUNDING)
            if not (there and _equal(row.get("y"), y[i], PLACE_ROUNDING)):
                yield f"its {what} places {name} elsewhere than the data"


def _capacity_faults(table: pd.DataFrame, plan: Plan, instance: Instance) -> Iterator[str]:
    capacity, types = instance.capacity(plan), instance.region.types
    site = {name: i for i, name in enumerate(instance.region.sites.ids)}
    for k, kind in enumerate(types):
        column = f"capacity_{kind}" if len(types) > 1 else "capacity"
        if column not in table:
            continue
        for name, found in zip(table["id"], table[column], strict=True):
            expected = capacity[site[name], k] if name in site else math.nan
            if name in site and np.isfinite(expected) and not _equal(found, expected, TOLERANCE):
                yield f"its table has {column} {found:g} at {name}, the plan has {expected:g}"


def _equal(found: object, expected: float, rounding: float) -> bool:
    if isinstance(found, bool) or not isinstance(found, int | float):
        return False
    return abs(found - expected) <= rounding * max(1.0, abs(expected))
