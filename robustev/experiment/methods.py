"""Which method a plan is made with, and how many MPI ranks that asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from robustev.config.experiment import Experiment, PlanSpec
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
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


def takes_all_ranks(instance: Instance, options: SolveOptions) -> bool:
    """Return whether all MPI ranks make this plan together, not rank 0 alone."""
    return options.ranks != 1 and chosen_method(instance, options).method in PARALLEL_METHODS


def needs_data(experiment: Experiment) -> bool:
    """Return whether the number of MPI ranks depends on the size of the experiment's instances."""
    return any(
        spec.solve.ranks != 1 and spec.solve.method == "auto" for spec in experiment.plans.values()
    )


def num_ranks_wanted(experiment: Experiment, instances: Mapping[str, Instance]) -> int:
    """Return how many MPI ranks to start for the experiment: the most that a plan asks for.

    ``instances`` may be empty where :func:`needs_data` says so.
    """
    counts = []
    for name, spec in experiment.plans.items():
        if spec.solve.ranks == 1:
            continue
        method = str(spec.solve.method)
        if method == "auto":
            method = chosen_method(instances[name], spec.solve).method
        counts.append(num_ranks_started(spec.solve, method))
    return max(counts, default=1)


def num_ranks_started(options: SolveOptions, method: str) -> int:
    """Return how many MPI ranks one plan asks for, where mpiexec has started none."""
    if method not in PARALLEL_METHODS:
        return 1
    return DEFAULT_RANKS[method] if options.ranks == "auto" else options.ranks
