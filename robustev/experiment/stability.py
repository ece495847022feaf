"""How many scenarios an experiment needs: its model solved again and again with other draws."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from robustev.config.experiment import Experiment, PlanSpec
from robustev.config.region import make_region
from robustev.core.arrays import FloatArray
from robustev.core.errors import ConfigError, InfeasibleError, SolverError
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.evaluate import evaluate
from robustev.experiment.phases import refuse_phases
from robustev.methods.options import SolveOptions
from robustev.methods.result import SolveResult, Status
from robustev.methods.solve import solve
from robustev.model.instance import build_instance
from robustev.model.risk import Expected, RiskMeasure, ScenarioRisk
from robustev.results.disk import locked
from robustev.results.finished import FinishedParts
from robustev.results.journal import StudyJournal
from robustev.scenarios.calibration.required_scenarios import StabilityReport, decision_stability
from robustev.scenarios.config import ScenarioConfig
from robustev.scenarios.generator import generate

Solved = Callable[[ScenarioSet, SolveResult], None]
"""Called after every solve, with its scenarios."""


def experiment_stability(
    experiment: Experiment,
    spec: PlanSpec,
    counts: Sequence[int],
    *,
    repetitions: int = 4,
    fresh: int = 500,
    tolerance: float = 0.02,
    gap: float = 0.01,
    time_limit: float | None = 60.0,
    on_solved: Solved | None = None,
    target: Path | None = None,
    resume: bool = False,
) -> StabilityReport:
    """Return how much a plan and its cost depend on which scenarios happened to be drawn.

    Every count is solved ``repetitions`` times by ``benders`` to ``gap``, and every plan judged on
    ``fresh`` scenarios of its own; a spread below the gap cannot be told from none. A reduction
    in the experiment is left out: the question is how many draws are enough. The cost is the
    objective of the plan's model where that is a tail or the worst case, else the expected cost.

    Finished solves are kept beside the path ``target``, if one is given, until the study has ended;
    with ``resume`` one that did not goes on.

    Raises
    ------
    ConfigError
        If the scenarios cannot be drawn anew.
    InputError
        If the unfinished study is about another experiment.
    OutputError
        If nothing can be written beside ``target``, or another study writes there.
    InfeasibleError, SolverError
        If a solve yields no plan.
    KeyboardInterrupt
        If someone asked to stop.
    ValueError
        As `decision_stability`.
    """
    refuse_phases(experiment, "stability")
    definition = drawn_definition(experiment)
    region = make_region(experiment)
    options = SolveOptions(method="benders", gap=gap, time_limit=time_limit)

    with _kept(experiment, region, target, spec, resume=resume) as parts:

        def plan_for(scenarios: ScenarioSet) -> Plan:
            result = _solved(region, scenarios, spec, options, parts)
            if on_solved is not None:
                on_solved(scenarios, result)
            return _plan(result)

        costs = _remembered(_evaluator(region, spec), spec, parts)
        return decision_stability(
            _drawer(region, definition, spec), plan_for, costs, counts,
            repetitions=repetitions, fresh=fresh, tolerance=tolerance,
            seed=experiment.seed, measure=_measure(spec.model.objective),
        )  # fmt: skip


def _drawer(
    region: Region, definition: ScenarioConfig, spec: PlanSpec
) -> Callable[[int, int], ScenarioSet]:
    whole = definition.model_copy(update={"reduction": None})

    def draw(count: int, seed: int) -> ScenarioSet:
        drawn = generate(region, whole, num_scenarios=count, seed=seed)
        return drawn if spec.demand_factor == 1 else drawn.scaled(spec.demand_factor)

    return draw


@contextmanager
def _kept(
    experiment: Experiment, region: Region, target: Path | None, spec: PlanSpec, *, resume: bool
) -> Iterator[FinishedParts | None]:
    """Give the finished parts of the study, which are kept unless it comes to its end."""
    if target is None:
        yield None
        return
    about = (experiment.scenarios, spec.model, spec.demand_factor, experiment.seed)
    with locked(target):
        journal = StudyJournal(target, region, about)
        journal.begin(resume=resume)
        yield FinishedParts(journal.root, region, experiment.output.checkpoint)
        journal.discard()


def _solved(
    region: Region,
    scenarios: ScenarioSet,
    spec: PlanSpec,
    options: SolveOptions,
    parts: FinishedParts | None,
) -> SolveResult:
    """Return a solve of the study, from an earlier one that did not end where it was made."""
    if parts is None:
        return solve(region, scenarios, spec.model, options)
    known = parts.recall(scenarios, spec.model, options)
    if known is not None:
        return known
    kept = parts.checkpoint(scenarios, spec.model, options)
    result = solve(region, scenarios, spec.model, options, checkpoint=kept)
    parts.remember(scenarios, spec.model, options, result)
    return result


def _remembered(
    evaluate: Callable[[Plan, ScenarioSet], FloatArray],
    spec: PlanSpec,
    parts: FinishedParts | None,
) -> Callable[[Plan, ScenarioSet], FloatArray]:
    """Return the evaluation of plans, which keeps what it finds among the finished parts."""
    if parts is None:
        return evaluate

    def costs(plan: Plan, scenarios: ScenarioSet) -> FloatArray:
        content = (plan.open, plan.chargers, scenarios, spec.model)
        for known in parts.recall_arrays("costs", *content):
            return known["costs"]
        found = evaluate(plan, scenarios)
        parts.keep_arrays("costs", *content, arrays={"costs": found})
        return found

    return costs


def drawn_definition(experiment: Experiment) -> ScenarioConfig:
    """Return what the experiment's scenarios are drawn from.

    Raises
    ------
    ConfigError
        If the source holds fixed scenarios: reference demand, those of an instance, or paths.
    """
    section = experiment.scenarios
    if section.source is not None and not section.source.redrawable:
        raise ConfigError(
            f"scenarios.source is {section.source.kind!r}: these are taken as they are, not drawn"
        )
    return section


def _plan(result: SolveResult) -> Plan:
    if result.status is Status.INTERRUPTED:
        raise KeyboardInterrupt
    if result.plan is not None:
        return result.plan
    if result.status is Status.INFEASIBLE:
        raise InfeasibleError(result.message or "no plan exists")
    raise SolverError(result.message or f"no plan was found: {result.status}")


def _evaluator(region: Region, spec: PlanSpec) -> Callable[[Plan, ScenarioSet], FloatArray]:
    # A nominal plan must meet every scenario, not their mean.
    judged = spec.model.model_copy(update={"objective": Expected()})
    return lambda plan, scenarios: (
        evaluate(build_instance(region, scenarios, judged), [plan])[0].cost
    )


def _measure(goal: RiskMeasure) -> Callable[[FloatArray, FloatArray], float]:
    known = Expected() if goal.needs_own_optima or goal.looks_at_scenarios else goal
    return lambda costs, probability: ScenarioRisk(known, probability).value(costs)
