"""Checking a result folder: every plan's feasibility, cost and bound, apart from the optimiser."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from robustev.arrays import FloatArray, IntArray
from robustev.errors import InputError, SolverError
from robustev.experiment.config import Experiment, PlanSpec
from robustev.experiment.data import make_region
from robustev.experiment.stored import (
    read_documents,
    stored_experiment,
    stored_plan,
    stored_scenarios,
)
from robustev.model import Model, Objective
from robustev.plan import Plan
from robustev.problem import Problem, build_problem, planning_region
from robustev.region import Region
from robustev.scenario import ScenarioSet
from robustev.verify.certificate import read_certificate, relaxation_bound
from robustev.verify.extensive import MAX_COLUMNS, extensive_optimum, extensive_size
from robustev.verify.finding import Finding, Verdict, close
from robustev.verify.first_stage import unchecked, violations
from robustev.verify.measure import measure
from robustev.verify.service import service_cost

TOLERANCE = 1e-6
"""Relative difference at which two costs agree."""
MILP_SECONDS = 30.0
AFFORDABLE = 40_000_000
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
) -> list[Finding]:
    """Return what could be proved about the plans of a result folder, and what could not.

    Parameters
    ----------
    num_scenarios
        Scenarios of each plan to recompute, drawn at random; absent for all where that is
        affordable, else ten.
    plans
        Names of plans; absent for all.

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
        findings += verify_plan(stored, name, document, num_scenarios, rng)
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
) -> list[Finding]:
    """Return every finding about one plan."""
    spec = stored.experiment.plans.get(name, PlanSpec(model=stored.experiment.model))
    region = planning_region(stored.region, spec.model)
    plan = stored_plan(document, region, str(stored.folder / "plans" / f"{name}.json"))
    if plan is None:
        return [Finding(name, Verdict.TRUSTED, "there is no plan: that none exists is not proved")]
    made_here = document["status"] is not None
    demand = stored.scenarios.scaled(spec.demand_factor if made_here else 1.0)
    problem = build_problem(stored.region, demand, spec.model)
    findings = [] if document["method"] == "given" else _feasibility(problem, plan)
    if made_here:
        findings += _objective(problem, plan, document, num_scenarios, rng)
        findings += _bound(stored, problem, plan.name, document)
    return findings + _evaluation(stored, plan, num_scenarios, rng)


def _feasibility(problem: Problem, plan: Plan) -> list[Finding]:
    broken = violations(problem, plan)
    if broken:
        return [Finding(plan.name, Verdict.WRONG, f"infeasible: {text}") for text in broken]
    found = [Finding(plan.name, Verdict.PROVED, "it obeys every limit of the first stage")]
    return found + [
        Finding(plan.name, Verdict.TRUSTED, f"its model's {part} is not checked")
        for part in unchecked(problem.model)
    ]


def _chosen(
    problem: Problem, number: int | None, rng: np.random.Generator
) -> tuple[IntArray, bool]:
    """Return the scenarios to recompute, and whether they are all."""
    count = len(problem.scenarios)
    if number is None:
        number = count if int(problem.reachable.sum()) * count <= AFFORDABLE else 10
    if number >= count:
        return np.arange(count), True
    return np.sort(rng.choice(count, number, replace=False)), False


def scenario_costs(problem: Problem, plan: Plan, index: IntArray) -> FloatArray:
    """Return the whole cost of the plan in some scenarios, each with a proof of optimality."""
    fixed = problem.infrastructure_cost(plan)
    return np.array([fixed + service_cost(problem, plan, problem.demand[s])[1] for s in index])


def _objective(
    problem: Problem,
    plan: Plan,
    document: dict[str, Any],
    number: int | None,
    rng: np.random.Generator,
) -> list[Finding]:
    """Check the reported objective, where all scenarios are recomputed."""
    name, reported = plan.name, document["objective"]
    index, complete = _chosen(problem, number, rng)
    goal = problem.model.objective
    if not complete or goal.measure == "regret":
        why = (
            "regret needs each scenario's own optimum"
            if complete
            else f"only {len(index)} of {len(problem.scenarios)} scenarios are recomputed below"
        )
        return [Finding(name, Verdict.TRUSTED, f"its objective {reported!r}: {why}")]
    value = measure(goal, scenario_costs(problem, plan, index), problem.probability)
    if value is None or reported is None or not close(value, reported, TOLERANCE):
        text = f"its objective is {value!r}, not {reported!r} as reported"
        return [Finding(name, Verdict.WRONG, text)]
    text = f"its objective is {value:.10g}, recomputed on all {len(index)} scenarios"
    return [Finding(name, Verdict.PROVED, text)]


