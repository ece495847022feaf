"""The questions that every second-stage kernel asks of a network, however its arcs are kept.

With site prices ``u >= 0`` and zone values ``v``, the *reduced cost* of an arc is ``t_ij + u_i``,
and its *saving* is ``(v_j - t_ij - u_i)^+``: what opening site i saves per unit of zone j.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.data.arcs import Arcs
from robustev.recourse.covers import FlowCovers

INTEGRAL = 1e-9
"""Distance from 0 or 1 up to which an opening counts as whole."""
NUM_DISTINCT = 1e-12
"""Relative difference of reduced costs that is rounding."""


def margin(above: FloatArray, zones: int, further: float) -> float:
    """Return how far above the least of their zone so many ``further`` arcs per zone lie.

    ``above`` says how far each arc does, of so many ``zones``.

    >>> margin(np.array([0.0, 3.0, 0.0, 1.0, 2.0]), zones=2, further=0.5)
    1.0
    """
    place = min(round((1.0 + further) * zones), above.size) - 1
    return float(np.partition(above, place, axis=None)[place]) if above.size else 0.0


def is_binary(x: FloatArray) -> bool:
    """Return whether every entry is 0 or 1, up to rounding."""
    return bool((np.minimum(np.abs(x), np.abs(1.0 - x)) <= INTEGRAL).all())


class Network(ABC):
    """Who may be served from where, at what cost of one unit, for one demand type.

    Build one with :func:`robustev.recourse.networks.choose.network_of`. *Places* number the arcs in
    the network's own order; a set of arcs is a True or False for each place.

    Parameters
    ----------
    ceiling
        Most that one unit can cost: the unserved penalty ``q``, or a stand-in where unserved
        demand is forbidden. One number, or shape (zones,).
    """

    ceiling: float | FloatArray

    @property
    @abstractmethod
    def shape(self) -> tuple[int, int]:
        """Numbers of sites and zones."""

    @property
    @abstractmethod
    def arcs(self) -> Arcs:
        """The arcs, in the order of :class:`~robustev.data.arcs.Arcs`."""

    @property
    def ceilings(self) -> FloatArray:
        """Most that one unit of each zone can cost, shape (zones,)."""
        return np.broadcast_to(self.ceiling, self.shape[1:]).astype(float)

    # --- other networks on the same arcs -----------------------------------------------------

    @abstractmethod
    def phase_one(self) -> Network:
        """Return the network on which cost counts unserved units: arcs cost 0, unserved costs 1."""

    @abstractmethod
    def surcharged(self, covers: FlowCovers, multiplier: FloatArray) -> Network:
        """Return the network with the surcharges of flow covers added to its costs.

        ``multiplier`` has shape (covers,).
        """

    @abstractmethod
    def of_bundles(self, price: FloatArray, demand: FloatArray, ceiling: FloatArray) -> Network:
        """Return the network on which a unit is all of a zone's demand, rents included.

        Parameters
        ----------
        price, demand
            Shapes (sites, types) and (zones, types): rent of capacity, and demand.
        ceiling
            Shape (zones,): cost of leaving all of a zone unserved.
        """

    @abstractmethod
    def part(self, sites: IntArray, zones: IntArray) -> Network:
        """Return the network of some sites and zones, numbered in the given order; both ascend."""

    # --- the closed form of the recourse dual ------------------------------------------------

    @abstractmethod
    def zone_values(self, price: FloatArray, x: FloatArray) -> FloatArray:
        """Return the best zone values ``v`` for prices ``u`` at openings ``x``, shape (zones,).

        Sort ``t_ij + u_i`` and go up until the opened ``x_i`` add to one; never above the ceiling.
        With binary ``x`` that is the minimum over open sites (as in p-median Benders separation).
        """

    @abstractmethod
    def unit_costs(self, price: FloatArray, value: FloatArray, x: FloatArray) -> FloatArray:
        """Return ``v_j - sum_i x_i (v_j - t_ij - u_i)^+``, shape (zones,): what a unit costs."""

    @abstractmethod
    def savings(self, price: FloatArray, value: FloatArray, load: FloatArray) -> FloatArray:
        """Return what opening each site saves, ``sum_j D_j (v_j - t_ij - u_i)^+``.

        ``load`` holds demands, shape (rows, zones); the result has shape (rows, sites).
        """

    @abstractmethod
    def largest_saving(self, value: FloatArray, sites: IntArray) -> FloatArray:
        """Return the largest saving without price ``(v_j - t_ij)^+`` of some sites."""

    @abstractmethod
    def knapsack_prices(
        self, value: FloatArray, sites: IntArray, demand: FloatArray, capacity: FloatArray
    ) -> FloatArray:
        """Return the prices ``u >= 0`` of some sites that minimise what opening them promises.

        A promise is ``sum_j D_j (v_j - t_ij - u)^+ + u C_i``: a fractional knapsack, whose price
        is the saving of the unit at which the capacity is full.

        Parameters
        ----------
        value, demand
            Shape (zones,).
        capacity
            Shape (len(sites),).
        """

    # --- what a solver on few arcs asks ------------------------------------------------------

    @abstractmethod
    def nearest(self) -> tuple[IntArray, FloatArray]:
        """Return each zone's cheapest site and its cost, infinite where there is no arc."""

    @abstractmethod
    def reduced_minimum(self, price: FloatArray) -> FloatArray:
        """Return each zone's least reduced cost, shape (zones,); infinite without an arc."""

    @abstractmethod
    def usable(self) -> BoolArray:
        """Return the set of arcs that cost less than the ceiling."""

    @abstractmethod
    def cheapest(self, price: FloatArray, count: int) -> BoolArray:
        """Return the set of each zone's ``count`` usable arcs of least reduced cost."""

    @abstractmethod
    def margin_of(self, price: FloatArray, further: float) -> float:
        """Return how far above a zone's value ``v_j`` its arcs must be looked for.

        About ``further`` arcs per zone, beside the cheapest, then lie within.
        """

    @abstractmethod
    def within(self, price: FloatArray, margin: float) -> BoolArray:
        """Return the set of usable arcs of reduced cost at most ``margin`` above ``v_j``."""

    @abstractmethod
    def below(self, price: FloatArray, value: FloatArray) -> BoolArray:
        """Return the set of arcs whose reduced cost is below ``value``, shape (zones,)."""

    @abstractmethod
    def ends(self, chosen: BoolArray) -> tuple[IntArray, IntArray, FloatArray]:
        """Return sites, zones and costs of a set of arcs."""

    @abstractmethod
    def costs_of(self, site: IntArray, zone: IntArray) -> FloatArray:
        """Return the costs of arcs that are given by their ends."""
