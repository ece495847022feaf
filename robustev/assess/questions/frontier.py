"""Frontiers: one parameter of the model varied, a plan for every value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from pydantic import ValidationError

from robustev.assess.config import MARGIN, SWEPT_RULES, FrontierConfig, FrontierSettings
from robustev.assess.input import ComparisonInput
from robustev.assess.judging import Judged
from robustev.assess.questions.base import Answer, Question, register
from robustev.assess.schema import Frontier, FrontierPoint
from robustev.assess.statistics.intervals import EQUAL, known
from robustev.core.errors import ConfigError
from robustev.data.scenarios import ScenarioSet
from robustev.evaluate import Evaluation, evaluate
from robustev.evaluate.spending import fractional_margin, spend
from robustev.evaluate.travel import mean_travel
from robustev.methods.result import SolveResult
from robustev.model.features.base import Sweep
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model
from robustev.model.risk import CVaR, Expected, Nominal, cvar
from robustev.model.risk.base import REGISTER as MEASURES

OF_MARGIN = ("mean_cost", "spend", "cost_as_forecast", "cvar90")
OF_MEASURE = ("cost_as_forecast", "cvar90", "mean_cost")
"""Figures that are drawn along a safety margin, and along a parameter of a risk measure."""


@register
class FrontierQuestion(Question):
    """What is to be had for what: a plan for every value of one parameter."""

    key = "frontier"
    title = "frontier"
    settings = FrontierSettings
    example: ClassVar[dict[str, Any]] = {
        "frontiers": {"money": {"vary": "budget", "values": [10, 30]}}
    }

    def parts(self, case: ComparisonInput) -> tuple[str, ...]:
        """Return the names of the frontiers."""
        return tuple(case.config.frontiers)

    def ask(self, case: ComparisonInput, main: Judged, part: str) -> Answer:
        """Return one frontier."""
        return Answer({"frontiers": (trace_frontier(case, part, case.config.frontiers[part]),)})


def trace_frontier(case: ComparisonInput, name: str, config: FrontierConfig) -> Frontier:
    """Return the frontier, its points in rising order of the value.

    Raises
    ------
    ConfigError
        If a value is not allowed, or there is no such plan.
    """
    base = _base(case, name, config)
    sweep = _sweep(config.vary)
    demand = case.in_sample if config.demand == "scenarios" else reference(case)
    values = sorted(set(config.values))
    try:
        tasks = [_task(demand, base, config.vary, value) for value in values]
    except ValueError as error:
        raise ConfigError(f"compare.frontiers.{name}.values: {_said(error)}") from None
    results = case.solve_along(tasks)
    if sweep.loosens and not _counts_exactly(base):
        results = shared_along(results)
    points = [
        frontier_point(case, demand, value, model, result)
        for value, (_, model), result in zip(values, tasks, results, strict=True)
    ]
    return Frontier(
        name=name,
        vary=config.vary,
        demand=config.demand,
        x_title=sweep.title,
        y=telling(sweep.figures, points),
        points=tuple(points),
    )


def _base(case: ComparisonInput, name: str, config: FrontierConfig) -> Model:
    """Return the model that is varied."""
    if config.plan is None:
        return case.model
    for candidate in case.candidates:
        if candidate.name == config.plan and candidate.model is not None:
            return candidate.model
    raise ConfigError(f"compare.frontiers.{name}.plan: no plan {config.plan!r} was made")


def shared_along(results: list[SolveResult]) -> list[SolveResult]:
    """Share what neighbours know, where each problem allows all that the one before it allows.

    A plan serves every later value too, and a lower bound holds for every earlier one. Of plans
    that are equally good the earliest is kept: it needs least of what is varied.
    """
    found = list(results)
    for i in range(1, len(found)):
        before, here = found[i - 1], found[i]
        if before.plan is None or before.objective is None:
            continue
        if here.objective is None or before.objective <= here.objective + _rounding(here.objective):
            found[i] = replace(here, plan=before.plan, objective=before.objective)
    for i in range(len(found) - 2, -1, -1):
        bound, own = found[i + 1].lower_bound, found[i].lower_bound
        if bound is not None and (own is None or bound > own) and found[i].plan is not None:
            found[i] = replace(found[i], lower_bound=bound)
    return found


def _rounding(objective: float) -> float:
    """Return the difference up to which two objectives are the same."""
    return EQUAL * max(1.0, abs(objective))


def telling(fields: tuple[str, ...], points: Sequence[FrontierPoint]) -> tuple[str, ...]:
    """Return the fields that vary along the points; the first one whether it does or not."""
    varying = [
        name for name in fields[1:] if len({getattr(point, name) for point in points} - {None}) > 1
    ]
    return (fields[0], *varying)


def reference(case: ComparisonInput) -> ScenarioSet:
    """Return the region's reference demand as one scenario."""
    region = case.region
    demand = region.demand[None]
    return ScenarioSet.equiprobable(demand, region.zones.ids, region.types, names=["reference"])


