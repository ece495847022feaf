"""What chargers can do where nobody may wait long, from the balance equations of a queue.

Shares no code with the package: the probabilities of its lengths are summed one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.optimize import brentq

LONGEST = 4000


def lengths(chargers: int, busy: float) -> np.ndarray:
    """Return the probabilities of 0, 1, ... cars at a station with so many busy on average."""
    rate = busy / np.minimum(np.arange(1, LONGEST), chargers)
    weight = np.concatenate([[1.0], np.cumprod(rate)])
    return weight / weight.sum()


def most_busy(chargers: int, wait: float, share: float | None) -> float:
    """Return how many chargers may be busy on average; ``wait`` in mean services."""

    def excess(busy: float) -> float:
        cars = lengths(chargers, busy)
        if share is None:
            queue = np.maximum(np.arange(len(cars)) - chargers, 0)
            return float(queue @ cars / busy - wait)
        return float(cars[chargers:].sum() * np.exp(-(chargers - busy) * wait) - share)

    top = 0.97 * chargers
    if excess(top) <= 0:
        raise ValueError("the queue is too long to be summed up")
    return float(brentq(excess, 1e-12 * chargers, top, xtol=1e-14))


def usable(
    options: Mapping[str, Any], kinds: tuple[str, ...], unit: np.ndarray, types: tuple[str, ...],
    share: float, most: int,
) -> np.ndarray:  # fmt: skip
    """Return the capacity of 0 to ``most`` chargers, shape (most + 1, kinds, types).

    ``unit`` is the capacity of one charger, of which a ``share`` may be used.
    """
    table = np.zeros((most + 1, *unit.shape))
    for r, kind in enumerate(kinds):
        service = options["service"]
        service = service[kind] if isinstance(service, Mapping) else service
        for n in range(1, most + 1):
            busy = most_busy(n, options["minutes"] / service, options.get("share"))
            for k, name in enumerate(types):
                each = unit[r, k]
                if options.get("peak_share") is not None and each > 0:
                    of_type = {}
                    for key in ("peak_share", "session_units"):
                        given = options.get(key, 1.0)
                        of_type[key] = given[name] if isinstance(given, Mapping) else given
                    each = 60.0 / service * of_type["session_units"] / of_type["peak_share"]
                table[n, r, k] = min(each * busy, share * n * unit[r, k])
    return table
