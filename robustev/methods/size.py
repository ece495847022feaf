"""How large an instance is, and what there is to decide in it."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass

from robustev.methods.benders.ascent.suits import has_dear_openings, suits
from robustev.model.first_stage import first_stage
from robustev.model.instance import Instance
from robustev.recourse.kernels.uncapacitated import goes_to_nearest

AMPLE = 5.0
"""Capacity over demand from which on capacity hardly decides which sites are opened."""
MOST_OF_TAIL = 0.5
"""Largest deciding share of a risk measure that counts as few scenarios."""
SPARE = 2
"""Scenarios beyond the fewest that decide a risk measure."""


class Regime(enum.StrEnum):
    """What there is to decide, which makes more of a difference than size."""

    COUNTS = "charger counts to decide"
    """Opening is free of cost and limits: relaxations are nearly exact, recourse takes the time."""
    OPENINGS = "openings to decide"
    """Capacity is ample or unlimited."""
    NEAREST = "openings to decide, and everyone served from the nearest"
    """Capacity never binds and the mean of demand is enough, as in p-median."""
    TIGHT = "openings to decide under tight capacity"
    """Relaxations are loose: the search tree takes the time."""


@dataclass(frozen=True)
class InstanceSize:
    """The size of one plan's model.

    Parameters
    ----------
    arcs
        Assignment variables of one scenario.
    total, stated
        Assignment variables of all scenarios, and of those that one model must hold.
    undecided
        Sites whose opening is to be decided.
    variables, constraints
        Those of the extensive form.
    numbers
        Numbers that the instance holds: demands of all scenarios, and costs of arcs.
    shares_split
        Whether all demand types share one split.
    for_ascent
        Whether sites are so many that ``benders`` begins with a dual ascent.
    dear_openings
        Whether opening a site costs more than filling it with chargers.
    """

    scenarios: int
    arcs: int
    total: int
    stated: int
    undecided: int
    variables: int
    constraints: int
    regime: Regime
    numbers: tuple[int, int]
    shares_split: bool
    for_ascent: bool
    dear_openings: bool


def size_of(instance: Instance) -> InstanceSize:
    """Return the size of ``instance``."""
    scenarios, zones, types = instance.demand.shape
    shared = instance.model.split == "shared"
    services = 1 if shared else types
    arcs = len(instance.arcs) * services
    total = arcs * scenarios
    decisions = first_stage(instance).num_columns
    return InstanceSize(
        scenarios=scenarios,
        arcs=arcs,
        total=total,
        stated=arcs * num_effective(instance),
        undecided=int((~instance.min_open).sum()),
        variables=decisions + total + scenarios * zones * services,
        constraints=scenarios * (zones * services + instance.num_sites * types) + total,
        regime=regime_of(instance),
        numbers=(instance.demand.size, len(instance.arcs)),
        shares_split=shared,
        for_ascent=instance.model.objective.is_expectation and suits(instance),
        dear_openings=has_dear_openings(instance),
    )


def num_effective(instance: Instance) -> int:
    """Return about how many scenarios one model must hold.

    All of them, unless the risk measure weighs few and leaving demand unserved has a price, so
    that a plan for some scenarios is one for all.
    """
    goal, count = instance.model.objective, len(instance.scenarios)
    if goal.weight < 1 or not instance.serves_any_plan:
        return count
    if goal.deciding_share > MOST_OF_TAIL:
        return count
    return min(count, max(1, math.ceil(goal.deciding_share * count)) + SPARE)


def _asks_for_the_mean(instance: Instance) -> bool:
    """Return whether the objective is an expected cost, as any is on a single scenario."""
    return instance.model.objective.is_expectation or len(instance.scenarios) == 1


def regime_of(instance: Instance) -> Regime:
    """Return what there is to decide in ``instance``."""
    free = ~instance.min_open
    limited = first_stage(instance).limits_openings
    if not free.any() or not (limited or (instance.opening_cost[free] > 0).any()):
        return Regime.COUNTS
    if _asks_for_the_mean(instance) and goes_to_nearest(instance):
        return Regime.NEAREST
    if instance.charger_cost.any():
        return Regime.TIGHT  # whoever pays for chargers buys no more than are needed
    most = instance.demand.sum(axis=1).max(axis=0)
    ample = instance.max_capacity().sum(axis=0) >= AMPLE * most
    return Regime.OPENINGS if ample.all() else Regime.TIGHT
