"""What stands may go, at a cost, and chargers that go may be sold.

With ``e_ir`` chargers of kind r at site i today, of which ``g_ir`` go, and ``y_i`` telling whether
the station there is closed,

    g_ir >= e_ir - n_ir,    0 <= g_ir <= e_ir,        y_i >= 1 - x_i  where a station stands,

what is built and removed costs, where o_i and c_r are paid for what is new alone,

    sum_i o_i (x_i - 1 + y_i) + K y_i   +   sum_ir c_r (n_ir - e_ir + g_ir) + (k_r - s_r) g_ir

(the first sum over sites that stand; others pay ``o_i x_i``). A charger may not be sold for more
than its price and its removal, so that g and y are never more than they need to be.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from robustev.core.arrays import FloatArray, IntArray
from robustev.core.errors import FaultCollector
from robustev.core.settings import Amount, Label
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.model.features.base import Feature
from robustev.model.instance import Instance
from robustev.model.layout import Block
from robustev.model.options import ModelOptions, Standing
from robustev.model.rows import Rows

REMOVED, CLOSED = "removed", "closed"
"""Blocks of columns: ``g`` for each kind at each site that has any, ``y`` for each station."""


class Removal(Feature):
    """Existing chargers and stations may be removed, at a cost, instead of having to stay."""

    key = "removal"
    title = "removal of what stands"
    example = {"charger": 2.0, "salvage": 1.0, "closes": False}

    charger: Amount | dict[Label, Amount] = 0.0
    """Cost of removing one existing charger (``k_r``): one number, or by kind; 0 for a kind left
    out."""
    station: Amount = 0.0
    """Cost of closing one existing station (``K``), beside the removal of its chargers."""
    salvage: Amount | dict[Label, Amount] = 0.0
    """What one removed charger is sold for (``s_r``): one number, or by kind; 0 for a kind left
    out."""
    closes: bool = True
    """Whether a station may be closed; if not, it stays open, whichever of its chargers go."""

    @property
    def lets_go(self) -> bool:
        """True: what stands may go."""
        return True

    def text(self) -> str:
        """Return the rule in words."""
        return f"existing chargers{' and stations' if self.closes else ''} may be removed at a cost"

    def check(self, region: Region, faults: FaultCollector) -> None:
        """Note unknown kinds, and chargers that would be sold for more than they cost."""
        kinds = [kind.name for kind in region.kinds]
        for option in ("charger", "salvage"):
            given = getattr(self, option)
            if isinstance(given, dict):
                faults.add_unknown(f"model.removal.{option}", given, kinds)
        for kind in region.kinds:
            most = kind.cost + _of(self.charger, kind.name)
            if _of(self.salvage, kind.name) > most:
                faults.add(
                    f"model.removal.salvage: selling {kind.name} chargers would pay more than "
                    "buying and removing them costs",
                    found=_of(self.salvage, kind.name),
                    expected=f"at most {most:,.10g}",
                )

    def conflicts(self, model: ModelOptions, faults: FaultCollector) -> None:
        """Note that phases only grow, and that what is ignored cannot be removed."""
        if model.phases is not None:
            faults.add(
                "model.removal: what stands may be removed in a plan of one phase only; with "
                "model.phases things only grow",
                expected="model.phases or model.removal, not both",
            )
        if not getattr(model, "keep_existing", True):
            faults.add(
                "model.removal: with keep_existing: false what stands is ignored, so that nothing "
                "is there to be removed",
                expected="model.removal without keep_existing",
            )

    def columns(self, instance: Instance) -> tuple[Block, ...]:
        """Return a column for each kind at each site that has chargers, and for each station."""
        standing, weight = instance.standing, instance.model.infrastructure_weight
        site, kind = np.nonzero(standing.chargers)
        there = standing.chargers[site, kind].astype(float)
        opening = instance.region.sites.opening_cost[standing.open]
        each = self._each(instance.region)
        return (
            Block(REMOVED, np.zeros(len(site)), there, weight * each[kind]),
            Block(
                CLOSED,
                np.zeros(len(opening)),
                np.full(len(opening), float(self.closes)),
                weight * (opening + self.station),
            ),
        )

    def complete(self, plan: Plan, instance: Instance) -> Mapping[str, FloatArray]:
        """Return what a plan removes and closes."""
        standing = instance.standing
        gone = _gone(plan, standing)[standing.chargers > 0]
        return {REMOVED: gone, CLOSED: (~plan.open[standing.open]).astype(np.float64)}

    def rows(self, instance: Instance) -> Rows:
        """Return one row for each column: what is not there any more has gone."""
        region, standing = instance.region, instance.standing
        kinds = len(region.kinds)
        site, kind = np.nonzero(standing.chargers)
        stands = np.flatnonzero(standing.open)
        removed = Rows.of(
            [
                f"{region.kinds[r].name} chargers at {region.sites.ids[i]} stay or are removed"
                for i, r in zip(site, kind, strict=True)
            ],
            lower=standing.chargers[site, kind],
            chargers=_ones(site * kinds + kind, instance.num_sites * kinds),
            **{REMOVED: _ones(np.arange(len(site)), len(site))},
        )
        closed = Rows.of(
            [f"the station at {region.sites.ids[i]} stays or is closed" for i in stands],
            lower=1.0,
            open=_ones(stands, instance.num_sites),
            **{CLOSED: _ones(np.arange(len(stands)), len(stands))},
        )
        return removed.followed_by(closed)

    def site_columns(self, instance: Instance) -> Mapping[str, Any]:
        """Return what each column spends: removal, less what is sold, plus what rows take off."""
        standing = instance.standing
        site, kind = np.nonzero(standing.chargers)
        stands = np.flatnonzero(standing.open)
        return {
            REMOVED: _at(site, self._each(instance.region)[kind], instance.num_sites),
            CLOSED: _at(stands, np.full(len(stands), self.station), instance.num_sites),
        }

    def site_cost(self, plan: Plan, region: Region, standing: Standing) -> FloatArray:
        """Return what removing costs at each site, and the price of what is gone back again."""
        gone = _gone(plan, standing) @ self._each(region)
        return np.asarray(gone + self.station * (standing.open & ~plan.open))

    def cost_of(self, plan: Plan, region: Region, standing: Standing) -> float:
        """Return what removing and closing adds to the cost of the plan's stations, in money."""
        closed = float(region.sites.opening_cost[standing.open & ~plan.open].sum())
        return closed + float(self.site_cost(plan, region, standing).sum())

    def _each(self, region: Region) -> FloatArray:
        """Return ``c_r + k_r - s_r``, shape (kinds,)."""
        return np.array(
            [
                kind.cost + _of(self.charger, kind.name) - _of(self.salvage, kind.name)
                for kind in region.kinds
            ]
        )

    def broken(self, plan: Plan, instance: Instance) -> list[str]:
        """Return the stations that must stay open and are closed."""
        if self.closes:
            return []
        sites = instance.region.sites
        return [
            f"the existing station at {name} is gone"
            for i, name in enumerate(sites.ids)
            if (sites.existing_open[i] or sites.existing[i].any()) and not plan.open[i]
        ]


def _gone(plan: Plan, standing: Standing) -> FloatArray:
    """Return how many chargers go, shape (sites, kinds)."""
    gone: IntArray = np.maximum(standing.chargers - plan.chargers, 0)
    return gone.astype(np.float64)


def _of(given: float | dict[str, float], name: str) -> float:
    return given.get(name, 0.0) if isinstance(given, dict) else given


def _ones(column: Any, width: int) -> csr_array:
    """Return a matrix with one entry 1 in each row."""
    count = len(column)
    return csr_array((np.ones(count), (np.arange(count), column)), shape=(count, width))


def _at(site: Any, value: FloatArray, num_sites: int) -> csr_array:
    """Return a matrix (sites, columns) with one entry in each column."""
    return csr_array((value, (site, np.arange(len(site)))), shape=(num_sites, len(site)))
