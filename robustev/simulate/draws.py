"""Random arrivals, service times and first queues, from a stream for every queue and replication.

Arrivals are a Poisson process with a constant rate in every part of the day: a Poisson number in
each part, at uniform moments. A peak that goes on and on begins with as many drivers as a queue
M/M/n has at a random moment: with load ``a``, ``m`` drivers with probability proportional to
``a^m / m!`` up to ``n``, and a geometric number beyond, though no more wait than come in one
replication.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import poisson

from robustev.assess.statistics.streams import random_numbers
from robustev.core.arrays import FloatArray, IntArray
from robustev.core.erlang import waiting_probability
from robustev.simulate.cases import Case

HOUR = 60.0
DAY = 24 * HOUR


@dataclass(frozen=True, eq=False)
class Window:
    """A replication on the clock, in minutes: when arrivals end, and which of them are looked at.

    Parameters
    ----------
    end
        When the last driver may arrive; the first may at 0.
    begin, until
        Drivers who arrive between them are counted.
    parts
        Shape (parts,): rate of arrivals over that of the peak, in equal parts of the time to
        ``end``.
    """

    end: float
    begin: float
    until: float
    parts: FloatArray

    @classmethod
    def of(cls, case: Case, warm_up: float, hours: float) -> Window:
        """Return the window of a case: some hours of the peak, or the busiest part of one day.

        A day begins with its quietest part.
        """
        if not case.profile:
            whole = HOUR * (warm_up + hours)
            return cls(whole, HOUR * warm_up, whole, np.ones(1))
        parts = np.array(case.profile) / max(case.profile)
        parts = np.roll(parts, -int(np.argmin(parts)))
        length, peak = DAY / len(parts), int(np.argmax(parts))
        return cls(DAY, peak * length, (peak + 1) * length, parts)


@dataclass(frozen=True, eq=False)
class Draw:
    """The drivers of one queue in one replication, in the order in which they set off.

    Parameters
    ----------
    start
        Drivers who are there at the beginning.
    moment
        Shape (drivers,): when each comes, in minutes; 0 for those who are there already.
    service
        Shape (drivers,): minutes at the charger.
    patience
        Shape (drivers,): minutes until each gives up waiting, if drivers do.
    origin
        Shape (drivers,): number between 0 and 1 by which each zone is drawn.
    """

    start: int
    moment: FloatArray
    service: FloatArray
    patience: FloatArray
    origin: FloatArray


@dataclass(frozen=True)
class Stream:
    """The random numbers of one queue in one replication, and what they are drawn for.

    Parameters
    ----------
    seed, purpose
        What the numbers depend on, and nothing else: scenario, site, kind, type, replication.
    kind, chargers, service, rate
        The kind of its chargers, how many, mean minutes at one, sessions an hour at the peak.
    """

    seed: int
    purpose: tuple[str, ...]
    kind: str
    chargers: int
    service: float
    rate: float

    def numbers(self, use: str) -> np.random.Generator:
        """Return the random numbers of one use."""
        return random_numbers(self.seed, "simulation", use, *self.purpose)


def draw(case: Case, window: Window, stream: Stream) -> Draw:
    """Return the drivers of one queue in one replication; other cases share their numbers."""
    rng, begin = stream.numbers("arrivals"), stream.numbers("beginning")
    length = window.end / len(window.parts)
    numbers = rng.poisson(stream.rate / HOUR * length * window.parts)
    moments = length * (np.repeat(np.arange(len(numbers)), numbers) + rng.random(numbers.sum()))
    moments.sort()
    times = case.times.get(stream.kind)
    average = stream.service if times is None else times.average
    load = stream.rate * average / HOUR
    most = int(stream.rate / HOUR * window.end)
    start = 0 if case.profile else _in_equilibrium(stream.chargers, load, most, begin)
    count = start + len(moments)
    level = np.append(begin.random(start), stream.numbers("service").random(len(moments)))
    return Draw(
        start=start,
        moment=np.append(np.zeros(start), moments),
        service=-stream.service * np.log1p(-level) if times is None else times.minutes(level),
        patience=(case.patience or 0.0) * stream.numbers("patience").standard_exponential(count),
        origin=stream.numbers("origins").random(count),
    )


def _in_equilibrium(chargers: int, load: float, most: int, rng: np.random.Generator) -> int:
    """Return the drivers at a random moment, of whom at most so many wait.

    All chargers are busy where the queue is endless.
    """
    waits, level = rng.random(2)
    if load >= chargers:
        return chargers
    if waits < waiting_probability(chargers, load):
        return chargers + min(int(rng.geometric(1.0 - load / chargers)) - 1, most)
    below = float(poisson.cdf(chargers - 1, load))
    return int(poisson.ppf(level * below, load)) if below > 0 else chargers - 1


def zones_of(origin: FloatArray, weight: FloatArray) -> IntArray:
    """Return the place in ``weight`` of each number between 0 and 1, in proportion to it."""
    if not len(origin):
        return np.zeros(0, dtype=np.int64)
    total = np.cumsum(weight)
    place = np.searchsorted(total, origin * total[-1], side="right")
    return np.asarray(np.minimum(place, len(weight) - 1))
