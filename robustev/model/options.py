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
    """Stations and chargers that must stay: shapes (sites,) and (sites, kinds)."""

    open: BoolArray
    chargers: IntArray

    @classmethod
    def nothing(cls, region: Region) -> Standing:
        """Return that no site and no charger of the region must stay."""
        return cls(np.zeros(region.num_sites, dtype=bool), np.zeros_like(region.sites.existing))


class Part(Settings):
    """One part of the model, and what it changes while the arrays of an instance are made.

    Each method does nothing unless a part says otherwise.
    """

    def check(self, region: Region, faults: FaultCollector) -> None:
        """Note every fault: what this part names and the region does not have."""

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
        """Return what must stay."""
        return Standing.nothing(region)

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
