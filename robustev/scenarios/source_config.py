"""The other sources of scenarios: a history, figures per zone, or paths made elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from robustev.core.settings import Settings


class HistorySource(Settings):
    """Scenarios fitted to the region's own past demand (at least three years; five are better)."""

    kind: Literal["history"] = "history"
    horizon: int = Field(1, ge=1, le=50)
    """Years from the last year of the history to the year that is planned for."""
    first_year: int | None = None
    """Leave out the years before this one."""
    last_year: int | None = None
    """Leave out the years after this one, to test the forecast against them."""
    residuals: Literal["gaussian", "bootstrap"] = "gaussian"
    """Deviations of zones: a Gaussian field of fitted range, or whole maps of past errors."""


class Spatial(Settings):
    """How alike the deviations of neighbouring zones are."""

    range_share: float = Field(0.1, gt=0)
    """Distance over which deviations are alike, as a share of the region's diagonal."""
    nugget: float = Field(0.3, ge=0, le=1)
    """Share of the variance that is each zone's own; 1 is independent zones."""
    common: float = Field(0.3, ge=0, le=1)
    """Share of the variance that all zones have in common: the total's uncertainty."""
    leading_modes: int = Field(4, ge=0, le=64)
    """How many of the widest patterns the sampling method spreads evenly."""


class ZoneSource(Settings):
    """Scenarios from mean and spread, or quantiles, of every zone's demand.

    The table (CSV or Parquet) has a column ``zone``, a column ``type`` where the region has several
    demand types, and either ``mean`` and ``spread`` (standard deviation; gamma distributed), or
    quantile columns named ``q05``, ``q50``, ``q95`` and the like (``q2.5`` is fine too).
    """

    kind: Literal["zones"] = "zones"
    table: Path | None = None
    """File with one row per zone (and type); absent to take the region's reference demand."""
    spread: float = Field(0.3, ge=0)
    """Standard deviation relative to the mean, where no table is given."""
    correlation: Path | None = None
    """Square CSV of correlations between zones, ids as header and first column."""
    spatial: Spatial = Spatial()
    """Correlation by distance, where no matrix is given."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.spatial.nugget + self.spatial.common > 1:
            raise ValueError("nugget and common are shares of one variance; together at most 1")
        return self


class TrajectorySource(Settings):
    """Scenarios made elsewhere, used as they are.

    The table (CSV or Parquet) is long: ``scenario``, ``zone``, ``demand``, and where they matter
    ``type``, ``year`` and ``probability`` (the same in all rows of a scenario).
    """

    kind: Literal["trajectories"] = "trajectories"
    table: Path
    """The file."""
    year: int | None = None
    """Which year of the paths to plan for; absent for the last."""


class Stress(Settings):
    """A scenario put in by hand: the mean forecast, or given drivers, with a weight.

    With source ``drivers``, ``drivers`` fixes the values of named drivers, the others stay at their
    medians, without local noise. ``scale`` multiplies demand on top, in any source.
    """

    name: str
    weight: float = Field(gt=0, lt=1)
    """Probability of the scenario; the drawn ones share the rest."""
    drivers: dict[str, float] = Field(default_factory=dict)
    """Values of named drivers."""
    scale: float = Field(1.0, ge=0)
    """Factor on all demand."""


class Reduction(Settings):
    """Fewer scenarios that stand for all that were drawn."""

    method: Literal["fast_forward", "k_medoids"] = "fast_forward"
    """Fast forward selection, or k-medoids."""
    distance: Literal["demand", "cost"] = "demand"
    """What makes scenarios alike: their demand maps, or what they cost a few plans of the
    experiment's model; ``cost`` takes seconds longer and loses far less."""
    to: int = Field(ge=1)
    """How many scenarios remain."""
