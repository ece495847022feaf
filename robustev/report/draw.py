"""The report's figures of objects in memory: a plan, a solve, evaluations, scenarios.

For a result folder see :mod:`robustev.report.figures`, which these functions call.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import plotly.graph_objects as go

from robustev.core.units import Units
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.evaluate import Evaluation
from robustev.evaluate.frames import evaluation_frame
from robustev.methods.result import SolveResult
from robustev.report.figures.convergence import convergence_figure
from robustev.report.figures.costs import cost_figure
from robustev.report.figures.maps import plan_map
from robustev.report.figures.scenarios import fan_figure
from robustev.results.folder import ResultFolder, StoredPlan, StoredRegion
from robustev.results.region_files import (
    history_frame,
    region_document,
    sites_frame,
    zones_frame,
)
from robustev.results.schema import Manifest, PlanDocument, RegionDocument


def draw_map(
    region: Region, plan: Plan | SolveResult, compare_with: Plan | SolveResult | None = None
) -> go.Figure:
    """Return the map of a plan, or of what differs between two plans of other names.

    Zones are drawn by demand, stations by their number of chargers.

    Raises
    ------
    ValueError
        If a solve found no plan, or both plans have one name.
    """
    names = [_plan_of(one) for one in (plan, compare_with) if one is not None]
    plans = {one.name: StoredPlan(one.name, _document(one, region), one.to_frame(region))
             for one in names}  # fmt: skip
    if len(plans) < len(names):
        raise ValueError(f"both plans are called {names[0].name!r}; rename one with plan.renamed")
    folder = _folder(region=_stored_region(region), plans=plans)
    return plan_map(folder, names[0].name, None if len(names) == 1 else names[1].name)


def draw_convergence(result: SolveResult) -> go.Figure:
    """Return the lower and upper bound of a solve over seconds.

    Raises
    ------
    ValueError
        If no bound has moved.
    """
    if not result.trace:
        raise ValueError("there is no trace: no bound has moved")
    name = "plan" if result.plan is None else result.plan.name
    return convergence_figure(StoredPlan(name, trace=result.trace_frame()))


def draw_costs(evaluations: Sequence[Evaluation], money: str = Units().money) -> go.Figure:
    """Return a box for every evaluated plan: half of the scenarios in it, nine in ten in reach.

    Beside it stand the mean, the mean of the worst tenth, and the worst scenario. ``money`` is the
    unit of the axis.
    """
    plans = {one.plan.name: StoredPlan(one.plan.name) for one in evaluations}
    table = evaluation_frame(evaluations, types=())
    units = Units(money=money)
    return cost_figure(_folder(plans=plans, evaluation=table, manifest=Manifest(units=units)))


def draw_scenarios(region: Region, scenarios: ScenarioSet) -> go.Figure:
    """Return total demand: the past and the fan of its future, or its distribution."""
    return fan_figure(_folder(region=_stored_region(region), scenarios=scenarios))


def _folder(**content: object) -> ResultFolder:
    """Return what a result folder would hold."""
    return ResultFolder(Path(), **content)  # type: ignore[arg-type]


def _plan_of(one: Plan | SolveResult) -> Plan:
    plan = one.plan if isinstance(one, SolveResult) else one
    if plan is None:
        raise ValueError("the solve found no plan")
    return plan


def _document(plan: Plan, region: Region) -> PlanDocument:
    stations = {region.sites.ids[i]: plan.chargers[i] for i in np.flatnonzero(plan.open)}
    kinds = [kind.name for kind in region.kinds]
    return PlanDocument(
        plan=plan.name,
        open_sites=tuple(stations),
        chargers={
            site: {kind: int(count) for kind, count in zip(kinds, counts, strict=True) if count}
            for site, counts in stations.items()
        },
    )


def _stored_region(region: Region) -> StoredRegion:
    return StoredRegion(
        RegionDocument.model_validate(region_document(region), strict=False),
        zones_frame(region),
        sites_frame(region),
        history_frame(region),
    )
