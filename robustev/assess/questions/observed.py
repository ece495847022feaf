"""Plans on years that really happened, held back from everything that made them."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pandas as pd

from robustev.assess.config import ObservedConfig
from robustev.assess.input import ComparisonInput
from robustev.assess.judging import Judged
from robustev.assess.narrative.words import money, share
from robustev.assess.questions.base import Answer, Question, Remark, register
from robustev.assess.scenario_optima import scenario_optima
from robustev.assess.schema import ComparisonFigures, Estimate, ObservedPlan, ObservedYear
from robustev.assess.statistics.intervals import bracketed, exact, known
from robustev.assess.statistics.streams import observed_scenarios, observed_years
from robustev.core.arrays import FloatArray
from robustev.core.units import Units
from robustev.data.scenarios import ScenarioSet
from robustev.evaluate import Evaluation, evaluate
from robustev.evaluate.frames import evaluation_frame
from robustev.methods.wait_and_see import ScenarioOptima

OBSERVED = "observed"


@register
class Observed(Question):
    """What would each plan have cost in years that really happened?"""

    key = "observed"
    title = "observed years"
    settings = ObservedConfig
    example: ClassVar[dict[str, Any]] = {"observed_years": [2020]}

    def parts(self, case: ComparisonInput) -> tuple[str, ...]:
        """Return one part where there are held-back years."""
        years = observed_years(case.region, case.definition, case.config.observed_years)
        return ("",) if years else ()

    def ask(self, case: ComparisonInput, main: Judged, part: str) -> Answer:
        """Return every plan's cost in the held-back years."""
        found, frame = judge_on_observed(case, main.scenarios)
        return Answer({"observed": found}, frames=() if frame is None else (frame,))

    def says(self, found: ComparisonFigures, names: tuple[str, str]) -> list[Remark]:
        """Return how the robust plan would have done in each year, against the nominal one."""
        return [in_year(year, names, found.units) for year in found.observed]


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
    if source is None or year != source.target_year(case.region):
        return None
    totals = fresh.totals().sum(axis=1)
    return float(fresh.probability @ (totals <= demand.sum()))


def _year(
    evaluations: list[Evaluation],
    scenarios: ScenarioSet,
    s: int,
    optima: ScenarioOptima | None,
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


def _plan(one: Evaluation, s: int, optima: ScenarioOptima | None) -> ObservedPlan:
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


def _regret(cost: float, s: int, optima: ScenarioOptima | None) -> Estimate:
    """Return the plan's cost above the year's own optimum, between the optimum's bounds."""
    place = np.flatnonzero(optima.index == s) if optima is not None else np.zeros(0, dtype=int)
    if optima is None or not len(place):
        return Estimate(value=None, basis="bracketed", how="the year's own optimum is not known")
    low, high = cost - optima.upper[place[0]], cost - optima.lower[place[0]]
    how = f"over the year's own optimum, which is bounded to {100 * optima.width:.2g} %"
    return bracketed(float(low), float(low), float(high), how)


def in_year(year: ObservedYear, names: tuple[str, str], units: Units) -> Remark:
    """Return how the plan would have done in a year that really happened."""
    costs = {one.plan: one.cost.value for one in year.plans}
    a, b = (costs.get(name) for name in names)
    if a is None or b is None:
        sentence = f"In the real {year.year} at least one of the two plans fails to serve demand."
        return Remark(sentence, supports=a is not None)
    place = ""
    if year.forecast_quantile is not None:
        place = (
            f"; {share(year.forecast_quantile)} of the fresh scenarios have less demand than "
            "there was"
        )
    sentence = (
        f"In the real {year.year} the robust plan would have cost "
        f"{units.cost(money(abs(a - b)))} {'less' if a < b else 'more'} than the nominal "
        f"one{place}; the cheapest of all was {year.cheapest}."
    )
    return Remark(sentence, supports=a < b)
