"""Flow cover inequalities, written so that one of them, and its price, serves every scenario.

Take some zones ``J'`` and let ``y_i`` be what site i delivers there. Sites ``I'`` whose capacities
``m_i = min(C_i, D(J'))`` together exceed ``D(J')`` by ``l > 0`` are a cover, and with
``M_i = max(m_i, max of m over I')`` for further sites ``L``

    sum over I' and L of y_i  <=  D(J') - sum_I' (m_i - l)^+ (1 - x_i) + sum_L (M_i - l) x_i

holds for whole x if l < max of m over I' (Padberg, Van Roy and Wolsey 1985); without the terms in x
it always does. Sites and zones do not depend on the scenario, only the right-hand side does. In the
dual a multiplier ``w >= 0`` of this row is a surcharge ``w`` on the arcs from ``I'`` and ``L`` to
``J'``, the same in all scenarios, less ``w`` times a right-hand side that each scenario computes
for itself: the dual pool takes it as it takes site prices. Projecting such rows carries the
strength of the extensive form's own cuts into the master (Bodur et al. 2017).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import BoolArray, FloatArray, IntArray

VIOLATION = 1e-4
"""Share of the zones' demand by which a row must be violated to be worth adding."""
MAX_FOUND = 20
"""Rows that one search returns at most."""
PREFIXES = 4
"""Covers tried for each order of the sites, from the smallest on."""
MAX_NEIGHBOURS = 600
"""Sets of zones that one round of exchanging single zones tries at most."""
MAX_PAIRS = 2_000_000
"""Zone-site pairs of the largest network in which covers are sought."""
FLOW = 1e-7
"""Share of a zone's demand below which a flow counts as none."""


