"""Waits in a queue with Poisson arrivals, exponential service and ``n`` chargers (M/M/n).

With offered load ``a = lambda / mu`` (mean number of busy chargers), Erlang (1917):

    B(0) = 1,  B(m) = a B(m-1) / (m + a B(m-1)),     C(n) = n B(n) / (n - a (1 - B(n))),
    E[wait] mu = C(n) / (n - a),                     P(wait > t) = C(n) exp(-(n - a) mu t).

Time is counted in mean services throughout, so that ``mu`` is 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache, partial

import numpy as np

from robustev.core.arrays import FloatArray


def waiting_probability(chargers: int, load: float) -> float:
    """Return the share of drivers who find every charger busy (Erlang C); 1 at an endless queue.

    >>> waiting_probability(1, 0.25)
    0.25
    >>> waiting_probability(2, 2.0)
    1.0
    """
    if load >= chargers:
        return 1.0
    blocked = 1.0
    for m in range(1, chargers + 1):
        blocked = load * blocked / (m + load * blocked)
    return chargers * blocked / (chargers - load * (1.0 - blocked))


def mean_wait(chargers: int, load: float) -> float:
    """Return the mean wait in mean services; infinite at an endless queue.

    >>> mean_wait(1, 0.5)
    1.0
    """
    if load <= 0:
        return 0.0
    free = chargers - load
    return math.inf if free <= 0 else waiting_probability(chargers, load) / free


def late_share(chargers: int, load: float, wait: float) -> float:
    """Return the share of drivers who wait longer than ``wait`` mean services."""
    if load <= 0:
        return 0.0
    return waiting_probability(chargers, load) * math.exp(-max(0.0, chargers - load) * wait)


@cache
def largest_loads(most: int, wait: float, share: float | None = None) -> FloatArray:
    """Return the largest offered load that 0, 1, ..., ``most`` chargers may carry, (most + 1,).

    The mean wait is at most ``wait`` mean services; with ``share``, at most this share of drivers
    waits longer than ``wait``. Each load keeps the promise, to the last digit.

    >>> (2 * largest_loads(4, 1 / 6)).round(2).tolist()  # cars an hour at 30 minutes, 5 of wait
    [0.0, 0.29, 1.51, 3.05, 4.72]
    """

    def excess(chargers: int, load: float) -> float:
        if share is None:
            return mean_wait(chargers, load) - wait
        return late_share(chargers, load, wait) - share

    loads = np.array([_largest(partial(excess, n), n) for n in range(most + 1)])
    loads.flags.writeable = False
    return loads


def _largest(excess: Callable[[float], float], chargers: int) -> float:
    """Return the largest load of so many chargers at which ``excess`` is not above 0.

    By bisection down to neighbouring numbers, the same on every machine.
    """
    kept, broken = 0.0, float(chargers)
    while kept < (middle := (kept + broken) / 2) < broken:
        if excess(middle) > 0:
            broken = middle
        else:
            kept = middle
    return kept
