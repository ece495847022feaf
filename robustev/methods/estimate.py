"""What a plan will ask of the machine, forecast by arithmetic, and the cheapest method by that.

Two instances of one size can differ tenfold, so a forecast is given as a range. It need only tell
which method is the quicker one where it matters, and seconds from hours.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from robustev.core.formatting import rounded
from robustev.model.instance import Instance
from robustev.recourse.kernels.uncapacitated import goes_to_nearest

UNCERTAINTY = 4.0
"""Factor by which a forecast is widened to either side."""
AMPLE = 5.0
"""Capacity over demand from which on capacity hardly decides which sites are opened."""
SMALLEST_GAP = 1e-5
"""Gaps below this cost little more: few plans are left to tell apart."""
BYTES_PER_EXPLICIT_ARC = 4000
SECONDS_PER_STATED_ARC = 2.5e-5
"""Measured where Pyomo and mpi-sppy build the extensive form."""
BASE_GB = 0.3
MOST_OF_TAIL = 0.5
"""Largest deciding share of a risk measure that counts as few scenarios."""
SPARE = 2
"""Scenarios beyond the fewest that decide a risk measure."""
FEW_WEIGHED = 4.0
"""How much longer cuts take under a measure that weighs few scenarios: one cost-to-go bears all."""
SHARED_SPLIT = 4.0
"""How much longer a recourse solve takes by a linear program than by a network simplex."""


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
class Rate:
    """Time of a method: ``start + scale (N / 1e5)^growth (I / 50)^breadth (1e-3 / gap)^depth``.

    ``N`` is the number of assignment variables that it meets, as a rule those of all scenarios,
    ``I`` that of sites whose opening is to be decided; seconds.
    """

    start: float
    scale: float
    growth: float
    depth: float
    breadth: float = 0.0

    def seconds(self, size: float, sites: float, gap: float) -> float:
        """Return the time for ``size`` variables and ``sites`` openings to a relative ``gap``."""
        effort = math.pow(1e-3 / max(gap, SMALLEST_GAP), self.depth)
        breadth = math.pow(max(sites, 1) / 50, self.breadth)
        return self.start + self.scale * math.pow(size / 1e5, self.growth) * breadth * effort


# Set by hand so that the benchmark cases come out roughly on two cores. A single model's time grows
# with its size. A search over openings by cuts grows with the number of openings instead, and
# little with scenarios.
RATES: Mapping[str, Mapping[Regime, Rate]] = {
    "ef": {
        Regime.COUNTS: Rate(0.1, 2.0, growth=1.3, depth=0.25),
        Regime.OPENINGS: Rate(0.1, 20.0, growth=1.3, depth=0.1),
        Regime.NEAREST: Rate(0.1, 20.0, growth=1.3, depth=0.1),
        Regime.TIGHT: Rate(0.1, 200.0, growth=1.2, depth=0.4),
    },
    "benders": {
        Regime.COUNTS: Rate(0.4, 0.3, growth=0.75, depth=0.25),
        Regime.OPENINGS: Rate(0.4, 3.0, growth=1.0, depth=0.1),
        Regime.NEAREST: Rate(0.05, 0.4, growth=1.2, depth=0.1),
        Regime.TIGHT: Rate(0.4, 14.0, growth=0.2, depth=0.3, breadth=1.2),
    },
    "ph": {
        Regime.COUNTS: Rate(1.0, 0.5, growth=0.75, depth=0.25),
        Regime.OPENINGS: Rate(1.0, 5.0, growth=1.0, depth=0.1),
        Regime.NEAREST: Rate(1.0, 5.0, growth=1.0, depth=0.1),
        Regime.TIGHT: Rate(1.0, 30.0, growth=0.2, depth=0.3, breadth=1.2),
    },
}


@dataclass(frozen=True)
class EffortEstimate:
    """The size of one plan's model, and what each method should need for it.

    Parameters
    ----------
    variables, constraints
        Those of the extensive form.
    seconds, gigabytes
        By method.
    """

    scenarios: int
    arcs: int
    variables: int
    constraints: int
    regime: Regime
    seconds: Mapping[str, float]
    gigabytes: Mapping[str, float]

    @property
    def cheapest(self) -> str:
        """The method that should take the least time."""
        return min(self.seconds, key=lambda method: self.seconds[method])

    def span(self, method: str) -> tuple[float, float]:
        """Return the range of seconds in which ``method`` should finish."""
        return self.seconds[method] / UNCERTAINTY, self.seconds[method] * UNCERTAINTY

    def reason(self) -> str:
        """Return in words what the methods should take and why."""
        times = ", ".join(
            f"{method} {rounded(time, digits=2)} s" for method, time in self.seconds.items()
        )
        return f"{times} by forecast; {self.arcs:,} assignment variables, {self.regime}"


def forecast(instance: Instance, gap: float) -> EffortEstimate:
    """Return the forecast for solving one problem to a relative ``gap``."""
    scenarios, zones, types = instance.demand.shape
    shared = instance.model.split == "shared"
    services = 1 if shared else types
    arcs = len(instance.arcs) * services
    total, stated = arcs * scenarios, arcs * num_effective(instance)
    first_stage = instance.num_sites * (1 + instance.num_kinds)
    regime = regime_of(instance)
    undecided = int((~instance.min_open).sum())
    met = {"ef": stated, "benders": arcs if regime is Regime.NEAREST else total, "ph": total}
    seconds = {
        method: rates[regime].seconds(met[method], undecided, gap)
        for method, rates in RATES.items()
    }
    seconds["ef"] += SECONDS_PER_STATED_ARC * stated
    slower = (SHARED_SPLIT if shared else 1.0) * (FEW_WEIGHED if stated < total else 1.0)
    seconds |= {method: slower * seconds[method] for method in ("benders", "ph")}
    projected = BASE_GB + 8e-9 * (3 * instance.demand.size + 20 * len(instance.arcs))
    explicit = BASE_GB + 1e-9 * BYTES_PER_EXPLICIT_ARC * stated
    return EffortEstimate(
        scenarios=scenarios,
        arcs=total,
        variables=first_stage + total + scenarios * zones * services,
        constraints=scenarios * (zones * services + instance.num_sites * types) + total,
        regime=regime,
        seconds=seconds,
        gigabytes={"ef": explicit, "benders": projected, "ph": projected},
    )


def num_effective(instance: Instance) -> int:
    """Return about how many scenarios one model must hold.

    All of them, unless the risk measure weighs few and leaving demand unserved has a price, so
    that a plan for some scenarios is one for all.
    """
    goal, count = instance.model.objective, len(instance.scenarios)
    if goal.weight < 1 or not np.isfinite(instance.unserved_price).all():
        return count
    if goal.deciding_share > MOST_OF_TAIL:
        return count
    return min(count, max(1, math.ceil(goal.deciding_share * count)) + SPARE)


def _asks_for_the_mean(instance: Instance) -> bool:
    """Return whether the objective is an expected cost, as any is on a single scenario."""
    return instance.model.objective.is_expectation or len(instance.scenarios) == 1


def fits_one_model(instance: Instance, gap: float) -> bool:
    """Return whether one model of all scenarios should be the quickest way to ``gap``."""
    return forecast(instance, gap).cheapest == "ef"


def regime_of(instance: Instance) -> Regime:
    """Return what there is to decide in ``instance``."""
    free = ~instance.min_open
    stations = instance.model.stations
    limited = stations.exactly is not None or stations.maximum is not None
    if not free.any() or not (limited or (instance.opening_cost[free] > 0).any()):
        return Regime.COUNTS
    if _asks_for_the_mean(instance) and goes_to_nearest(instance):
        return Regime.NEAREST
    if instance.charger_cost.any():
        return Regime.TIGHT  # whoever pays for chargers buys no more than are needed
    most = instance.demand.sum(axis=1).max(axis=0)
    ample = instance.max_capacity().sum(axis=0) >= AMPLE * most
    return Regime.OPENINGS if ample.all() else Regime.TIGHT
