"""How many scenarios an experiment needs: its model solved again and again with other draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from robustev.config.experiment import Experiment, PlanSpec
from robustev.config.region import make_region
from robustev.core.arrays import FloatArray
from robustev.core.errors import ConfigError, InfeasibleError, SolverError
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.evaluate import evaluate
from robustev.methods.options import SolveOptions
from robustev.methods.result import SolveResult, Status
from robustev.methods.solve import solve
from robustev.model.instance import build_instance
from robustev.model.risk import Expected, RiskMeasure, ScenarioRisk
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
) -> StabilityReport:
    """Return how much a plan and its cost depend on which scenarios happened to be drawn.

    Every count is solved ``repetitions`` times by ``benders`` to ``gap``, and every plan judged on
    ``fresh`` scenarios of its own; a spread below the gap cannot be told from none. A reduction
    in the experiment is left out: the question is how many draws are enough. The cost is the
    objective of the plan's model where that is a tail or the worst case, else the expected cost.

    Raises
    ------
    ConfigError
        If the scenarios cannot be drawn anew.
    InfeasibleError, SolverError
        If a solve yields no plan.
    KeyboardInterrupt
        If someone asked to stop.
    ValueError
        As `decision_stability`.
    """
    definition = drawn_definition(experiment).model_copy(update={"reduction": None})
    region = make_region(experiment)
    options = SolveOptions(method="benders", gap=gap, time_limit=time_limit)

    def draw(count: int, seed: int) -> ScenarioSet:
        drawn = generate(region, definition, num_scenarios=count, seed=seed)
        return drawn if spec.demand_factor == 1 else drawn.scaled(spec.demand_factor)

    def plan_for(scenarios: ScenarioSet) -> Plan:
        result = solve(region, scenarios, spec.model, options)
        if on_solved is not None:
            on_solved(scenarios, result)
        return _plan(result)

    return decision_stability(
        draw, plan_for, _evaluator(region, spec), counts, repetitions=repetitions, fresh=fresh,
        tolerance=tolerance, seed=experiment.seed, measure=_measure(spec.model.objective),
    )  # fmt: skip


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
    known = Expected() if goal.needs_own_optima else goal
    return lambda costs, probability: ScenarioRisk(known, probability).value(costs)
