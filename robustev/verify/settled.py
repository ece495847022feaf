"""The check's own linear program of a service, and the zones that need none.

At good prices of capacity most zones have one site that is clearly the cheapest. Those *sure* arcs
serve them whole, and the program is left with the other zones; dual feasibility of all arcs is
looked at afterwards, so that the prices need not be right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import BoolArray, FloatArray, IntArray

UNSURE = 0.2
"""Share of zones, those with the closest second choice, that the program has at first."""


@dataclass(frozen=True, eq=False)
class Service:
    """One linear program: shares of demand, for one type or for all that share one split.

    Parameters
    ----------
    site, zone, cost
        Shape (arcs,): who can serve whom, zones in ascending order, and what serving all of the
        zone costs.
    penalty
        Shape (zones,): cost of leaving all of a zone unserved.
    load
        Shape (zones, types): capacity that all of a zone takes.
    capacity
        Shape (sites, types).
    share
        Shape (sites,): most of a zone that one site may serve, 1 where the site is wholly open.
    """

    site: IntArray
    zone: IntArray
    cost: FloatArray
    penalty: FloatArray
    load: FloatArray
    capacity: FloatArray
    share: FloatArray


def near_and_sure(service: Service, price: FloatArray) -> tuple[BoolArray, BoolArray]:
    """Return the arcs near each zone's cheapest at ``price`` (sites,), and those beyond doubt.

    For one type of demand and wholly open sites.
    """
    units = service.load[:, 0]
    reduced = service.cost / units[service.zone] + price[service.site]
    ceiling = service.penalty / units
    begin = np.flatnonzero(np.diff(service.zone, prepend=-1))
    first, second = np.full((2, len(units)), np.inf)
    first[service.zone[begin]] = np.minimum.reduceat(reduced, begin)
    best = reduced <= first[service.zone]
    others = np.where(best, np.inf, reduced)
    second[service.zone[begin]] = np.minimum.reduceat(others, begin)
    twice = np.bincount(service.zone[best], minlength=len(units)) > 1
    margin = np.where(twice, 0.0, np.maximum(np.minimum(second, ceiling) - first, 0.0))
    margin[np.isinf(first)] = 0.0
    width = float(np.quantile(margin, UNSURE))
    near = reduced <= (np.minimum(first, ceiling) + np.maximum(margin, 2.0 * width))[service.zone]
    return near, best & (margin > width)[service.zone]


def with_room(service: Service, sure: BoolArray) -> BoolArray:
    """Return the sure arcs of those sites that have room for all of theirs."""
    if not sure.any():
        return sure
    load = np.bincount(service.site[sure], service.load[service.zone[sure], 0],
                       minlength=len(service.capacity))  # fmt: skip
    return sure & (load <= service.capacity[:, 0])[service.site]


def without(service: Service, arcs: BoolArray, sure: BoolArray) -> tuple[Service, BoolArray]:
    """Return the service of the zones that no sure arc serves, and which zones these are."""
    free = np.ones(len(service.penalty), dtype=bool)
    free[service.zone[sure]] = False
    kept, capacity = arcs & free[service.zone], service.capacity
    if sure.any():
        used = np.bincount(service.site[sure], service.load[service.zone[sure], 0],
                           minlength=len(capacity))  # fmt: skip
        capacity = np.maximum(capacity - used[:, None], 0.0)
    number = np.cumsum(free) - 1
    rest = Service(
        site=service.site[kept], zone=number[service.zone[kept]], cost=service.cost[kept],
        penalty=service.penalty[free], load=service.load[free], capacity=capacity,
        share=service.share,
    )  # fmt: skip
    return rest, free
