"""The recourse dual of one demand type as a function of site prices.

For prices ``u >= 0`` (one per site) and zone values ``v <= q`` (one per zone), whatever they are,

    Q_s(x, C) >= sum_j D_js [v_j - sum_i x_i (v_j - t_ij - u_i)^+] - sum_i u_i C_i,

because demand enters only the right-hand side: one pair (u, v) bounds every scenario. The best
``v`` for given ``u`` has a closed form (:mod:`robustev.recourse.networks.base`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from robustev.core.arrays import BoolArray, FloatArray
from robustev.recourse.covers import FlowCovers
from robustev.recourse.networks.base import Network


@dataclass(frozen=True, eq=False)
class DualPoint:
    """A dual point of one demand type: ``site`` (u), shape (sites,), and ``zone`` (v), (zones,).

    ``covers`` are flow covers and ``multiplier``, shape (covers,), theirs; they surcharge arcs (see
    :mod:`robustev.recourse.covers`).
    """

    site: FloatArray
    zone: FloatArray
    covers: FlowCovers | None = None
    multiplier: FloatArray | None = None

    def with_site(self, site: FloatArray) -> DualPoint:
        """Return the point with other site prices."""
        return replace(self, site=site)

    def with_zone(self, zone: FloatArray) -> DualPoint:
        """Return the point with other zone values."""
        return replace(self, zone=zone)


def surcharged(network: Network, dual: DualPoint) -> Network:
    """Return the network with the surcharges of the point's covers added to its travel costs."""
    if dual.covers is None or dual.multiplier is None:
        return network
    return network.surcharged(dual.covers, dual.multiplier)


def covers_relief(
    dual: DualPoint, demand: FloatArray, potential: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return what the point's covers take off its bound, ``constant_s + sum_i slope_si x_i``.

    Parameters
    ----------
    demand
        Shape (scenarios, zones).
    potential
        Shape (sites,): most capacity an open site can have.
    """
    if dual.covers is None or dual.multiplier is None:
        return np.zeros(len(demand)), np.zeros((len(demand), len(potential)))
    return dual.covers.relief(dual.multiplier, demand, potential)


def without_empty_sites(network: Network, dual: DualPoint, empty: BoolArray) -> DualPoint:
    """Return the point at prices at which nobody wants the ``empty`` sites.

    They are open but have no capacity, so that their price costs the bound nothing.
    """
    index = np.flatnonzero(empty)
    if not len(index):
        return dual
    site = dual.site.copy()
    site[index] = network.largest_saving(dual.zone, index)
    return dual.with_site(site)


def with_closed_sites(
    network: Network,
    dual: DualPoint,
    closed: BoolArray,
    demand: FloatArray,
    capacity: FloatArray,
) -> DualPoint:
    """Return the point at prices of ``closed`` sites that make its cut as strong as possible.

    At a closed site any ``u_i >= 0`` is optimal; the one that least overrates opening it solves
    the fractional knapsack ``min_u sum_j D_j (v_j - t_ij - u)^+ + u C_i``, with ``C_i`` the
    capacity the site would have.

    Parameters
    ----------
    closed
        Shape (sites,): True for the sites whose price is free.
    demand, capacity
        Shapes (zones,) and (sites,): typical demand, and each site's capacity if opened.
    """
    index = np.flatnonzero(closed)
    if not len(index):
        return dual
    site = dual.site.copy()
    site[index] = network.knapsack_prices(dual.zone, index, demand, capacity[index])
    return dual.with_site(site)
