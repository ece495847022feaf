"""The recourse dual of one demand type as a function of site prices.

For prices ``u >= 0`` (one per site) and zone values ``v <= q`` (one per zone), whatever they are,

    Q_s(x, C) >= sum_j D_js [v_j - sum_i x_i (v_j - t_ij - u_i)^+] - sum_i u_i C_i,

because demand enters only the right-hand side: one pair (u, v) bounds every scenario. The best
``v`` for given ``u`` has a closed form (see :func:`zone_values`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import BoolArray, FloatArray
from robustev.recourse.covers import FlowCovers

INTEGRAL = 1e-9


@dataclass(frozen=True, eq=False)
class Network:
    """Who may be served from where, for one demand type.

    Parameters
    ----------
    travel
        Shape (sites, zones): cost of one unit; infinite where there is no arc.
    ceiling
        Most that one unit can cost: the unserved penalty ``q``, or a stand-in where unserved
        demand is forbidden. One number, or shape (zones,).
    """

    travel: FloatArray
    ceiling: float | FloatArray

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of sites and zones."""
        return self.travel.shape[0], self.travel.shape[1]

    def phase_one(self) -> Network:
        """Return the network on which cost counts unserved units: arcs cost 0, unserved costs 1."""
        return Network(np.where(np.isfinite(self.travel), 0.0, np.inf), 1.0)


@dataclass(frozen=True, eq=False)
class Price:
    """A dual point of one demand type: ``site`` (u), shape (sites,), and ``zone`` (v), (zones,).

    ``covers`` are flow covers and ``multiplier``, shape (covers,), theirs; they surcharge arcs (see
    :mod:`robustev.recourse.covers`).
    """

    site: FloatArray
    zone: FloatArray
    covers: FlowCovers | None = None
    multiplier: FloatArray | None = None

    def with_site(self, site: FloatArray) -> Price:
        """Return the price with other site prices."""
        return Price(site, self.zone, self.covers, self.multiplier)

    def with_zone(self, zone: FloatArray) -> Price:
        """Return the price with other zone values."""
        return Price(self.site, zone, self.covers, self.multiplier)


def surcharged(network: Network, price: Price) -> Network:
    """Return the network with the surcharges of the price's covers added to its travel costs."""
    if price.covers is None or price.multiplier is None:
        return network
    return Network(network.travel + price.covers.surcharge(price.multiplier), network.ceiling)


def covers_relief(
    price: Price, demand: FloatArray, potential: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return what the price's covers take off its bound, ``constant_s + sum_i slope_si x_i``.

    Parameters
    ----------
    demand
        Shape (scenarios, zones).
    potential
        Shape (sites,): most capacity an open site can have.
    """
    if price.covers is None or price.multiplier is None:
        return np.zeros(len(demand)), np.zeros((len(demand), len(potential)))
    return price.covers.relief(price.multiplier, demand, potential)


def is_binary(x: FloatArray) -> bool:
    """Return whether every entry is 0 or 1, up to rounding."""
    return bool((np.minimum(np.abs(x), np.abs(1.0 - x)) <= INTEGRAL).all())


def zone_values(network: Network, site_price: FloatArray, x: FloatArray) -> FloatArray:
    """Return the best zone values ``v`` for prices ``u`` at openings ``x``, shape (zones,).

    Sort ``t_ij + u_i`` and go up until the opened ``x_i`` add to one; never above the ceiling.
    With binary ``x`` that is the minimum over open sites (as in p-median Benders separation).
    """
    opened = x > INTEGRAL
    if not opened.any():
        return np.broadcast_to(network.ceiling, network.shape[1:]).astype(float)
    reduced = network.travel[opened] + site_price[opened, None]
    if is_binary(x):
        return np.asarray(np.minimum(reduced.min(axis=0), network.ceiling))
    order = np.argsort(reduced, axis=0)
    filled = np.cumsum(x[opened][order], axis=0) >= 1.0 - INTEGRAL
    first = np.argmax(filled, axis=0)
    zones = np.arange(network.shape[1])
    value = np.where(filled[-1], reduced[order[first, zones], zones], np.inf)
    return np.asarray(np.minimum(value, network.ceiling))


def savings(network: Network, price: Price) -> FloatArray:
    """Return ``(v_j - t_ij - u_i)^+``, shape (sites, zones): what opening a site saves per unit."""
    reduced = price.zone[None, :] - network.travel
    reduced -= price.site[:, None]
    return np.maximum(reduced, 0.0, out=reduced)


def unit_costs(network: Network, price: Price, x: FloatArray) -> FloatArray:
    """Return ``v_j - sum_i x_i (v_j - t_ij - u_i)^+``, shape (zones,): cost of a unit of demand."""
    opened = np.flatnonzero(x > 0)
    part = Network(network.travel[opened], network.ceiling)
    saved = x[opened] @ savings(part, Price(price.site[opened], price.zone))
    return np.asarray(price.zone - saved)


def shut_out(network: Network, price: Price, empty: BoolArray) -> FloatArray:
    """Return site prices at which nobody wants the ``empty`` sites: open, but without capacity."""
    site = price.site.copy()
    index = np.flatnonzero(empty)
    if len(index):
        gain = price.zone - network.travel[index]
        site[index] = np.maximum(gain.max(axis=1), 0.0)
    return site


def closed_site_prices(
    network: Network,
    price: Price,
    closed: BoolArray,
    demand: FloatArray,
    capacity: FloatArray,
) -> FloatArray:
    """Return site prices in which those of ``closed`` sites make the cut as strong as possible.

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
    site = price.site.copy()
    if not len(index):
        return site
    zero = Price(np.zeros(len(index)), price.zone)
    gain = savings(Network(network.travel[index], network.ceiling), zero)
    order = np.argsort(-gain, axis=1)
    load = np.cumsum(demand[order], axis=1)
    first = (load <= capacity[index, None]).sum(axis=1)
    full = first < gain.shape[1]
    column = order[np.arange(len(index)), np.minimum(first, gain.shape[1] - 1)]
    site[index] = np.where(full, gain[np.arange(len(index)), column], 0.0)
    return site
