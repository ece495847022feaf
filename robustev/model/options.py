"""Options of the model that are no rule of their own, and the base of those that are.

The symbols are those of the README's model section: ``x_i`` open sites, ``n_ir`` chargers,
``a_ijks`` fractions of demand, ``b_jks`` unserved fractions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import Field

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.core.errors import FaultCollector
from robustev.core.settings import Amount, Settings
from robustev.data.plan import Plan
from robustev.data.reach import EVERYTHING, Reach
from robustev.data.region import Region
from robustev.model.phases.config import Phases
from robustev.model.risk import AnyMeasure, Expected


@dataclass(frozen=True, eq=False)
class Standing:
    """Stations and chargers that stand already: shapes (sites,) and (sites, kinds)."""

    open: BoolArray
    chargers: IntArray

    @classmethod
    def nothing(cls, region: Region) -> Standing:
        """Return that nothing stands at any site of the region."""
        return cls(np.zeros(region.num_sites, dtype=bool), np.zeros_like(region.sites.existing))

    @classmethod
    def of(cls, region: Region) -> Standing:
        """Return the existing chargers of a region, and the stations that they need."""
        sites = region.sites
        return cls(sites.existing_open | sites.existing.any(axis=1), sites.existing)


class Part(Settings):
    """One part of the model, and what it changes while the arrays of an instance are made.

    Each method does nothing unless a part says otherwise.
    """

    def check(self, region: Region, faults: FaultCollector) -> None:
        """Note every fault: what this part names and the region does not have."""

    def conflicts(self, model: ModelOptions, faults: FaultCollector) -> None:
        """Note every other part of the model beside which this one has no meaning."""

    def in_region(self, region: Region) -> Region:
        """Return the region in which plans are made."""
        return region

    def reach(self) -> Reach:
        """Return which arcs of the region the model may use."""
        return EVERYTHING

    @property
    def in_second_stage(self) -> bool:
        """Whether this part states terms or rows of the second stage."""
        return False

    def standing(self, region: Region) -> Standing:
        """Return what stands and is not paid for again; it stays unless a part lets it go."""
        return Standing.nothing(region)

    @property
    def lets_go(self) -> bool:
        """Whether what stands may go."""
        return False

    def charger_table(self, region: Region) -> FloatArray | None:
        """Return the capacity of 0, 1, ... chargers of each kind, if this part limits it.

        Shape (most + 1, kinds, types), in demand units; infinite where it sets no limit.
        """
        return None

    @property
    def has_table(self) -> bool:
        """Whether this part limits the capacity of chargers by a table."""
        return type(self).charger_table is not Part.charger_table

    def counts_standing(self) -> bool:
        """Return whether what must stay is part of the cost."""
        return False

    def further_cost(self, plan: Plan, region: Region) -> float:
        """Return what the plan costs beyond its stations and chargers, in money."""
        return 0.0

    def cost_of(self, plan: Plan, region: Region, standing: Standing) -> float:
        """Return the same, for a part to which it matters what stands already."""
        return self.further_cost(plan, region)

    def site_cost(self, plan: Plan, region: Region, standing: Standing) -> FloatArray:
        """Return what the plan spends beyond new stations and chargers at each site, in money.

        A budget limits it. ``standing`` is what stands already; chargers of the plan count as more
        or fewer than those at the region's prices. Shape (sites,).
        """
        return np.zeros(region.num_sites)

    @property
    def is_spent_at_sites(self) -> bool:
        """Whether what it costs is spent at single sites, and limited by a budget."""
        return type(self).site_cost is not Part.site_cost


class ModelOptions(Settings):
    """The two-stage model without the rules on what may be built."""

    split: Literal["by_type", "shared"] = "by_type"
    """Whether each demand type spreads over sites on its own, or all types share one split."""
    capacitated: bool = True
    """False serves any demand at any open site (p-median)."""
    unserved_penalty: Amount | dict[str, Amount] | None = None
    """Cost of one demand unit left unserved (``q_k``), also by type; absent forbids it."""
    utilisation: float = Field(1.0, gt=0, le=1)
    """Usable share of nominal capacity."""
    infrastructure_weight: float = Field(1.0, ge=0)
    """Weight of infrastructure cost in the objective (``w_infra``)."""
    travel_weight: float = Field(1.0, ge=0)
    """Weight of travel cost in the objective (``w_travel``)."""
    objective: AnyMeasure = Expected()
    """How scenario costs are combined."""
    phases: Phases | None = None
    """Building out over several phases, as a list of them or with more options; absent for one."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of the model that are in use."""
        return ()

    def standing(self, region: Region) -> Standing:
        """Return every station and charger that some part of the model takes as standing."""
        whole = Standing.nothing(region)
        for part in self.parts:
            one = part.standing(region)
            whole = Standing(whole.open | one.open, np.maximum(whole.chargers, one.chargers))
        return whole