@dataclass(frozen=True, eq=False)
class FlowCovers:
    """Inequalities, each with its zones ``J'``, its cover ``I'`` and its further sites ``L``.

    Parameters
    ----------
    zones
        Shape (covers, zones): True in ``J'``.
    inside, lifted
        Shape (covers, sites): True in ``I'``, and in ``L``.
    """

    zones: BoolArray
    inside: BoolArray
    lifted: BoolArray

    @staticmethod
    def none(num_sites: int, num_zones: int) -> FlowCovers:
        """Return no inequality."""
        sites = np.zeros((0, num_sites), dtype=bool)
        return FlowCovers(np.zeros((0, num_zones), dtype=bool), sites, sites)

    def __len__(self) -> int:
        """Return the number of inequalities."""
        return len(self.zones)

    @property
    def sites(self) -> BoolArray:
        """The sites whose deliveries are bounded, shape (covers, sites)."""
        return self.inside | self.lifted

    def take(self, index: IntArray) -> FlowCovers:
        """Return some of the inequalities."""
        return FlowCovers(self.zones[index], self.inside[index], self.lifted[index])

    def joined(self, other: FlowCovers) -> FlowCovers:
        """Return these and those of ``other``."""
        return FlowCovers(
            np.concatenate([self.zones, other.zones]),
            np.concatenate([self.inside, other.inside]),
            np.concatenate([self.lifted, other.lifted]),
        )

    def keys(self) -> list[bytes]:
        """Return for each a value that only the same inequality has."""
        rows = np.concatenate([self.zones, self.inside, self.lifted], axis=1)
        return [row.tobytes() for row in np.packbits(rows, axis=1)]

    def limit(self, demand: FloatArray, potential: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the right-hand sides ``constant_sc + sum_i slope_sci x_i`` for whole x.

        Parameters
        ----------
        demand
            Shape (scenarios, zones).
        potential
            Shape (sites,): most capacity an open site can have.

        Returns
        -------
        constant, slope
            Shapes (scenarios, covers) and (scenarios, covers, sites).
        """
        return _limits(self._total(demand), potential, self.inside, self.lifted)

    def relief(
        self, multiplier: FloatArray, demand: FloatArray, potential: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Return the right-hand sides of :meth:`limit`, weighted and summed over all covers.

        Parameters
        ----------
        multiplier
            Shape (covers,).

        Returns
        -------
        constant, slope
            Shapes (scenarios,) and (scenarios, sites).
        """
        most = int(self.sites.sum(axis=1).max(initial=0))
        index = np.argsort(~self.sites, axis=1, kind="stable")[:, :most]
        inside, lifted = (np.take_along_axis(part, index, 1) for part in (self.inside, self.lifted))
        constant, slope = _limits(self._total(demand), potential[index], inside, lifted)
        slope *= multiplier[:, None]
        place = np.arange(len(demand))[:, None, None] * len(potential) + index
        total = np.bincount(place.ravel(), slope.ravel(), minlength=len(demand) * len(potential))
        return constant @ multiplier, np.asarray(total.reshape(len(demand), -1), dtype=float)

    def _total(self, demand: FloatArray) -> FloatArray:
        """Return the demand of each cover's zones, shape (scenarios, covers, 1)."""
        return np.asarray((demand @ self.zones.T.astype(float))[:, :, None])

    def surcharge(self, multiplier: FloatArray) -> FloatArray:
        """Return what multipliers, shape (covers,), add to each arc: shape (sites, zones)."""
        return np.asarray((self.sites * multiplier[:, None]).T @ self.zones.astype(float))

    def surcharge_on(self, multiplier: FloatArray, site: IntArray, zone: IntArray) -> FloatArray:
        """Return :meth:`surcharge` of arcs that are given by their ends, shape (arcs,)."""
        total = np.zeros(len(site))
        for sites, zones, extra in zip(self.sites, self.zones, multiplier, strict=True):
            total[sites[site] & zones[zone]] += extra
        return total


def _limits(
    total: FloatArray, potential: FloatArray, inside: BoolArray, lifted: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Return constants, shape (scenarios, covers), and slopes, (scenarios, covers, sites)."""
    size = np.minimum(potential, total)
    covering = np.where(inside, size, 0.0)
    excess = covering.sum(axis=2, keepdims=True) - total
    largest = covering.max(axis=2, keepdims=True, initial=0.0)
    holds = (excess > 0) & (excess < largest)
    slope = np.maximum(covering - excess, 0.0)
    constant = total[:, :, 0] - np.where(holds, slope, 0.0).sum(axis=2)
    slope += np.where(lifted, np.maximum(size, largest) - excess, 0.0)
    return constant, np.where(holds, slope, 0.0)


def can_search(num_sites: int, num_zones: int) -> bool:
    """Return whether a network is small enough for :func:`find_covers`, which keeps matrices."""
    return num_sites * num_zones <= MAX_PAIRS


def find_covers(
    x: FloatArray,
    flow: tuple[IntArray, IntArray, FloatArray],
    demand: FloatArray,
    potential: FloatArray,
) -> FlowCovers:
    """Return inequalities that a fractional solution of one scenario violates, the worst first.

    Tries the zones that a site serves, wholly or mostly, and those of pairs of sites that share a
    zone; then sets that differ from the best of these in one zone.

    Parameters
    ----------
    x
        Shape (sites,): openings.
    flow
        Sites, zones and units of the arcs that deliver.
    demand, potential
        Shapes (zones,) and (sites,).
    """
    site, zone, amount = flow
    users, user = np.unique(site, return_inverse=True)
    delivered = np.zeros((len(users), len(demand)))
    delivered[user, zone] = amount
    capacity = np.minimum(potential[users], demand.sum())
    search = _Search(x[users], delivered, demand, capacity)
    violation, found = search.best_covers(search.first_sets())
    if not (violation > VIOLATION).any():
        violation, found = search.best_covers(search.neighbours(found.zones))
    worst = np.argsort(-violation, kind="stable")
    found = found.take(worst[violation[worst] > VIOLATION][:MAX_FOUND])
    inside = np.zeros((len(found), len(x)), dtype=bool)
    lifted = np.zeros((len(found), len(x)), dtype=bool)
    inside[:, users], lifted[:, users] = found.inside, found.lifted
    return FlowCovers(found.zones, inside, lifted)


class _Search:
    """The sites in use at one fractional point, and the covers among them."""

    def __init__(
        self, x: FloatArray, flow: FloatArray, demand: FloatArray, capacity: FloatArray
    ) -> None:
        self.x, self.flow, self.demand, self.capacity = x, flow, demand, capacity
        self.served = flow > FLOW * np.maximum(demand, FLOW)

    def first_sets(self) -> BoolArray:
        """Return the sets of zones to begin with, shape (sets, zones)."""
        mostly = self.flow > 0.5 * self.x[:, None] * self.demand
        fractional = np.flatnonzero(self.x < 1 - FLOW)
        served = self.served.astype(float)
        shared = served[fractional] @ served.T
        i, h = np.nonzero(shared)
        pairs = self.served[fractional[i]] | self.served[h]
        return _distinct(np.concatenate([self.served, mostly, pairs]))

    def neighbours(self, sets: BoolArray) -> BoolArray:
        """Return the sets that differ from one of ``sets`` in one zone served by its sites."""
        changed = [np.zeros((0, sets.shape[1]), dtype=bool)]
        for zones in sets:
            touching = self.served[(self.served & zones).any(axis=1)].any(axis=0)
            index = np.flatnonzero(touching)
            other = np.repeat(zones[None], len(index), axis=0)
            other[np.arange(len(index)), index] ^= True
            changed.append(other)
        return _distinct(np.concatenate(changed)[:MAX_NEIGHBOURS])

    def best_covers(self, sets: BoolArray) -> tuple[FloatArray, FlowCovers]:
        """Return the best covers of some sets, at most ``MAX_FOUND``, with relative violations."""
        units = sets.astype(float)  # products of floats are the fast ones
        total = units @ self.demand
        flow = units @ self.flow.T
        size = np.minimum(self.capacity, total[:, None])
        best = np.full(len(sets), -np.inf)
        inside = np.zeros(flow.shape, dtype=bool)
        lifted = np.zeros(flow.shape, dtype=bool)
        open_share = np.broadcast_to(self.x, flow.shape)
        for order in (-open_share, (1 - open_share) * size, -flow):
            ranked = np.argsort(np.where(flow > 0, order, np.inf), axis=1, kind="stable")
            filled = np.cumsum(np.take_along_axis(size, ranked, axis=1), axis=1)
            first = (filled <= total[:, None] * (1 + 1e-9)).sum(axis=1)
            rank = np.argsort(ranked, axis=1)
            for further in range(PREFIXES):
                cover = rank <= (first + further)[:, None]
                value, lift = self._violation(cover & (flow > 0), flow, size, total)
                better = value > best
                best = np.where(better, value, best)
                inside[better] = (cover & (flow > 0))[better]
                lifted[better] = lift[better]
        worst = np.argsort(-best, kind="stable")
        index = worst[np.isfinite(best[worst])][:MAX_FOUND]
        return best[index], FlowCovers(sets, inside, lifted).take(index)

    def _violation(
        self, cover: BoolArray, flow: FloatArray, size: FloatArray, total: FloatArray
    ) -> tuple[FloatArray, BoolArray]:
        """Return each cover's violation relative to demand, -inf if it is none, and its lifting."""
        excess = np.where(cover, size, 0.0).sum(axis=1) - total
        largest = np.where(cover, size, 0.0).max(axis=1, initial=0.0)
        valid = (excess > 1e-9 * total) & (excess < largest)
        need = np.where(cover, np.maximum(size - excess[:, None], 0.0), 0.0)
        value = (np.where(cover, flow, 0.0) + need * (1 - self.x)).sum(axis=1) - total
        lift = np.maximum(size, largest[:, None]) - excess[:, None]
        gain = np.where(~cover & (flow > 0), flow - lift * self.x, 0.0)
        lifted = gain > 1e-9 * total[:, None]
        value += np.where(lifted, gain, 0.0).sum(axis=1)
        return np.where(valid, value / np.maximum(total, 1e-300), -np.inf), lifted


def _distinct(sets: BoolArray) -> BoolArray:
    """Return the different sets that have any zone."""
    packed = np.packbits(sets, axis=1)
    _, index = np.unique(packed, axis=0, return_index=True)
    chosen = sets[np.sort(index)]
    return np.asarray(chosen[chosen.any(axis=1)])
