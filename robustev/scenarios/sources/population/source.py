"""Scenarios from the trends of past censuses."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from robustev.core.errors import Fault, InputError
from robustev.scenarios.sources.base import REGISTER, DemandDistribution, Source
from robustev.scenarios.sources.population.errors import ErrorModel, Errors
from robustev.scenarios.sources.population.need import ChargingNeed

if TYPE_CHECKING:
    from robustev.data.population import PopulationHistory
    from robustev.data.region import Region


@REGISTER.add
class PopulationSource(Source):
    """Scenarios from past censuses: shrunk trends, with errors that neighbours share.

    Needs the region's past population; demand follows it.
    """

    kind: Literal["population"] = "population"
    horizon: int = Field(1, ge=1)
    """Years from the last census that is used."""
    last_year: int | None = None
    """Last year of the past that is used; absent for all."""
    errors: Errors = "field"
    """Maps of zones' errors: a fitted Gaussian field, whole past maps (bootstrap), or each zone
    independent, which makes every plan look robust."""
    trend_uncertainty: bool = True
    """False takes growth and its persistence as known."""
    migration: bool = True
    """False lets all zones grow alike: nobody moves between them."""
    errors_of: ErrorModel | None = None
    """Errors found in other regions, where the past is too short to tell."""
    charging: ChargingNeed | None = None
    """What a person charges; absent, each zone keeps its reference demand per person."""

    example: ClassVar[dict[str, Any]] = {"horizon": 10}

    def distribution(self, region: Region) -> DemandDistribution:
        """Return the distribution of demand ``horizon`` years after the last census."""
        from robustev.data.geometry import zone_points  # noqa: PLC0415
        from robustev.scenarios.sources.population.growth import fit_growth  # noqa: PLC0415
        from robustev.scenarios.sources.population.model import (  # noqa: PLC0415
            PopulationModel,
            Uncertain,
        )

        history = known_population(region, self.last_year, self.kind)
        try:
            growth = fit_growth(history, zone_points(region), self.errors_of)
        except ValueError as error:
            raise InputError([Fault(str(error), region.name)]) from error
        if self.errors == "bootstrap" and not len(growth.maps):
            raise InputError(
                [Fault("a bootstrap needs maps of past errors", region.name, found="one census",
                       expected="two censuses or more")]
            )  # fmt: skip
        uncertain = Uncertain(self.errors, self.trend_uncertainty, self.migration)
        return PopulationModel.prepare(
            region, history, growth, self.horizon, uncertain, self.charging
        )

    def uses_year(self, year: int) -> bool:
        """Return whether a year of the past goes into the scenarios."""
        return self.last_year is None or year <= self.last_year

    def relative_to(self, folder: str | Path) -> PopulationSource:
        """Return the same source: it names no files."""
        return self


def known_population(region: Region, last_year: int | None, kind: str) -> PopulationHistory:
    """Return the region's past population up to a year, all of it where the year is None.

    Raises
    ------
    InputError
        If the region has none, or none as early.
    """
    history = region.past_population
    if history is None:
        raise InputError(
            [Fault(f"scenarios of the source {kind!r} need past population", region.name,
                   found="none", expected="a section population_history of the region")]
        )  # fmt: skip
    known = history if last_year is None else history.until(last_year)
    if not known.years:
        raise InputError(
            [Fault(f"no past population up to {last_year}", region.name,
                   expected=f"years from {history.years[0]} on")]
        )  # fmt: skip
    return known