def _task(demand: ScenarioSet, base: Model, vary: str, value: float) -> tuple[ScenarioSet, Model]:
    """Return the demand and the model of one point."""
    if vary == MARGIN:
        nominal = base.model_copy(update={"objective": Nominal()})
        return demand.scaled(1.0 + value), nominal
    return demand, varied(base, vary, value)


def _sweep(vary: str) -> Sweep:
    """Return what is varied: an option of a rule, a safety margin, or a measure's parameter."""
    rule = SWEPT_RULES[vary].frontier if vary in SWEPT_RULES else None
    if rule is not None:
        return rule
    if vary == MARGIN:
        return Sweep(vary, title="safety margin", figures=OF_MARGIN)
    return Sweep(vary, title=f"{vary} of the risk measure", figures=OF_MEASURE)


def _said(error: ValueError) -> str:
    """Return what a schema says of a value, without its own heading."""
    if isinstance(error, ValidationError):
        return "; ".join(
            f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()
        )
    return str(error)


def varied(base: Model, vary: str, value: float) -> Model:
    """Return the model with one option of a rule, or one parameter of its measure, changed.

    >>> varied(Model(), "budget", 30.0).budget
    Budget(limit=30.0)

    Raises
    ------
    ValueError
        If the model does not allow the value.
    """
    kind = SWEPT_RULES.get(vary)
    if kind is not None:
        return base.model_copy(update={vary: kind.swept(value, getattr(base, vary))})
    goal = base.objective
    alone = goal.model_copy(update={"weight": 1.0})
    if vary not in type(goal).model_fields or (vary == "weight" and alone.is_expectation):
        has = [kind for kind in MEASURES.values() if vary in kind.model_fields]
        goal = (CVaR if vary == "weight" else has[0]).model_validate({"weight": goal.weight})
    changed = type(goal).model_validate(goal.model_dump() | {vary: value})
    return base.model_copy(update={"objective": changed})


def _counts_exactly(model: Model) -> bool:
    """Return whether the model asks for an exact number of stations."""
    return model.stations is not None and model.stations.exactly is not None


def frontier_point(
    case: ComparisonInput, demand: ScenarioSet, x: float, model: Model, result: SolveResult
) -> FrontierPoint:
    """Return what the plan at one value costs and does on the scenarios ``demand``."""
    empty = dict.fromkeys(set(FrontierPoint.model_fields) - {"x", "status", "seconds"})
    found: dict[str, object] = {
        "objective": known(result.objective),
        "lower_bound": known(result.lower_bound),
        "gap": known(result.gap),
    }
    if result.plan is not None:
        judged = model.model_copy(update={"objective": Expected()})
        instance = build_instance(case.region, demand, judged)
        one = evaluate(instance, [result.plan], comm=case.comm)[0]
        found |= _figures(instance, one)
        found["cost_as_forecast"] = as_forecast(case, instance, one)
    return FrontierPoint.model_validate(
        {**empty, **found, "x": x, "status": str(result.status), "seconds": result.seconds}
    )


def as_forecast(case: ComparisonInput, instance: Instance, one: Evaluation) -> float | None:
    """Return the plan's cost under the mean scenario."""
    central = instance.with_scenarios(instance.scenarios.mean())
    return known(evaluate(central, [one.plan], workers=1, comm=case.comm)[0].mean_cost)


def _figures(instance: Instance, one: Evaluation) -> dict[str, object]:
    """Return the figures of a point's plan on the frontier's demand."""
    demand = np.tensordot(instance.probability, instance.demand, axes=1)
    kinds = [kind.name for kind in instance.region.kinds]
    total = fractional_margin_of_all(instance, one, float(demand.sum()))
    cost = one.cost
    return {
        "mean_cost": known(one.mean_cost),
        "cvar90": cvar(cost, instance.probability, 0.1) if np.isfinite(cost).all() else None,
        "infrastructure": one.infrastructure,
        "spend": spend(one.plan, instance),
        "stations": int(one.plan.open.sum()),
        "chargers": dict(zip(kinds, (int(n) for n in one.plan.chargers.sum(axis=0)), strict=True)),
        "travel_total": float(one.probability @ one.distance),
        "mean_travel": mean_travel(one.flow, instance.region.arcs.cost),
        "unserved_share": one.unserved_share,
        "fractional_margin": total,
    }


def fractional_margin_of_all(instance: Instance, one: Evaluation, demand: float) -> float | None:
    """Return capacity over demand, less one, all types together."""
    pooled = np.array([[demand]])
    if instance.num_types == 1:
        return known(float(fractional_margin(one.plan, instance, pooled)[0]))
    capacity = float(one.capacity.sum())
    return known(capacity / demand - 1.0) if demand > 0 else None
