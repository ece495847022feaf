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


PARALLEL_METHOD = "ph"
"""The method that works on several ranks; all others run on rank 0."""


@dataclass(frozen=True)
class Choice:
    """A method, and why it was chosen."""

    method: str
    reason: str


def plan_problem(region: Region, scenarios: ScenarioSet, spec: PlanSpec) -> Problem:
    """Return the problem that a plan solves, its safety margin included."""
    demand = scenarios if spec.demand_factor == 1 else scenarios.scaled(spec.demand_factor)
    return build_problem(region, demand, spec.model)


def chosen_method(problem: Problem, options: SolveOptions) -> Choice:
    """Return the method that these options lead to."""
    from robustev.solve.run import choose_method  # noqa: PLC0415 - loads the solvers

    method, reason = choose_method(problem, options)
    return Choice(method, reason)


def num_ranks_wanted(experiment: Experiment) -> int:
    """Return how many MPI ranks to start for the experiment: the most that a plan asks for."""
    open_plans = [spec for spec in experiment.plans.values() if spec.solve.ranks != 1]
    if any(spec.solve.method == "auto" for spec in open_plans):
        region = make_region(experiment)
        scenarios = make_scenarios(experiment, region)
        methods = [
            chosen_method(plan_problem(region, scenarios, spec), spec.solve).method
            for spec in open_plans
        ]
    else:
        methods = [str(spec.solve.method) for spec in open_plans]
    counts = [
        DEFAULT_RANKS if spec.solve.ranks == "auto" else spec.solve.ranks
        for spec, method in zip(open_plans, methods, strict=True)
        if method == PARALLEL_METHOD
    ]
    return max(counts, default=1)
