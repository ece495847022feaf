"""How long the methods take, by size: rates set by hand, so that forecasts come out roughly."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from robustev.methods.size import InstanceSize, Regime, size_of
from robustev.model.instance import Instance

SMALLEST_GAP = 1e-5
"""Gaps below this cost little more: few plans are left to tell apart."""
BYTES_PER_EXPLICIT_ARC = 4000
SECONDS_PER_STATED_ARC = 2.5e-5
"""Measured where Pyomo and mpi-sppy build the extensive form."""
BASE_GB = 0.3
FEW_WEIGHED = 4.0
"""How much longer cuts take under a measure that weighs few scenarios: one cost-to-go bears all."""
SHARED_SPLIT = 4.0
"""How much longer a recourse solve takes by a linear program than by a network simplex."""


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
EF: Mapping[Regime, Rate] = {
    Regime.COUNTS: Rate(0.1, 2.0, growth=1.3, depth=0.25),
    Regime.OPENINGS: Rate(0.1, 20.0, growth=1.3, depth=0.1),
    Regime.NEAREST: Rate(0.1, 20.0, growth=1.3, depth=0.1),
    Regime.TIGHT: Rate(0.1, 200.0, growth=1.2, depth=0.4),
}
BENDERS: Mapping[Regime, Rate] = {
    Regime.COUNTS: Rate(0.4, 0.3, growth=0.75, depth=0.25),
    Regime.OPENINGS: Rate(0.4, 3.0, growth=1.0, depth=0.1),
    Regime.NEAREST: Rate(0.05, 0.4, growth=1.2, depth=0.1),
    Regime.TIGHT: Rate(0.4, 14.0, growth=0.2, depth=0.3, breadth=1.2),
}
PH: Mapping[Regime, Rate] = {
    Regime.COUNTS: Rate(1.0, 0.5, growth=0.75, depth=0.25),
    Regime.OPENINGS: Rate(1.0, 5.0, growth=1.0, depth=0.1),
    Regime.NEAREST: Rate(1.0, 5.0, growth=1.0, depth=0.1),
    Regime.TIGHT: Rate(1.0, 30.0, growth=0.2, depth=0.3, breadth=1.2),
}


ASCENT = Rate(2.0, 0.04, growth=1.1, depth=0.5)
"""The dual ascent: a few hundred passes over all arcs and scenarios, and exact solves of plans."""
DIVING = 3.0
"""How much longer it takes where openings are fixed little by little."""


def seconds_extensive(size: InstanceSize, gap: float) -> float:
    """Return how long the extensive form takes."""
    rate = EF[size.regime].seconds(size.stated, size.undecided, gap)
    return rate + SECONDS_PER_STATED_ARC * size.stated


def seconds_benders(size: InstanceSize, gap: float) -> float:
    """Return how long Benders decomposition takes."""
    if size.for_ascent:
        diving = DIVING if size.dear_openings else 1.0
        return diving * ASCENT.seconds(size.total, size.undecided, gap)
    met = size.arcs if size.regime is Regime.NEAREST else size.total
    return _slower(size) * BENDERS[size.regime].seconds(met, size.undecided, gap)


def seconds_hedging(size: InstanceSize, gap: float) -> float:
    """Return how long progressive hedging takes."""
    return _slower(size) * PH[size.regime].seconds(size.total, size.undecided, gap)


def _slower(size: InstanceSize) -> float:
    shared = SHARED_SPLIT if size.shares_split else 1.0
    return shared * (FEW_WEIGHED if size.stated < size.total else 1.0)


def gigabytes_explicit(size: InstanceSize) -> float:
    """Return the memory of a model with every assignment variable."""
    return BASE_GB + 1e-9 * BYTES_PER_EXPLICIT_ARC * size.stated


def gigabytes_projected(size: InstanceSize) -> float:
    """Return the memory of a decomposition by shared prices."""
    demands, arcs = size.numbers
    return BASE_GB + 8e-9 * (3 * demands + 20 * arcs)


def fits_one_model(instance: Instance, gap: float) -> bool:
    """Return whether one model of all scenarios should be the quickest way to ``gap``."""
    size = size_of(instance)
    whole = seconds_extensive(size, gap)
    return whole <= min(seconds_benders(size, gap), seconds_hedging(size, gap))
