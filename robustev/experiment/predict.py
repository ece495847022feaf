"""What a plan will ask of the machine, forecast by arithmetic before a long run."""

from __future__ import annotations

from dataclasses import dataclass

from robustev.problem import Problem

# Measured on two cores: one Pyomo and HiGHS model of 100 x 4096 arcs took 1.6 GB and 26 s; 24,000
# arcs with binding integer chargers took 16 s. One exact transportation solve took 0.1 to 0.3 s.
# Where openings are to be decided under tight capacity, 41,000 arcs took 17 s and 164,000 90 s.
BYTES_PER_EXPLICIT_ARC = 4000
SECONDS_PER_EXPLICIT_ARC = (6e-5, 7e-4)
SECONDS_PER_TRANSPORT_ARC = 5e-7
TRANSPORTS_PER_SCENARIO = (3, 40)
SECONDS_PER_UNDECIDED_ARC = 1e-3
BASE_GB = 0.3


@dataclass(frozen=True)
class Forecast:
    """The size of one plan's model and what solving it should take; a rough guide.

    ``variables`` and ``constraints`` are those of the extensive form. ``explicit_gb`` and
    ``explicit_seconds`` are about a method that states them all, ``projected_gb`` and
    ``projected_seconds`` about one that works on prices; seconds are a range from easy to hard.
    """

    scenarios: int
    arcs: int
    variables: int
    constraints: int
    explicit_gb: float
    explicit_seconds: tuple[float, float]
    projected_gb: float
    projected_seconds: tuple[float, float]

    def gigabytes(self, method: str) -> float:
        """Return the memory that ``method`` should need."""
        return self.explicit_gb if method == "ef" else self.projected_gb

    def seconds(self, method: str) -> tuple[float, float]:
        """Return the time that ``method`` should need, from easy to hard."""
        return self.explicit_seconds if method == "ef" else self.projected_seconds


def forecast(problem: Problem) -> Forecast:
    """Return the forecast for one problem."""
    scenarios, zones, types = problem.demand.shape
    services = 1 if problem.model.split == "shared" else types
    arcs = int(problem.reachable.sum()) * services
    first_stage = problem.num_sites * (1 + problem.num_kinds)
    total = arcs * scenarios
    numbers = 8 * (3 * problem.demand.size + 20 * problem.travel.size)
    easy, hard = _range(TRANSPORTS_PER_SCENARIO, SECONDS_PER_TRANSPORT_ARC * total)
    undecided = int(problem.reachable[~problem.min_open].sum()) * services * scenarios
    return Forecast(
        scenarios=scenarios,
        arcs=arcs,
        variables=first_stage + total + scenarios * zones * services,
        constraints=scenarios * (zones * services + problem.num_sites * types) + total,
        explicit_gb=BASE_GB + BYTES_PER_EXPLICIT_ARC * total / 1e9,
        explicit_seconds=_range(SECONDS_PER_EXPLICIT_ARC, total),
        projected_gb=BASE_GB + numbers / 1e9,
        projected_seconds=(easy, hard + SECONDS_PER_UNDECIDED_ARC * undecided),
    )


def _range(factors: tuple[float, float], size: float) -> tuple[float, float]:
    return 1 + factors[0] * size, 1 + factors[1] * size
