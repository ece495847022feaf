"""Scenario reduction: a few scenarios that stand for many, with the error made.

The error is the Kantorovich (Wasserstein-1) distance between the full and the reduced set: with
ground distance ``c`` and every dropped scenario's probability given to the nearest kept one, it is
``sum_s p_s min_{t kept} c(s, t)`` (Dupacova, Groewe-Kuska and Roemisch, 2003). In cost space it
bounds the error of the expected cost of every plan that the costs were computed for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.spatial.distance import cdist

from robustev.core.arrays import FloatArray, IntArray, first_least
from robustev.data.geometry import distances_within
from robustev.data.scenarios import ScenarioSet

MAX_SCENARIOS = 10_000  # the matrix of distances is dense
MAX_SWAPS = 1000
ROUNDING = 1e-7  # distances by the Gram matrix are exact to 1e-8 of the largest
COLUMNS = 512  # candidates scored at a time

ReductionMethod = Literal["fast_forward", "k_medoids"]


@dataclass(frozen=True, eq=False)
class ReducedScenarios:
    """The kept scenarios and what was lost.

    Parameters
    ----------
    scenarios
        The kept ones, with the probabilities of those that they stand for.
    kept
        Shape (kept,): their positions in the full set.
    assigned
        Shape (full,): for every scenario, the position in ``kept`` of the one standing for it.
    error
        Kantorovich distance to the full set, in the unit of the ground distance.
    relative_error
        ``error`` relative to that of the best single scenario: 0 is no loss, 1 is as bad as one.
    """

    scenarios: ScenarioSet
    kept: IntArray
    assigned: IntArray
    error: float
    relative_error: float


def reduce_scenarios(
    scenarios: ScenarioSet,
    count: int,
    method: ReductionMethod = "fast_forward",
    *,
    distance: FloatArray | None = None,
) -> ReducedScenarios:
    """Return at most ``count`` scenarios that stand for all.

    ``distance`` has shape (scenarios, scenarios); the default is the Euclidean distance of demand
    maps. For problem-driven reduction pass ``cost_distance(costs)``.

    Raises
    ------
    ValueError
        If ``count`` is below 1, the distances do not fit, or there are more than 10,000 scenarios.
    """
    if count < 1:
        raise ValueError(f"count must be >= 1, not {count}")
    size = len(scenarios)
    if size > MAX_SCENARIOS:
        gigabytes = 8e-9 * size**2
        raise ValueError(
            f"reducing {size:,} scenarios needs {gigabytes:.1f} GB of distances; "
            f"at most {MAX_SCENARIOS:,} scenarios are reduced at a time"
        )
    apart = demand_distance(scenarios) if distance is None else np.asarray(distance)
    if apart.shape != (size, size):
        raise ValueError(f"distance must have shape {(size, size)}, not {apart.shape}")
    choose = fast_forward if method == "fast_forward" else k_medoids
    kept = np.sort(choose(apart, scenarios.probability, min(count, size)))
    return _with_kept(scenarios, kept, apart)


def demand_distance(scenarios: ScenarioSet) -> FloatArray:
    """Return Euclidean distances between demand maps, shape (scenarios, scenarios)."""
    flat = scenarios.demand.reshape(len(scenarios), -1)
    return distances_within(flat.astype(np.float64, copy=False))


def cost_distance(costs: FloatArray) -> FloatArray:
    """Return distances in cost space: the largest difference over plans, shape (scenarios,) * 2.

    ``costs`` has shape (scenarios, plans): the cost of each of some plans in every scenario.

    >>> cost_distance(np.array([[1.0, 2.0], [2.0, 5.0]])).tolist()
    [[0.0, 3.0], [3.0, 0.0]]
    """
    return np.asarray(cdist(costs, costs, metric="chebyshev"))


def fast_forward(distance: FloatArray, probability: FloatArray, count: int) -> IntArray:
    """Return positions of ``count`` scenarios, each the one that lowers the error most.

    Heitsch and Roemisch (2003), algorithm 2.4. The scenarios come in the order chosen, so that the
    first k of them are the choice of k.

    >>> line = np.abs(np.subtract.outer([0.0, 1.0, 10.0], [0.0, 1.0, 10.0]))
    >>> fast_forward(line, np.full(3, 1 / 3), 2).tolist()
    [1, 2]
    """
    nearest = np.full(len(distance), np.inf)
    chosen: list[int] = []
    for _ in range(count):
        error = _errors_if_added(distance, nearest, probability)
        error[chosen] = np.inf
        best = first_least(error, ROUNDING)
        chosen.append(best)
        nearest = np.minimum(nearest, distance[:, best])
    return np.array(chosen, dtype=np.int64)


def k_medoids(distance: FloatArray, probability: FloatArray, count: int) -> IntArray:
    """Return positions of ``count`` scenarios that no single swap improves.

    Starts from fast forward selection and makes the best swap of one kept scenario for another as
    long as the error falls, so it is never worse than fast forward selection. All swaps are scored
    at once from each scenario's nearest and second nearest kept one (FastPAM; Schubert and
    Rousseeuw, 2021).
    """
    kept = fast_forward(distance, probability, count)
    error = kantorovich(distance, probability, kept)
    for _ in range(MAX_SWAPS):
        change, place, newcomer = _best_swap(distance, probability, kept)
        if place < 0:
            break
        kept[place] = newcomer
        error += change
    return kept


def _best_swap(
    distance: FloatArray, probability: FloatArray, kept: IntArray
) -> tuple[float, int, int]:
    """Return the lowest change of the error, the place in ``kept`` to vacate, and the newcomer."""
    apart = distance[:, kept]
    owner = _nearest(apart)
    owner[kept] = np.arange(len(kept))  # also among equals, so that no group is empty
    nearest = apart.min(axis=1)
    apart[np.arange(len(apart)), owner] = np.inf
    second = apart.min(axis=1)
    order = np.argsort(owner, kind="stable")
    starts = np.searchsorted(owner[order], np.arange(len(kept)))
    margin = ROUNDING * float(probability @ nearest)
    best = (-margin, -1, -1)
    for first in range(0, distance.shape[1], COLUMNS):
        to_new = distance[order, first : first + COLUMNS]
        gain = np.minimum(to_new, nearest[order, None])
        orphaned = np.minimum(to_new, second[order, None])
        weight = probability[order, None]
        base = (weight * (gain - nearest[order, None])).sum(axis=0)
        change = base + np.add.reduceat(weight * (orphaned - gain), starts, axis=0)
        place, newcomer = divmod(first_least(change.ravel(), ROUNDING), change.shape[1])
        if change[place, newcomer] < best[0] - margin:
            best = (float(change[place, newcomer]), int(place), first + int(newcomer))
    return best


def _nearest(distance: FloatArray) -> IntArray:
    """Return the column of the least entry of every row, the first of those equal to it."""
    close = distance.min(axis=1, keepdims=True) + ROUNDING * float(distance.max())
    return np.asarray((distance <= close).argmax(axis=1))


def kantorovich(distance: FloatArray, probability: FloatArray, kept: IntArray) -> float:
    """Return the Kantorovich distance between all scenarios and the ``kept`` ones."""
    return float(probability @ distance[:, kept].min(axis=1))


def _errors_if_added(
    distance: FloatArray, nearest: FloatArray, probability: FloatArray
) -> FloatArray:
    """Return the error after adding each scenario, a block of columns at a time."""
    parts = [
        probability @ np.minimum(nearest[:, None], distance[:, start : start + COLUMNS])
        for start in range(0, distance.shape[1], COLUMNS)
    ]
    return np.concatenate(parts)


def _with_kept(scenarios: ScenarioSet, kept: IntArray, distance: FloatArray) -> ReducedScenarios:
    assigned = _nearest(distance[:, kept])
    assigned[kept] = np.arange(len(kept))
    probability = np.bincount(assigned, scenarios.probability, len(kept))
    error = kantorovich(distance, scenarios.probability, kept)
    single = float((scenarios.probability @ distance).min())
    reduced = ScenarioSet(
        scenarios.demand[kept],
        probability / probability.sum(),
        tuple(scenarios.names[s] for s in kept),
        scenarios.zones,
        scenarios.types,
        {name: values[kept] for name, values in scenarios.drivers.items()},
    )
    return ReducedScenarios(reduced, kept, assigned, error, error / single if single > 0 else 0.0)
