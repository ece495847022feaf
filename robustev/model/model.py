"""What the planner wants: the two-stage model and its objective, as validated options.

The symbols are those of the README's model section: ``x_i`` open sites, ``n_ir`` chargers,
``a_ijks`` fractions of demand, ``b_jks`` unserved fractions.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from robustev.core.settings import Settings
from robustev.model.risk import AnyMeasure, Expected


class Stations(Settings):
    """Limits on the number of open stations, ``sum_i x_i``."""

    minimum: int = Field(0, ge=0)
    """Fewest open stations."""
    maximum: int | None = Field(None, ge=0)
    """Most open stations; absent for no limit."""
    exactly: int | None = Field(None, ge=0)
    """Exact number of open stations (``G``); excludes the other two."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.exactly is not None and (self.minimum or self.maximum is not None):
            raise ValueError("'exactly' cannot stand beside 'minimum' or 'maximum'")
        if self.maximum is not None and self.maximum < self.minimum:
            raise ValueError(f"maximum {self.maximum} is below minimum {self.minimum}")
        return self


class Levels(Settings):
    """Capacity in whole levels instead of chargers: each site has 0 to ``maximum`` levels."""

    maximum: int = Field(ge=1)
    """Most levels at one site."""
    unit: Literal["mean_demand"] | float = "mean_demand"
    """Capacity of one level, in demand units; ``mean_demand`` is each type's mean over zones."""
    cost: float = Field(1.0, ge=0)
    """Cost of one level."""


class Reach(Settings):
    """Which sites a zone may use; the model holds only those arcs."""

    max_travel: float | None = Field(None, gt=0)
    """Longest allowed travel cost ``t_ij``."""
    nearest: int | None = Field(None, ge=1)
    """Only this many nearest sites of each zone."""


class Budget(Settings):
    """A limit on the cost of what is built: openings and chargers beyond the existing ones."""

    limit: float = Field(ge=0)
    """Most money that may be spent."""


class Model(Settings):
    """The two-stage model: what may be built, how demand is served, what it costs."""

    split: Literal["by_type", "shared"] = "by_type"
    """Whether each demand type spreads over sites on its own, or all types share one split."""
    capacitated: bool = True
    """False serves any demand at any open site (p-median)."""
    levels: Levels | None = None
    """Capacity levels in place of the region's chargers."""
    unserved_penalty: float | dict[str, float] | None = None
    """Cost of one demand unit left unserved (``q_k``), also by type; absent forbids it."""
    stations: Stations = Stations()
    """Limits on the number of stations."""
    budget: Budget | None = None
    """Limit on spending; absent for none."""
    reach: Reach = Reach()
    """Limits on who may use which site."""
    keep_existing: bool = True
    """Whether existing stations and chargers must stay (``n_ir >= e_ir``)."""
    existing_cost: Literal["sunk", "counted"] = "sunk"
    """Whether existing chargers and stations count in the infrastructure cost."""
    utilisation: float = Field(1.0, gt=0, le=1)
    """Usable share of nominal capacity."""
    infrastructure_weight: float = Field(1.0, ge=0)
    """Weight of infrastructure cost in the objective (``w_infra``)."""
    travel_weight: float = Field(1.0, ge=0)
    """Weight of travel cost in the objective (``w_travel``)."""
    objective: AnyMeasure = Expected()
    """How scenario costs are combined."""
