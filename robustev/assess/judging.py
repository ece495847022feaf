"""All plans on one set of scenarios, judged side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from robustev.assess.estimates import Estimator, pair_figures, plan_figures
from robustev.assess.input import ComparisonInput
from robustev.assess.scenario_optima import scenario_optima
from robustev.assess.schema import Kind, OutOfSampleTest
from robustev.assess.statistics.intervals import Draws
from robustev.core.arrays import FloatArray
from robustev.data.plan import Plan
from robustev.data.scenarios import ScenarioSet
from robustev.evaluate import Evaluation, evaluate
from robustev.evaluate.frames import evaluation_frame
from robustev.methods.wait_and_see import ScenarioOptima
from robustev.model.instance import Instance

KIND = "evaluation"
"""Of the parts that keep evaluations."""


@dataclass(frozen=True, eq=False)
class Judged:
    """A trial with what stands behind it."""

    trial: OutOfSampleTest
    scenarios: ScenarioSet
    evaluations: list[Evaluation]
    optima: ScenarioOptima | None
    draws: Draws
    frame: pd.DataFrame

    def evaluation(self, name: str) -> Evaluation:
        """Return the evaluation of a plan."""
        return next(one for one in self.evaluations if one.plan.name == name)


@dataclass(frozen=True)
class Label:
    """What a trial is called."""

    name: str
    kind: Kind
    title: str
    description: str
    where: str
    """The scenarios in sentences, such as "500 fresh scenarios"."""


def judge(
    case: ComparisonInput,
    label: Label,
    scenarios: ScenarioSet,
    plans: list[Plan],
    *,
    stress: frozenset[str] = frozenset(),
    num_optima: int = 0,
    pairs: list[tuple[str, str]] | None = None,
    known: Sequence[Evaluation] = (),
) -> Judged:
    """Evaluate all plans on the scenarios and return every figure.

    Parameters
    ----------
    stress
        Names of scenarios that are no draws.
    num_optima
        Scenarios whose own optimum is to be bounded, for regret.
    pairs
        Pairs of plans to compare; absent for all.
    known
        Evaluations on these scenarios that are there already.
    """
    instance = case.instance(scenarios)
    evaluations = _evaluated(case, instance, plans, known)
    optima = scenario_optima(case, scenarios, num_optima, evaluations, stress)
    draws = Draws.of(scenarios, stress)
    estimator = Estimator(
        draws, case.config.confidence, case.seed, label.where, (label.kind, label.name)
    )
    named = {one.plan.name: one for one in evaluations}
    chosen = all_pairs(case, list(named)) if pairs is None else pairs
    trial = OutOfSampleTest(
        name=label.name,
        kind=label.kind,
        title=label.title,
        description=label.description,
        num_scenarios=len(scenarios),
        regret_scenarios=0 if optima is None else len(optima.index),
        plans=tuple(plan_figures(one, estimator, instance.region, optima) for one in evaluations),
        pairs=tuple(pair_figures(named[a], named[b], estimator) for a, b in chosen),
    )
    frame = evaluation_frame(
        evaluations, instance.region.types, trial=label.name, regret=_regret(evaluations, optima)
    )
    return Judged(trial, scenarios, evaluations, optima, draws, frame)


def _evaluated(
    case: ComparisonInput, instance: Instance, plans: list[Plan], known: Sequence[Evaluation]
) -> list[Evaluation]:
    """Return one evaluation per plan, and make only those that are not known."""
    named = {one.plan.name: one for one in known}
    missing = [plan for plan in plans if plan.name not in named]
    found = [_recalled(case, instance, plan) for plan in missing]
    named |= {one.plan.name: one for one in found if one is not None}
    missing = [plan for plan in missing if plan.name not in named]
    made = evaluate(instance, missing, comm=case.comm, done=lambda one: _keep(case, instance, one))
    named |= {one.plan.name: one for one in made}
    return [named[plan.name] for plan in plans]


def _content(case: ComparisonInput, instance: Instance, plan: Plan) -> tuple[object, ...]:
    """Return what decides an evaluation; what a plan is called does not."""
    return instance.scenarios, case.judging, plan.open, plan.chargers


def _recalled(case: ComparisonInput, instance: Instance, plan: Plan) -> Evaluation | None:
    """Return an evaluation that a comparison made which did not end; None if there is none."""
    parts = case.recalled(KIND, *_content(case, instance, plan))
    if not parts:
        return None
    of: dict[str, Any] = {"plan": plan, "scenarios": instance.scenarios.names}
    of |= {name: a if a.ndim else float(a) for name, a in parts[0].items()}
    return Evaluation(**of)


def _keep(case: ComparisonInput, instance: Instance, one: Evaluation) -> None:
    """Keep an evaluation for a comparison that goes on; every rank has it, and the first writes."""
    if case.memory is None or (case.comm is not None and case.comm.Get_rank() > 0):
        return
    arrays = {
        field.name: np.asarray(getattr(one, field.name))
        for field in fields(one)
        if field.name not in ("plan", "scenarios")
    }
    case.memory.keep_arrays(KIND, *_content(case, instance, one.plan), arrays=arrays)


def all_pairs(case: ComparisonInput, names: list[str]) -> list[tuple[str, str]]:
    """Return every pair once, that of the robust and the nominal plan first."""
    pairs = list(combinations(names, 2))
    if case.robust is None or case.nominal is None:
        return pairs
    first = (case.robust.name, case.nominal.name)
    if not set(first) <= set(names) or first[0] == first[1]:
        return pairs
    return [first, *(pair for pair in pairs if set(pair) != set(first))]


def _regret(evaluations: list[Evaluation], optima: ScenarioOptima | None) -> dict[str, FloatArray]:
    """Return the regret over the best plan known, missing where no optimum is bounded."""
    if optima is None:
        return {}
    regret: dict[str, FloatArray] = {}
    for one in evaluations:
        values = one.cost * float("nan")
        values[optima.index] = one.cost[optima.index] - optima.upper
        regret[one.plan.name] = values
    return regret