def _bound(stored: Stored, problem: Problem, name: str, document: dict[str, Any]) -> list[Finding]:
    """Check the reported lower bound: against the objective, another solver, stored prices."""
    bound, objective = document["lower_bound"], document["objective"]
    if bound is None:
        return [Finding(name, Verdict.TRUSTED, "nothing: it reports no lower bound")]
    if bound > objective and not close(bound, objective, TOLERANCE):
        text = f"its lower bound {bound!r} lies above its objective {objective!r}"
        return [Finding(name, Verdict.WRONG, text)]
    findings = _by_other_solver(problem, name, bound, objective)
    if findings and findings[0].verdict is Verdict.PROVED:
        return findings
    return findings + _by_prices(stored, problem, name, bound)


def _by_other_solver(problem: Problem, name: str, bound: float, objective: float) -> list[Finding]:
    small = extensive_size(problem) <= MAX_COLUMNS
    if not small or problem.model.objective.measure not in ("expected", "nominal"):
        return []
    found = extensive_optimum(problem, MILP_SECONDS)
    if found.upper is not None and bound > found.upper + TOLERANCE * max(1.0, abs(found.upper)):
        text = f"another solver finds a plan of {found.upper!r}, below its lower bound {bound!r}"
        return [Finding(name, Verdict.WRONG, text)]
    if found.lower is not None and found.lower >= bound - TOLERANCE * max(1.0, abs(bound)):
        text = f"its lower bound {bound:.10g}: another solver proves {found.lower:.10g}"
        return [Finding(name, Verdict.PROVED, text)]
    text = f"its lower bound {bound:.10g}: another solver proves only {found.lower!r} in time"
    return [Finding(name, Verdict.TRUSTED, text)]


def _by_prices(stored: Stored, problem: Problem, name: str, bound: float) -> list[Finding]:
    path = stored.folder / "certificate" / f"{name}.npz"
    parts = read_certificate(path)
    if parts is None:
        text = f"its lower bound {bound:.10g}: no dual prices are stored to derive it from"
        return [Finding(name, Verdict.TRUSTED, text)]
    try:
        proved = relaxation_bound(problem, parts)
    except (InputError, SolverError) as error:
        return [Finding(name, Verdict.TRUSTED, f"its lower bound {bound:.10g}: {error}")]
    if proved >= bound - TOLERANCE * max(1.0, abs(bound)):
        text = f"its lower bound {bound:.10g}: the stored prices prove {proved:.10g}"
        return [Finding(name, Verdict.PROVED, text)]
    share = (bound - proved) / max(1.0, abs(bound))
    return [
        Finding(name, Verdict.PROVED, f"a lower bound of {proved:.10g}, from the stored prices"),
        Finding(
            name,
            Verdict.TRUSTED,
            f"the last {100 * share:.2g} % of its lower bound {bound:.10g}, which come from "
            "branching",
        ),
    ]


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
    problem = build_problem(stored.region, stored.scenarios, _judging(stored.experiment))
    index, _ = _chosen(problem, number, rng)
    reported = rows.set_index("scenario")["cost"]
    costs = scenario_costs(problem, plan, index)
    wrong = []
    for s, cost in zip(index, costs, strict=True):
        found = float(reported[problem.scenarios.names[s]])
        if found != cost and not close(found, cost, TOLERANCE):
            text = f"its cost in scenario {problem.scenarios.names[s]} is {cost!r}, not {found!r}"
            wrong.append(Finding(plan.name, Verdict.WRONG, text))
    if wrong:
        return wrong
    text = f"its cost in {len(index)} of the {len(problem.scenarios)} scenarios plans are made from"
    return [Finding(plan.name, Verdict.PROVED, text)]


def _judging(experiment: Experiment) -> Model:
    penalty = None if experiment.compare is None else experiment.compare.unserved_penalty
    changes: dict[str, object] = {"objective": Objective()}
    if penalty is not None:
        changes["unserved_penalty"] = penalty
    return experiment.model.model_copy(update=changes)
