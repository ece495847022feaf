"""Checking a result folder: every plan's feasibility, cost and bound, apart from the optimiser."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from robustev.config.experiment import Experiment, PlanSpec
from robustev.core.arrays import FloatArray, IntArray
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.experiment.prepare import make_region
from robustev.model.instance import Instance, build_instance, with_levels
from robustev.model.model import Model
from robustev.model.risk import Expected
from robustev.recourse.certificate import Certificate, certificate_file
from robustev.results.plans import (
    read_documents,
    stored_experiment,
    stored_plan,
    stored_scenarios,
)
from robustev.verify.bound import SECONDS, check_bound
from robustev.verify.finding import Finding, Verdict, close
from robustev.verify.first_stage import unchecked, violations
from robustev.verify.measure import measure
from robustev.verify.service import service_cost

AFFORDABLE = 60_000_000
"""Arcs times scenarios up to which every scenario of a plan is recomputed."""


@dataclass(frozen=True, eq=False)
class Stored:
    """What a result folder says, read once."""

    folder: Path
    experiment: Experiment
    region: Region
    scenarios: ScenarioSet
    documents: dict[str, dict[str, Any]]
    evaluation: pd.DataFrame | None


def verify(
    folder: Path,
    *,
    num_scenarios: int | None = None,
    seed: int = 0,
    plans: Iterable[str] | None = None,
    seconds: float = SECONDS,
) -> list[Finding]:
    """Return what could be proved about the plans of a result folder, and what could not.

    Parameters
    ----------
    num_scenarios
        Scenarios of each plan to recompute, drawn at random; absent for all where that is
        affordable, else ten.
    plans
        Names of plans; absent for all.
    seconds
        Most time that each plan's lower bound may take.

    Raises
    ------
    InputError
        If the folder cannot be read.
    """
    stored = _read(folder)
    rng = np.random.default_rng(seed)
    chosen = stored.documents if plans is None else {n: stored.documents[n] for n in plans}
    findings = []
    for name, document in chosen.items():
        findings += verify_plan(stored, name, document, num_scenarios, rng, seconds)
    return findings


def _read(folder: Path) -> Stored:
    experiment = stored_experiment(folder)
    region = make_region(experiment)
    table = folder / "evaluation.parquet"
    return Stored(
        folder,
        experiment,
        region,
        stored_scenarios(folder, region),
        read_documents(folder),
        pd.read_parquet(table) if table.is_file() else None,
    )


def verify_plan(
    stored: Stored,
    name: str,
    document: dict[str, Any],
    num_scenarios: int | None,
    rng: np.random.Generator,
    seconds: float = SECONDS,
) -> list[Finding]:
    """Return every finding about one plan."""
    spec = stored.experiment.plans.get(name, PlanSpec(model=stored.experiment.model))
    region = with_levels(stored.region, spec.model)
    plan = stored_plan(document, region, str(stored.folder / "plans" / f"{name}.json"))
    if plan is None:
        return [Finding(name, Verdict.TRUSTED, "there is no plan: that none exists is not proved")]
    made_here = document["status"] is not None
    demand = stored.scenarios.scaled(spec.demand_factor if made_here else 1.0)
    instance = build_instance(stored.region, demand, spec.model)
    findings = [] if document["method"] == "given" else _feasibility(instance, plan)
    if made_here:
        findings += _objective(instance, plan, document, num_scenarios, rng)
        certificate = Certificate.load(certificate_file(stored.folder, name))
        findings += check_bound(instance, name, document, certificate, seconds)
    return findings + _evaluation(stored, plan, num_scenarios, rng)


def _feasibility(instance: Instance, plan: Plan) -> list[Finding]:
    broken = violations(instance, plan)
    if broken:
        return [Finding(plan.name, Verdict.WRONG, f"infeasible: {text}") for text in broken]
    found = [Finding(plan.name, Verdict.PROVED, "it obeys every limit of the first stage")]
    return found + [
        Finding(plan.name, Verdict.TRUSTED, f"its model's {part} is not checked")
        for part in unchecked(instance.model)
    ]


def _chosen(
    instance: Instance, number: int | None, rng: np.random.Generator
) -> tuple[IntArray, bool]:
    """Return the scenarios to recompute, and whether they are all."""
    count = len(instance.scenarios)
    if number is None:
        number = count if int(instance.reachable.sum()) * count <= AFFORDABLE else 10
    if number >= count:
        return np.arange(count), True
    return np.sort(rng.choice(count, number, replace=False)), False


def scenario_costs(instance: Instance, plan: Plan, index: IntArray) -> FloatArray:
    """Return the whole cost of the plan in some scenarios, each with a proof of optimality."""
    fixed = instance.infrastructure_cost(plan)
    return np.array([fixed + service_cost(instance, plan, instance.demand[s])[1] for s in index])


def _objective(
    instance: Instance,
    plan: Plan,
    document: dict[str, Any],
    number: int | None,
    rng: np.random.Generator,
) -> list[Finding]:
    """Check the reported objective, where all scenarios are recomputed."""
    name, reported = plan.name, document["objective"]
    index, complete = _chosen(instance, number, rng)
    goal = instance.model.objective
    if not complete or goal.needs_own_optima:
        why = (
            "regret needs each scenario's own optimum"
            if complete
            else f"only {len(index)} of {len(instance.scenarios)} scenarios are recomputed below"
        )
        return [Finding(name, Verdict.TRUSTED, f"its objective {reported!r}: {why}")]
    value = measure(goal, scenario_costs(instance, plan, index), instance.probability)
    if value is None or reported is None or not close(value, reported):
        text = f"its objective is {value!r}, not {reported!r} as reported"
        return [Finding(name, Verdict.WRONG, text)]
    text = f"its objective is {value:.10g}, recomputed on {_every(len(index))}"
    return [Finding(name, Verdict.PROVED, text)]


def _every(number: int) -> str:
    return "its one scenario" if number == 1 else f"all its {number:,} scenarios"


def _evaluation(
    stored: Stored, plan: Plan, number: int | None, rng: np.random.Generator
) -> list[Finding]:
    """Check rows of evaluation.parquet on the scenarios that the folder holds."""
    table = stored.evaluation
    if table is None:
        return []
    rows = table[(table["trial"] == "made") & (table["plan"] == plan.name)]
    if not len(rows):
        return []
    instance = build_instance(stored.region, stored.scenarios, _judging(stored.experiment))
    index, _ = _chosen(instance, number, rng)
    reported = rows.set_index("scenario")["cost"]
    costs = scenario_costs(instance, plan, index)
    wrong = []
    for s, cost in zip(index, costs, strict=True):
        found = float(reported[instance.scenarios.names[s]])
        if found != cost and not close(found, cost):
            text = f"its cost in scenario {instance.scenarios.names[s]} is {cost!r}, not {found!r}"
            wrong.append(Finding(plan.name, Verdict.WRONG, text))
    if wrong:
        return wrong
    every = f"{len(instance.scenarios):,} scenarios that plans are made from"
    text = f"its cost in {len(index):,} of the {every}"
    return [Finding(plan.name, Verdict.PROVED, text)]


def _judging(experiment: Experiment) -> Model:
    penalty = None if experiment.compare is None else experiment.compare.unserved_penalty
    changes: dict[str, object] = {"objective": Expected()}
    if penalty is not None:
        changes["unserved_penalty"] = penalty
    return experiment.model.model_copy(update=changes)
