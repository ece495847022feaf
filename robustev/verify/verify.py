"""Checking a result folder: every plan's feasibility, cost and bound, apart from the optimiser."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from robustev.config.experiment import Experiment, PlanSpec
from robustev.config.region import make_region
from robustev.core.arrays import FloatArray, IntArray
from robustev.core.errors import FaultCollector, InputError, SolverError, nearest_name
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.evaluate.frames import IN_SAMPLE
from robustev.model.instance import Instance, build_instance, with_levels
from robustev.model.model import Model
from robustev.model.phases.instance import PhasedInstance
from robustev.model.risk import Expected
from robustev.results.folder import ResultFolder
from robustev.results.outside import PartClass, with_outside
from robustev.results.plans import stored_plan
from robustev.results.reader import examine_results
from robustev.results.schema import OutsidePart, PlanDocument
from robustev.verify.access import access_findings
from robustev.verify.bound import SECONDS, check_bound
from robustev.verify.documents import folder_findings, plan_findings, table_findings
from robustev.verify.finding import Finding, Verdict, close, exact, floor_of
from robustev.verify.first_stage import unchecked, violations
from robustev.verify.limited import is_restated, limited_cost
from robustev.verify.measure import measure
from robustev.verify.phases import costs_by_phase, decision_findings
from robustev.verify.rules import register_measures
from robustev.verify.scenario_prices import price_hints
from robustev.verify.service import service_cost

AFFORDABLE = 60_000_000
"""Arcs times scenarios up to which every scenario of a plan is recomputed."""


@dataclass(frozen=True, eq=False)
class Checked:
    """A result folder under check, with the region that its data describe."""

    folder: ResultFolder
    experiment: Experiment
    region: Region
    scenarios: ScenarioSet
    rules: Sequence[PartClass] = ()

    def spec(self, name: str) -> PlanSpec:
        """Return how a plan was to be made; for a plan from elsewhere the experiment's model."""
        return self.experiment.plans.get(name, PlanSpec(model=self.experiment.model))


