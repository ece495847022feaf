"""Scenarios from figures per zone: mean and spread, or quantiles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from robustev.scenarios.sources.base import REGISTER, DemandDistribution, Source
from robustev.scenarios.sources.zones.config import Spatial

if TYPE_CHECKING:
    from robustev.data.region import Region


@REGISTER.add
class ZoneSource(Source):
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

    example: ClassVar[dict[str, Any]] = {"spread": 0.4, "spatial": {"common": 0.2}}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.spatial.nugget + self.spatial.common > 1:
            raise ValueError("nugget and common are shares of one variance; together at most 1")
        return self

    def distribution(self, region: Region) -> DemandDistribution:
        """Return the zones' distributions, tied by a copula in space."""
        from robustev.scenarios.sources.zones.model import (  # noqa: PLC0415
            Marginals,
            ZoneModel,
            read_marginals,
        )

        if self.table is None:
            marginals = Marginals.gamma(region.demand, self.spread * region.demand)
        else:
            marginals = read_marginals(self.table, region)
        return ZoneModel.prepare(marginals, self.spatial, self.correlation, region)
