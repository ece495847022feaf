"""Plans on years that really happened, held back from everything that made them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from robustev.assess.input import ComparisonInput
from robustev.assess.scenario_optima import Optima, scenario_optima
from robustev.assess.schema import Estimate, ObservedPlan, ObservedYear
from robustev.assess.statistics.intervals import bracketed, exact, known
from robustev.assess.statistics.streams import observed_scenarios, observed_years
from robustev.core.arrays import FloatArray
from robustev.data.scenarios import ScenarioSet
from robustev.evaluate import Evaluation, evaluate
from robustev.evaluate.frames import evaluation_frame
from robustev.scenarios.source_config import HistorySource

OBSERVED = "observed"


def judge_on_observed(
    case: ComparisonInput, fresh: ScenarioSet
) -> tuple[tuple[ObservedYear, ...], pd.DataFrame | None]:
    """Return what every plan would have cost in the held-back years, and the table behind it."""
    years = observed_years(case.region, case.definition, case.config.observed_years)
    if not years:
        return (), None
    scenarios = observed_scenarios(case.region, years)
    instance = case.instance(scenarios)
    evaluations = evaluate(instance, case.plans, comm=case.comm)
    wanted = len(years) if case.config.regret_scenarios else 0
    optima = scenario_optima(case, scenarios, wanted, evaluations)
    found = tuple(
        _year(evaluations, scenarios, s, optima, _quantile(case, year, scenarios.demand[s], fresh))
        for s, year in enumerate(years)
    )
    return found, evaluation_frame(evaluations, instance.region.types, trial=OBSERVED)


def _quantile(
    case: ComparisonInput, year: int, demand: FloatArray, fresh: ScenarioSet
) -> float | None:
    """Return where the year's total lies among those forecast, if it is the year planned for."""
    source = None if case.definition is None else case.definition.source
    if not isinstance(source, HistorySource) or source.last_year is None:
        return None
    if year != source.last_year + source.horizon:
        return None
    totals = fresh.demand.sum(axis=(1, 2))
    return float(fresh.probability @ (totals <= demand.sum()))


def _year(
    evaluations: list[Evaluation],
    scenarios: ScenarioSet,
    s: int,
    optima: Optima | None,
    quantile: float | None,
) -> ObservedYear:
    """Return what happened to every plan in one year."""
    costs = {one.plan.name: float(one.cost[s]) for one in evaluations}
    cheapest = min(costs, key=lambda name: costs[name])
    return ObservedYear(
        year=int(scenarios.names[s]),
        total_demand=float(scenarios.demand[s].sum()),
        forecast_quantile=quantile,
        plans=tuple(_plan(one, s, optima) for one in evaluations),
        cheapest=cheapest if np.isfinite(costs[cheapest]) else None,
    )


def _plan(one: Evaluation, s: int, optima: Optima | None) -> ObservedPlan:
    """Return what happened to one plan in one year."""
    cost, demand = float(one.cost[s]), float(one.demand[s].sum())
    unserved = float(one.unserved[s].sum())
    served = demand - unserved
    return ObservedPlan(
        plan=one.plan.name,
        cost=exact(cost, "evaluated on the year's real demand"),
        regret=_regret(cost, s, optima),
        unserved_share=unserved / demand if demand > 0 else 0.0,
        mean_travel=known(float(one.distance[s]) / served) if served > 0 else None,
    )


def _regret(cost: float, s: int, optima: Optima | None) -> Estimate:
    """Return the plan's cost above the year's own optimum, between the optimum's bounds."""
    place = np.flatnonzero(optima.index == s) if optima is not None else np.zeros(0, dtype=int)
    if optima is None or not len(place):
        return Estimate(value=None, basis="bracketed", how="the year's own optimum is not known")
    low, high = cost - optima.upper[place[0]], cost - optima.lower[place[0]]
    how = f"over the year's own optimum, which is bounded to {100 * optima.width:.2g} %"
    return bracketed(float(low), float(low), float(high), how)
