"""Scenarios around an official figure, as wrong as such figures have been before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from robustev.core.arrays import FloatArray, frozen
from robustev.core.errors import Fault, FaultCollector, InputError
from robustev.scenarios.sources.base import REGISTER, DemandDistribution, Source
from robustev.scenarios.sources.population.errors import (
    ErrorModel,
    Errors,
    fit_range,
    fit_tail,
)
from robustev.scenarios.sources.population.growth import PastGrowth
from robustev.scenarios.sources.population.need import ChargingNeed
from robustev.scenarios.sources.population.source import known_population

if TYPE_CHECKING:
    from robustev.data.population import PopulationHistory
    from robustev.data.region import Region


@REGISTER.add
class OfficialSource(Source):
    """Scenarios around an official projection, or the latest official estimate carried forward.

    Their errors are those that official estimates had before: what a census counted less what
    the last estimate before it had said.
    """

    kind: Literal["official"] = "official"
    year: int
    """The year that the scenarios speak of."""
    table: Path | None = None
    """The projection: CSV or Parquet with columns ``zone`` and ``people``; absent for the latest
    estimate of the region's past."""
    made: int | None = None
    """The year in which the projection was made; absent for the last year that is used."""
    last_year: int | None = None
    """Last year of the past that is used; absent for all."""
    errors: Errors = "field"
    """Maps of zones' errors: a fitted field, whole past maps (bootstrap), or independent zones."""
    errors_of: ErrorModel | None = None
    """Errors found elsewhere, where no census followed an estimate."""
    charging: ChargingNeed | None = Field(None)
    """What a person charges; absent, each zone keeps its reference demand per person."""

    example: ClassVar[dict[str, Any]] = {"year": 2030}

    def target_year(self, region: Region) -> int | None:
        """Return the year that the scenarios speak of."""
        return self.year

    def uses_year(self, year: int) -> bool:
        """Return whether a year of the past goes into the scenarios."""
        return self.last_year is None or year <= self.last_year

    def distribution(self, region: Region) -> DemandDistribution:
        """Return the distribution of demand in the year asked for."""
        from robustev.data.geometry import zone_points  # noqa: PLC0415
        from robustev.scenarios.sources.population.model import (  # noqa: PLC0415
            PopulationModel,
            Uncertain,
        )

        history = known_population(region, self.last_year, self.kind)
        base, made = self._figures(region, history)
        errors, maps = past_misses(history, zone_points(region))
        errors = self.errors_of or errors
        if errors is None or self.year <= made:
            raise InputError([Fault(
                "the errors of official figures are not known" if errors is None
                else f"the figures of {made} are not before the year {self.year}", region.name,
                expected="an estimate before a later census, or 'errors_of'"
                if errors is None else "a later year",
            )])  # fmt: skip
        count = region.num_zones
        growth = PastGrowth(
            frozen(base), made, None, np.zeros(count), 0.0, np.zeros(count, dtype=bool),
            (0.0, 0.0), errors, maps, (f"official figures made in {made}",),
        )  # fmt: skip
        if self.errors == "bootstrap" and not len(maps):
            raise InputError([Fault("a bootstrap needs maps of past errors", region.name)])
        return PopulationModel.prepare(
            region, history, growth, self.year - made, Uncertain(self.errors), self.charging
        )

    def _figures(self, region: Region, history: PopulationHistory) -> tuple[FloatArray, int]:
        """Return the official figures, shape (zones,), and the year in which they were made."""
        if self.table is not None:
            from robustev.scenarios.tables import (  # noqa: PLC0415
                numbers,
                positions,
                read_table,
                require_columns,
            )

            frame, faults = read_table(self.table), FaultCollector(str(self.table))
            require_columns(frame, ["zone", "people"], faults)
            faults.raise_if_any()
            zone = positions(frame, "zone", region.zones.ids, faults)
            values = numbers(frame, "people", faults)
            base = np.full(region.num_zones, np.nan)
            base[zone[zone >= 0]] = values[zone >= 0]
            for j in np.flatnonzero(np.isnan(base))[:20]:
                faults.add(f"zone {region.zones.ids[j]!r} is missing")
            faults.raise_if_any()
            return base, self.made or history.years[-1]
        years = np.flatnonzero(~history.census)
        if not len(years):
            expected = "years that are no census, or a 'table'"
            raise InputError([Fault("the region's past has no official estimate", region.name,
                                    expected=expected)])  # fmt: skip
        last = history.totals[years[-1]]
        counted = np.flatnonzero(history.census)
        census = history.totals[counted[-1]] if len(counted) else last
        return np.where(np.isfinite(last), last, census), history.years[years[-1]]


def past_misses(
    history: PopulationHistory, points: FloatArray
) -> tuple[ErrorModel | None, FloatArray]:
    """Return how wrong the last estimate before each census was, and the maps of it.

    None without a census that followed an estimate. Their horizon is the mean time between both.
    """
    maps, totals, leads = [], [], []
    for t in range(1, len(history.years)):
        if not history.census[t] or history.census[t - 1]:
            continue
        estimate, count = history.totals[t - 1], history.totals[t]
        sound = np.isfinite(estimate) & np.isfinite(count) & (estimate > 0) & (count > 0)
        sound &= ~history.estimated[t]
        if sound.sum() < 2:
            continue
        miss = np.zeros(len(count))
        miss[sound] = np.log(count[sound] / estimate[sound])
        common = float(np.log(count[sound].sum() / estimate[sound].sum()))
        maps.append(np.where(sound, miss - common, 0.0))
        totals.append(common)
        leads.append(history.years[t] - history.years[t - 1])
    if not maps:
        return None, np.zeros((0, len(points)))
    newest, use = maps[-1], np.asarray(maps[-1] != 0.0)
    spread, tail = fit_tail(np.concatenate([one[one != 0.0] for one in maps]))
    length, nugget = fit_range(points, newest, use)
    errors = ErrorModel(
        spread=max(spread, 1e-6), total_spread=float(np.sqrt(np.mean(np.square(totals)))),
        years=float(np.mean(leads)), range=length, nugget=nugget, tail=tail,
    )  # fmt: skip
    return errors, frozen(np.array(maps))
