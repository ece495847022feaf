"""Which method a plan is made with, and how many MPI ranks that asks for."""

from __future__ import annotations

from dataclasses import dataclass

from robustev.experiment.config import Experiment, PlanSpec
from robustev.experiment.data import make_region, make_scenarios
from robustev.problem import Problem, build_problem
from robustev.region import Region
from robustev.scenario import ScenarioSet
from robustev.solve.options import SolveOptions

DEFAULT_RANKS = 3
"""A hub, an outer-bound and an inner-bound cylinder."""


@dataclass(frozen=True)
class Choice:
    """A method, and why it was chosen (a clause that follows "because")."""

    method: str
    reason: str


def plan_problem(region: Region, scenarios: ScenarioSet, spec: PlanSpec) -> Problem:
    """Return the problem that a plan solves, its safety margin included."""
    demand = scenarios if spec.demand_factor == 1 else scenarios.scaled(spec.demand_factor)
    return build_problem(region, demand, spec.model)


def chosen_method(problem: Problem, options: SolveOptions) -> Choice:
    """Return the method that these options lead to."""
    if options.method != "auto":
        return Choice(options.method, "the experiment says so")
    from robustev.solve.run import choose_method  # noqa: PLC0415 - loads the solvers

    method, reason = choose_method(problem, options)
    return Choice(method, reason)


def num_ranks_wanted(experiment: Experiment) -> int:
    """Return how many MPI ranks to start for the experiment: the most that a plan asks for."""
    open_plans = [s for s in experiment.plans.values() if s.solve.ranks != 1]
    if all(spec.solve.method in ("ef", "benders") for spec in open_plans):
        return 1
    if any(spec.solve.method == "auto" for spec in open_plans):
        region = make_region(experiment)
        scenarios = make_scenarios(experiment, region)
        open_plans = [
            spec
            for spec in open_plans
            if chosen_method(plan_problem(region, scenarios, spec), spec.solve).method == "ph"
        ]
    counts = [s.solve.ranks for s in open_plans if s.solve.method not in ("ef", "benders")]
    return max((DEFAULT_RANKS if n == "auto" else n for n in counts), default=1)
