"""Scenarios fitted to the region's own past demand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import Field

from robustev.core.errors import ConfigError
from robustev.scenarios.sources.base import REGISTER, DemandDistribution, Source
from robustev.scenarios.sources.history import COMFORTABLE_YEARS

if TYPE_CHECKING:
    from robustev.data.region import History, Region


@REGISTER.add
class HistorySource(Source):
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

    example: ClassVar[dict[str, Any]] = {"horizon": 2}

    @classmethod
    def by_default(cls, region: Region) -> Self | None:
        """Return the forecast one year ahead, for a region with five years of history."""
        years = () if region.history is None else region.history.years
        return cls() if len(years) >= COMFORTABLE_YEARS else None

    def distribution(self, region: Region) -> DemandDistribution:
        """Return the distribution fitted to the years that are left in."""
        from robustev.data.geometry import zone_points  # noqa: PLC0415
        from robustev.scenarios.sources.history.model import HistoryModel  # noqa: PLC0415
        from robustev.scenarios.sources.history.panel import make_panel  # noqa: PLC0415

        panel = make_panel(self.years_of(region), region.zones.ids)
        return HistoryModel.fit(panel, zone_points(region), self.horizon, self.residuals)

    def years_of(self, region: Region) -> History:
        """Return the part of the region's history that is fitted.

        Raises
        ------
        ConfigError
            If there is none.
        """
        if region.history is None:
            raise ConfigError(
                f"region {region.name!r} has no history to fit; give drivers, or mean and spread"
            )
        every = region.history.years
        first = self.first_year if self.first_year is not None else min(every)
        last = self.last_year if self.last_year is not None else max(every)
        keep = [t for t, year in enumerate(every) if first <= year <= last]
        if not keep:
            raise ConfigError(
                f"no year of the history lies between {first} and {last}; "
                f"it has {min(every)} to {max(every)}"
            )
        return type(region.history)(tuple(every[t] for t in keep), region.history.demand[keep])

    def target_year(self, region: Region) -> int | None:
        """Return the last year that is fitted plus the horizon."""
        if region.history is None:
            return None
        return (self.last_year or max(region.history.years)) + self.horizon

    def at_year(self, year: int, region: Region) -> Self:
        """Return the source with the horizon that leads to the year."""
        ahead = year - self.known_until(region)
        if ahead < 1:
            raise ConfigError(
                f"{year} is not after {self.known_until(region)}, the last year that the source "
                "'history' is fitted to"
            )
        return self.model_copy(update={"horizon": ahead})

    def known_until(self, region: Region) -> int:
        """Return the last year that is fitted."""
        return max(self.years_of(region).years)

    def uses_year(self, year: int) -> bool:
        """Return whether the year is fitted: all up to the last one are."""
        return self.last_year is None or year <= self.last_year

    def held_back(self, years: Sequence[int]) -> tuple[int, ...]:
        """Return the years after the last one that is fitted."""
        return tuple(year for year in years if not self.uses_year(year))
