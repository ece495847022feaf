"""Which method a plan is made with, and how many MPI ranks that asks for."""

from __future__ import annotations

from dataclasses import dataclass

from robustev.config.experiment import Experiment, PlanSpec
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.experiment.prepare import make_region, make_scenarios
from robustev.methods.options import PARALLEL_METHODS, SolveOptions
from robustev.model.instance import Instance, build_instance

DEFAULT_RANKS = {"ph": 3, "benders": 1}
"""Ranks to start where the experiment leaves it open: for ``ph`` a hub, an outer-bound and an
inner-bound cylinder; ``benders`` does on one machine with threads what it does with ranks."""


@dataclass(frozen=True)
class Choice:
    """A method, and why it was chosen."""

    method: str
    reason: str


def plan_instance(region: Region, scenarios: ScenarioSet, spec: PlanSpec) -> Instance:
    """Return the problem that a plan solves, its safety margin included."""
    demand = scenarios if spec.demand_factor == 1 else scenarios.scaled(spec.demand_factor)
    return build_instance(region, demand, spec.model)


def chosen_method(instance: Instance, options: SolveOptions) -> Choice:
    """Return the method that these options lead to."""
    from robustev.methods.solve import choose_method  # noqa: PLC0415 - loads the solvers

    method, reason = choose_method(instance, options)
    return Choice(method, reason)


def takes_all_ranks(region: Region, scenarios: ScenarioSet, spec: PlanSpec) -> bool:
    """Return whether all MPI ranks make this plan together, not rank 0 alone."""
    if spec.solve.ranks == 1:
        return False
    instance = plan_instance(region, scenarios, spec)
    return chosen_method(instance, spec.solve).method in PARALLEL_METHODS


def num_ranks_wanted(experiment: Experiment) -> int:
    """Return how many MPI ranks to start for the experiment: the most that a plan asks for."""
    open_plans = [spec for spec in experiment.plans.values() if spec.solve.ranks != 1]
    if any(spec.solve.method == "auto" for spec in open_plans):
        region = make_region(experiment)
        scenarios = make_scenarios(experiment, region)
        methods = [
            chosen_method(plan_instance(region, scenarios, spec), spec.solve).method
            for spec in open_plans
        ]
    else:
        methods = [str(spec.solve.method) for spec in open_plans]
    counts = [
        num_ranks_started(spec.solve, method)
        for spec, method in zip(open_plans, methods, strict=True)
    ]
    return max(counts, default=1)


def num_ranks_started(options: SolveOptions, method: str) -> int:
    """Return how many MPI ranks one plan asks for, where mpiexec has started none."""
    if method not in PARALLEL_METHODS:
        return 1
    return DEFAULT_RANKS[method] if options.ranks == "auto" else options.ranks
