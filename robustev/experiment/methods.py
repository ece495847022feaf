"""Which method a plan is made with, and how many MPI ranks that asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from robustev.config.experiment import Experiment, PlanSpec
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.methods.base import METHODS, Method
from robustev.methods.options import SolveOptions
from robustev.model.instance import Instance, build_instance


@dataclass(frozen=True)
class Choice:
    """A method, and why it was chosen."""

    method: Method
    reason: str


def plan_instance(region: Region, scenarios: ScenarioSet, spec: PlanSpec) -> Instance:
    """Return the instance that a plan solves, its safety margin included."""
    demand = scenarios if spec.demand_factor == 1 else scenarios.scaled(spec.demand_factor)
    return build_instance(region, demand, spec.model)


def chosen_method(instance: Instance, options: SolveOptions) -> Choice:
    """Return the method that these options lead to."""
    return Choice(*METHODS[options.method].choose(instance, options.gap))


def takes_all_ranks(instance: Instance, options: SolveOptions) -> bool:
    """Return whether all MPI ranks make this plan together, not rank 0 alone."""
    return options.ranks != 1 and chosen_method(instance, options).method.is_parallel


def needs_data(experiment: Experiment) -> bool:
    """Return whether the number of MPI ranks depends on the size of the experiment's instances."""
    return any(
        spec.solve.ranks != 1 and METHODS[spec.solve.method].only_chooses
        for spec in experiment.plans.values()
    )


def num_ranks_wanted(experiment: Experiment, instances: Mapping[str, Instance]) -> int:
    """Return how many MPI ranks to start for the experiment: the most that a plan asks for.

    ``instances`` may be empty where :func:`needs_data` says so.
    """
    counts = []
    for name, spec in experiment.plans.items():
        if spec.solve.ranks == 1:
            continue
        method = METHODS[spec.solve.method]
        if method.only_chooses:
            method = chosen_method(instances[name], spec.solve).method
        counts.append(method.num_ranks(spec.solve.ranks))
    return max(counts, default=1)
