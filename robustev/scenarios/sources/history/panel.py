"""A panel history made fit for fitting: what is refused, what is repaired, and the report of it.

Rules, all reported:

* negative or non-numeric values, and fewer than three years, are refused;
* a zone that is zero in every year stays zero in every scenario;
* a missing year between two others is filled by geometric interpolation, zone by zone; more than
  one in three missing is refused;
* a missing value is filled from its zone's neighbouring years, as a share of the year's total;
* a zero in a zone that is not always zero becomes half the zone's smallest positive value when
  logarithms are taken.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import BoolArray, FloatArray, frozen
from robustev.core.errors import FaultCollector
from robustev.core.formatting import count
from robustev.data.region import History
from robustev.scenarios.sources.history import COMFORTABLE_YEARS

logger = logging.getLogger(__name__)

LEAST_YEARS = 3


@dataclass(frozen=True, eq=False)
class Panel:
    """A complete history without gaps.

    Parameters
    ----------
    years
        Consecutive years.
    demand
        Shape (years, zones, types), >= 0.
    active
        Shape (zones,): zones that had any demand.
    repairs
        What was repaired, in words.
    """

    years: tuple[int, ...]
    demand: FloatArray
    active: BoolArray
    repairs: tuple[str, ...] = ()

    @property
    def zone_totals(self) -> FloatArray:
        """Demand of all types, shape (years, zones)."""
        return np.asarray(self.demand.sum(axis=2))

    def positive(self) -> FloatArray:
        """Return totals of the active zones, shape (years, active), with zeros made positive."""
        values = self.zone_totals[:, self.active]
        least = np.where(values > 0, values, np.inf).min(axis=0)
        return np.where(values > 0, values, least / 2)

    def until(self, year: int) -> Panel:
        """Return the panel up to and including ``year``, as it could have been known then."""
        keep = [index for index, known in enumerate(self.years) if known <= year]
        demand = self.demand[keep]
        return Panel(
            tuple(self.years[i] for i in keep), demand, demand.sum(axis=(0, 2)) > 0, self.repairs
        )


def make_panel(history: History, zones: tuple[str, ...] | None = None) -> Panel:
    """Return the history checked and repaired by the rules above.

    Raises
    ------
    InputError
        With every fault that is not repaired.
    """
    faults = FaultCollector("history")
    demand = np.array(history.demand, dtype=np.float64)
    years = list(history.years)
    if len(set(years)) != len(years):
        faults.add("years repeat", found=years)
    empty = np.isnan(demand).all(axis=tuple(range(1, demand.ndim)))
    if (useful := len(set(years)) - int(empty.sum())) < LEAST_YEARS:
        faults.add(
            f"{count(useful, 'year')} of history: too few to fit a forecast",
            expected=f"at least {LEAST_YEARS} years; give drivers or mean and spread instead",
        )
    _check_values(demand, years, zones, faults)
    faults.raise_if_any()
    order = [t for t in np.argsort(years) if not np.isnan(demand[t]).all()]
    years, demand = [years[t] for t in order], demand[order]
    repairs: list[str] = []
    demand = _fill_values(demand, repairs, faults)
    faults.raise_if_any()
    years, demand = _fill_years(years, demand, repairs, faults)
    faults.raise_if_any()
    _note_zeros(demand, repairs)
    if len(years) < COMFORTABLE_YEARS:
        repairs.append(f"only {len(years)} years: the spread rests mostly on prior assumptions")
    for repair in repairs:
        logger.warning("history: %s", repair)
    return Panel(tuple(years), frozen(demand), demand.sum(axis=(0, 2)) > 0, tuple(repairs))


def _check_values(
    demand: FloatArray, years: list[int], zones: tuple[str, ...] | None, faults: FaultCollector
) -> None:
    bad = np.argwhere((demand < 0) | np.isinf(demand))
    for t, j, _ in bad[:20]:
        label = zones[j] if zones else str(j)
        faults.add(
            f"year {years[t]}, zone {label!r}: demand",
            found=float(demand[t, j].min()),
            expected="a finite number >= 0",
        )
    if len(bad) > 20:
        faults.add(f"{len(bad) - 20} further values are negative or infinite")
    for t, year in enumerate(years):
        total = np.nansum(demand[t])
        if not total > 0 and not np.isnan(demand[t]).all():
            faults.add(f"year {year} has no demand at all", found=float(total))


def _fill_values(demand: FloatArray, repairs: list[str], faults: FaultCollector) -> FloatArray:
    """Fill missing values: the zone's share of its neighbouring years, times the year's total."""
    missing = np.isnan(demand)
    if not missing.any():
        return demand
    if missing.mean() > 1 / 3:
        faults.add("more than a third of the history is missing", found=f"{missing.mean():.0%}")
        return demand
    never = np.asarray(missing.all(axis=0))
    if never.any():
        faults.add(f"{int(np.any(never, axis=1).sum())} zones have no value in any year")
        return demand
    relative = demand / np.nanmean(demand, axis=(1, 2), keepdims=True)
    reference = np.nanmean(relative, axis=0)
    known = np.where(missing, 0.0, reference).sum(axis=(1, 2), keepdims=True)
    level = np.nansum(demand, axis=(1, 2), keepdims=True) / np.where(known > 0, known, 1.0)
    repairs.append(
        f"{count(int(missing.sum()), 'missing value')} filled from other years of the zone"
    )
    return np.where(missing, level * reference, demand)


def _fill_years(
    years: list[int], demand: FloatArray, repairs: list[str], faults: FaultCollector
) -> tuple[list[int], FloatArray]:
    """Fill years that are missing between others, by geometric interpolation in each zone."""
    wanted = list(range(years[0], years[-1] + 1))
    gaps = [year for year in wanted if year not in years]
    if not gaps:
        return years, demand
    if len(gaps) > len(wanted) / 3:
        faults.add(
            f"{len(gaps)} of {len(wanted)} years are missing: {gaps}",
            expected="at most one in three",
        )
        return years, demand
    tiny = 1e-12 * demand.max()
    logs = np.log(np.maximum(demand, tiny)).reshape(len(years), -1)
    filled = np.stack([np.interp(wanted, years, column) for column in logs.T], axis=1)
    values = np.exp(filled).reshape(len(wanted), *demand.shape[1:])
    values[values <= 2 * tiny] = 0.0
    for t, year in enumerate(years):
        values[wanted.index(year)] = demand[t]
    repairs.append(f"missing years {gaps} filled by geometric interpolation")
    return wanted, values


def _note_zeros(demand: FloatArray, repairs: list[str]) -> None:
    totals = demand.sum(axis=2)
    never = int((totals.sum(axis=0) == 0).sum())
    some = int(((totals == 0).any(axis=0) & (totals.sum(axis=0) > 0)).sum())
    if never:
        repairs.append(f"no demand in any year, and so in any scenario: {count(never, 'zone')}")
    if some:
        repairs.append(f"zeros in {count(some, 'zone')} count as half the zone's least value")
