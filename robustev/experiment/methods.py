"""Which method a plan is made with, and how many MPI ranks that asks for."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass

from robustev.config.experiment import Experiment, PlanSpec
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.methods.base import METHODS, Method
from robustev.methods.options import SolveOptions
from robustev.model.instance import Instance, build_instance
from robustev.parallel import ranks
from robustev.parallel.shared import once_per_node

CHOICES = "ROBUSTEV_METHODS"
"""Set for ranks that robustev started: the methods that it chose for the plans, by which it knew
how many ranks to start."""


@dataclass(frozen=True)
class Choice:
    """A method, and why it was chosen."""

    method: Method
    reason: str


def plan_instance(region: Region, scenarios: ScenarioSet, spec: PlanSpec) -> Instance:
    """Return the instance that a plan solves, its safety margin included."""
    demand = scenarios
    if spec.demand_factor != 1:
        demand = once_per_node(lambda: scenarios.scaled(spec.demand_factor))
    return build_instance(region, demand, spec.model)


def chosen_method(instance: Instance, options: SolveOptions) -> Choice:
    """Return the method that these options lead to."""
    return Choice(*METHODS[options.method].choose(instance, options.gap))


def agreed_method(
    plan: str,
    instance: Instance,
    options: SolveOptions,
    environment: Mapping[str, str] = os.environ,
) -> Choice:
    """Return the method of a plan, the same on every rank; all ranks make this call.

    It is the one that whoever started the ranks has chosen, or else rank 0's choice.
    """
    given: dict[str, list[str]] = json.loads(environment.get(CHOICES, "{}"))

    def choose() -> list[str]:
        choice = chosen_method(instance, options)
        return [choice.method.name, choice.reason]

    name, reason = ranks.done_by_root(lambda: given.get(plan) or choose())
    return Choice(METHODS[name], reason)


def takes_all_ranks(method: Method, options: SolveOptions) -> bool:
    """Return whether all MPI ranks make a plan together, not rank 0 alone."""
    return options.ranks != 1 and method.is_parallel


def needs_data(experiment: Experiment) -> bool:
    """Return whether the number of MPI ranks depends on the size of the experiment's instances."""
    return any(
        spec.solve.ranks != 1 and METHODS[spec.solve.method].only_chooses
        for spec in experiment.plans.values()
    )


@dataclass(frozen=True)
class RanksWanted:
    """How many MPI ranks to start for an experiment, and what they are told of its plans."""

    number: int
    environment: Mapping[str, str]


def ranks_wanted(experiment: Experiment, instances: Mapping[str, Instance]) -> RanksWanted:
    """Return how many MPI ranks to start for the experiment: the most that a plan asks for.

    ``instances`` may be empty where :func:`needs_data` says so.
    """
    counts, choices = [1], {}
    for name, spec in experiment.plans.items():
        if spec.solve.ranks == 1:
            continue
        method = METHODS[spec.solve.method]
        if method.only_chooses:
            choice = chosen_method(instances[name], spec.solve)
            method = choice.method
            choices[name] = [method.name, choice.reason]
        counts.append(method.num_ranks(spec.solve.ranks))
    return RanksWanted(max(counts), {CHOICES: json.dumps(choices)})
