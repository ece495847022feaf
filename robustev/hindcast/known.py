"""What is known at the decision: zones, point forecasts, scenarios. Nothing later gets in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from robustev.core.arrays import FloatArray, IntArray
from robustev.core.errors import Fault, InputError
from robustev.data.geometry import EARTH_RADIUS_KM
from robustev.data.population import PopulationHistory
from robustev.data.travel import on_sphere
from robustev.hindcast.boundaries import given_families, inferred_families, with_shared_past
from robustev.hindcast.config import HindcastConfig
from robustev.hindcast.panel import PanelRegion
from robustev.scenarios.sources.population.growth import PastGrowth, fit_growth


@dataclass(frozen=True, eq=False)
class Known:
    """A region as it was known at the decision.

    Parameters
    ----------
    zones
        Positions in the panel's region of the zones that there are.
    region
        The panel's region of these zones, up to the decision.
    history
        Its past, after boundary changes.
    growth
        What it says of growth.
    notes
        What was left out or assumed, in words.
    """

    zones: IntArray
    region: PanelRegion
    history: PopulationHistory
    growth: PastGrowth
    notes: tuple[str, ...]

    @property
    def points(self) -> FloatArray:
        """Places of the zones in km, shape (zones, 3)."""
        return zone_places(self.region)

    def forecasts(self, judged: int) -> Mapping[str, FloatArray]:
        """Return the point forecasts for a year, shape (zones,) each, in people."""
        base, growth = self.growth.base, self.growth
        horizon = judged - growth.base_year
        found = {"last": base}
        if growth.earlier_year is not None:
            found["trend"] = base * np.exp(horizon * growth.rate)
            found["half_trend"] = base * np.exp(0.5 * horizon * growth.rate)
        official = official_estimate(self.region.history)
        if official is not None:
            found["official"] = np.where(np.isfinite(official), official, base)
        return found


def zone_places(region: PanelRegion) -> FloatArray:
    """Return the places of a region's zones in km, shape (zones, 3)."""
    return EARTH_RADIUS_KM * on_sphere(region.longitude, region.latitude)


def official_estimate(history: PopulationHistory) -> FloatArray | None:
    """Return the latest official estimate of every zone, shape (zones,); None without any."""
    years = np.flatnonzero(~history.census)
    return history.totals[years[-1]] if len(years) else None


def known_at(region: PanelRegion, decision: int, config: HindcastConfig) -> Known:
    """Return what was known of a region at the decision.

    Raises
    ------
    InputError
        If there is no census by then, or too few of them to tell errors.
    """
    past = region.until(decision)
    history = past.history
    if not history.census_years:
        expected = f"one of {config.panel.censuses} among the columns"
        raise InputError([Fault(f"no census up to {decision}", region.name, expected=expected)])
    last = history.totals[history.years.index(history.census_years[-1])]
    there = np.flatnonzero(np.isfinite(last) & (last > 0))
    notes = []
    if missing := [region.names[j] for j in np.flatnonzero(~(np.isfinite(last) & (last > 0)))]:
        notes.append(f"left out, without people in the last census: {_named(missing)}")
    past = past.of_zones(there)
    family = _families(past, config)
    moved = family != np.arange(len(family))
    if moved.any():
        notes.append(f"zones that share the past of the zone they were part of: {moved.sum()}")
    shared = with_shared_past(past.history, family)
    if smooth := set(past.history.interpolated_years()) & set(past.history.census_years):
        notes.append(f"smooth by construction, no observations: {sorted(smooth)}")
    try:
        growth = fit_growth(shared, zone_places(past), config.forecast.errors_of)
    except ValueError as error:
        raise InputError([Fault(str(error), region.name)]) from error
    return Known(there, past, shared, growth, (*notes, *growth.notes))


def _families(past: PanelRegion, config: HindcastConfig) -> IntArray:
    match config.panel.crosswalk:
        case "none":
            return np.arange(len(past.ids))
        case "infer":
            return inferred_families(past.history, zone_places(past))
        case Path() as path:
            return given_families(path, past.ids)
    raise AssertionError(config.panel.crosswalk)


def _named(names: list[str], most: int = 8) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