def verify(
    folder: str | Path,
    *,
    num_scenarios: int | None = None,
    seed: int = 0,
    plans: Iterable[str] | None = None,
    seconds: float = SECONDS,
    rules: Sequence[PartClass] = (),
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
    rules
        Classes of rules and risk measures that are written outside the package; see
        :func:`robustev.verify.rules.load_rules`. Without its class a rule is not checked.

    Raises
    ------
    InputError
        If the folder is not a result folder, if there is no plan of a name, or if the data that
        its experiment names cannot be read.
    """
    register_measures(rules)
    stored = examine_results(folder)
    findings = folder_findings(stored)
    checked = _checked(stored, rules)
    if checked is None:
        return findings
    rng = np.random.default_rng(seed)
    for name in _names(stored, plans):
        findings += plan_findings(stored, name, checked.experiment)
        try:
            findings += verify_plan(checked, name, num_scenarios, rng, seconds)
        except (InputError, SolverError) as error:
            verdict = Verdict.WRONG if isinstance(error, InputError) else Verdict.TRUSTED
            findings.append(Finding(name, verdict, f"cannot be checked: {error}"))
    return findings


def _checked(stored: ResultFolder, rules: Sequence[PartClass]) -> Checked | None:
    """Return the folder with its region, None where files that all checks need are damaged."""
    if stored.experiment is None or stored.scenarios is None:
        return None
    region = make_region(stored.experiment)
    return Checked(stored, stored.experiment, region, stored.scenarios, rules)


def _names(stored: ResultFolder, plans: Iterable[str] | None) -> list[str]:
    chosen = list(stored.plans) if plans is None else list(plans)
    faults = FaultCollector(str(stored.layout.plans))
    for name in chosen:
        if name not in stored.plans:
            near = nearest_name(name, stored.plans)
            faults.add("there is no such plan", found=name, expected=near)
    faults.raise_if_any()
    return chosen


def verify_plan(
    checked: Checked,
    name: str,
    num_scenarios: int | None,
    rng: np.random.Generator,
    seconds: float = SECONDS,
) -> list[Finding]:
    """Return every finding about one plan's feasibility, cost and bound."""
    spec, stored = checked.spec(name), checked.folder.plans[name]
    document = stored.document
    plan = stored_plan(checked.folder, name, with_levels(checked.region, spec.model))
    if plan is None:
        return [Finding(name, Verdict.TRUSTED, "there is no plan: that none exists is not proved")]
    file = str(checked.folder.layout.plan(name))
    model, unknown = with_outside(spec.model, document.outside, checked.rules, file)
    made_here = document.status is not None
    demand = checked.scenarios.scaled(spec.demand_factor if made_here else 1.0)
    instance = build_instance(checked.region, demand, model)
    findings = table_findings(stored, instance.first_decision(plan), instance.blocks[0])
    findings += _decisions(instance, name, document)
    now = instance.first_decision(plan)
    findings += access_findings(checked.folder.access, now, checked.region, instance.blocks[0])
    findings += [] if document.method == "given" else _feasibility(instance, plan)
    hints = price_hints(instance, stored.certificate)
    if not all(block.has_plain_second_stage for block in instance.blocks):
        if not is_restated(instance):
            text = "its cost and bound: what its rules add to the second stage is not recomputed"
            return [*findings, Finding(name, Verdict.TRUSTED, text)]
        if made_here:
            findings += _objective(
                checked.region, instance, plan, document, num_scenarios, rng, hints
            )
            findings += [_not_checked(name, part) for part in unknown]
            text = "its lower bound: what its rules add to the second stage is not derived anew"
            findings.append(Finding(name, Verdict.TRUSTED, text))
    elif made_here:
        findings += _objective(checked.region, instance, plan, document, num_scenarios, rng, hints)
        findings += [_not_checked(name, part) for part in unknown]
        # What is proved without a rule says nothing about plans that must obey it.
        if not unknown:
            findings += check_bound(instance, document, stored.certificate, seconds)
    return findings + _evaluation(checked, plan, num_scenarios, rng, hints)


def _decisions(instance: Instance, name: str, document: PlanDocument) -> list[Finding]:
    """Return what the decisions of a plan of several phases may know."""
    if document.phases is None or not isinstance(instance, PhasedInstance):
        return []
    return decision_findings(name, document.phases, instance)


def _not_checked(name: str, part: OutsidePart) -> Finding:
    text = (
        f"its {part.kind} {part.key!r} ({part.title}), and the lower bound under it: written "
        "outside the package, and checked if its file is given with --with"
    )
    return Finding(name, Verdict.TRUSTED, text)


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
        number = count if len(instance.arcs) * count <= AFFORDABLE else 10
    if number >= count:
        return np.arange(count), True
    return np.sort(rng.choice(count, number, replace=False)), False


def scenario_costs(
    instance: Instance, plan: Plan, index: IntArray, hints: FloatArray | None = None
) -> FloatArray:
    """Return the whole cost of the plan in some scenarios, each with a proof of optimality.

    Under rules of the second stage it is that of a linear program of its own. Prices of capacity
    ``hints``, shape (scenarios, sites), make it quicker.
    """
    fixed = instance.infrastructure_cost(plan)
    if not instance.has_plain_second_stage:
        return np.array([fixed + limited_cost(instance, plan, instance.demand[s]) for s in index])
    costs = [
        service_cost(instance, plan, instance.demand[s], None if hints is None else hints[s])[1]
        for s in index
    ]
    return fixed + np.array(costs)


def _objective(
    region: Region,
    instance: Instance,
    plan: Plan,
    document: PlanDocument,
    number: int | None,
    rng: np.random.Generator,
    hints: FloatArray | None,
) -> list[Finding]:
    """Check the reported objective, where all scenarios are recomputed."""
    name, reported = plan.name, document.objective
    index, complete = _chosen(instance, number, rng)
    goal = instance.goal
    if not complete or goal.needs_own_optima:
        why = (
            "regret needs each scenario's own optimum"
            if complete
            else f"only {len(index)} of {len(instance.scenarios)} scenarios are recomputed below"
        )
        return [Finding(name, Verdict.TRUSTED, f"its objective {reported!r}: {why}")]
    if isinstance(instance, PhasedInstance):
        costs = costs_by_phase(region, instance, plan, index)
    else:
        costs = scenario_costs(instance, plan, index, hints)
    value, floor = measure(goal, costs, instance.probability), floor_of(instance)
    if value is None or reported is None or not close(value, reported, floor=floor):
        found = "not known" if value is None else exact(value)
        text = f"its objective is {found}, not {reported!r} as reported"
        return [Finding(name, Verdict.WRONG, text)]
    text = f"its objective is {value:.10g}, recomputed on {_every(len(index))}"
    return [Finding(name, Verdict.PROVED, text)]


def _every(number: int) -> str:
    return "its one scenario" if number == 1 else f"all its {number:,} scenarios"


def _evaluation(
    checked: Checked,
    plan: Plan,
    number: int | None,
    rng: np.random.Generator,
    hints: FloatArray | None,
) -> list[Finding]:
    """Check rows of evaluation.parquet on the scenarios that the folder holds."""
    table = checked.folder.evaluation
    if table is None:
        return []
    rows = table[(table["trial"] == IN_SAMPLE) & (table["plan"] == plan.name)]
    if not len(rows):
        return []
    instance = build_instance(checked.region, checked.scenarios, _judging(checked.experiment))
    if not (instance.has_plain_second_stage or is_restated(instance)):
        return []
    index, _ = _chosen(instance, number, rng)
    reported = dict(zip(rows["scenario"], rows["cost"], strict=True))
    costs = scenario_costs(instance, plan, index, hints)
    wrong = []
    for s, cost in zip(index, costs, strict=True):
        scenario = instance.scenarios.names[s]
        found = float(reported.get(scenario, math.nan))
        if found != cost and not close(found, cost, floor=floor_of(instance)):
            text = f"its cost in scenario {scenario} is {exact(cost)}, not {exact(found)}"
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
