"""What each plan is, whatever the scenarios, and its price if all goes as forecast."""

from __future__ import annotations

import numpy as np

from robustev.assess.input import ComparisonInput, JudgedPlan
from robustev.assess.schema import Estimate, PlanMetrics
from robustev.assess.statistics.intervals import EQUAL, exact, known
from robustev.evaluate import evaluate
from robustev.evaluate.spending import fractional_margin, spend
from robustev.methods.result import relative_gap
from robustev.model.instance import Instance

FORECAST = "cost under the forecast, the mean of the scenarios that the plans were made from"


def plan_metrics(
    case: ComparisonInput, candidates: tuple[JudgedPlan, ...]
) -> tuple[PlanMetrics, ...]:
    """Return the facts of every candidate; prices of robustness are over the nominal plan."""
    instance = case.instance(case.in_sample.mean())
    evaluations = evaluate(instance, [c.plan for c in candidates], comm=case.comm)
    costs = {c.name: one.mean_cost for c, one in zip(candidates, evaluations, strict=True)}
    nominal = None if case.nominal is None else costs[case.nominal.name]
    return tuple(_facts(candidate, instance, costs[candidate.name], nominal)
                 for candidate in candidates)  # fmt: skip


def _facts(
    candidate: JudgedPlan, instance: Instance, forecast: float, nominal: float | None
) -> PlanMetrics:
    """Return the facts of one plan, given its cost and the nominal plan's under the forecast."""
    plan = candidate.plan
    margin = fractional_margin(plan, instance, instance.demand[0])
    names = [kind.name for kind in instance.region.kinds]
    price = _price(forecast, nominal)
    share = None
    if price is not None and price.value is not None and nominal:
        share = price.value / abs(nominal)
    return PlanMetrics(
        plan=candidate.name,
        title=candidate.title,
        role=candidate.role,
        objective=known(candidate.objective),
        lower_bound=known(candidate.lower_bound),
        gap=known(relative_gap(candidate.objective, candidate.lower_bound)),
        stations=int(plan.open.sum()),
        chargers=dict(zip(names, (int(n) for n in plan.chargers.sum(axis=0)), strict=True)),
        spend=spend(plan, instance),
        infrastructure=instance.infrastructure_cost(plan),
        fractional_margin={
            kind: known(float(value))
            for kind, value in zip(instance.region.types, margin, strict=True)
        },
        cost_as_forecast=exact(forecast, FORECAST),
        price_of_robustness=price,
        price_of_robustness_share=share,
        violations=candidate.violations,
    )


def _price(forecast: float, nominal: float | None) -> Estimate | None:
    """Return what the plan costs above the nominal one under the forecast."""
    if nominal is None:
        return None
    difference = forecast - nominal if np.isfinite([forecast, nominal]).all() else np.nan
    if abs(difference) <= EQUAL * max(1.0, abs(nominal)):
        difference = 0.0
    return exact(float(difference), f"{FORECAST}, above that of the nominal plan")
