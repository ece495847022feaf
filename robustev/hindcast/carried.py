"""Errors of the last census carried forward, found in some regions and used in others.

With one census a region tells nothing of growth, so its forecast is the last value, and how wrong
that is must come from elsewhere: from regions with two censuses, whose growth between them is the
error that the last value would have made.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats

from robustev.core.arrays import FloatArray
from robustev.core.errors import InputError
from robustev.hindcast.config import HindcastConfig
from robustev.hindcast.known import known_at, zone_places
from robustev.hindcast.panel import PanelRegion
from robustev.scenarios.sources.history.residuals import fit_correlogram
from robustev.scenarios.sources.population.errors import LEAST_ZONES, ErrorModel, fit_tail
from robustev.scenarios.sources.population.growth import Period, past_periods

NEAR, FAR = 25.0, 100.0
"""Distances in km at which regions' correlations are averaged."""
LEAST = 1e-9
"""Correlation that counts as none."""


def errors_of_last_census(
    regions: Sequence[PanelRegion], decision: int, config: HindcastConfig
) -> ErrorModel:
    """Return the errors of the last value, from growth between the last two censuses up to a year.

    Zones' growth beyond their region's median is pooled over regions for size and tails; how alike
    neighbours are is the mean of the regions' own fits at two distances. The error that a region
    has in common is the root mean square of regions' growth about zero: whether other regions grow
    or shrink is not carried over, only how far they may. Regions without two censuses are passed
    over.

    Raises
    ------
    InputError
        If no region has two censuses by then, five years apart.
    """
    own: list[FloatArray] = []
    totals, years, alike = [], [], []
    for region in regions:
        try:
            known = known_at(region, decision, config)
        except InputError:
            continue
        periods = past_periods(known.history)
        if not periods or periods[0].known.sum() < LEAST_ZONES:
            continue
        last = periods[0]
        apart = _apart(last)
        own.append(apart)
        totals.append(last.years * last.region_rate)
        years.append(last.years)
        ranks = stats.norm.ppf(stats.rankdata(apart) / (len(apart) + 1.0))
        length, nugget = fit_correlogram(zone_places(known.region)[last.known], ranks[None])
        alike.append([(1.0 - nugget) * np.exp(-d / length) for d in (NEAR, FAR)])
    if not own:
        raise InputError(f"no region has two censuses up to {decision}, five years apart")
    if len(set(years)) > 1:
        raise InputError(f"censuses up to {decision} are {sorted(set(years))} years apart: not one")
    spread, tail = fit_tail(np.concatenate(own))
    length, nugget = correlation_through(*np.mean(alike, axis=0))
    return ErrorModel(
        spread=spread, total_spread=float(np.sqrt(np.mean(np.square(totals)))),
        years=float(years[0]), range=length, nugget=nugget, tail=tail,
    )  # fmt: skip


def correlation_through(near: float, far: float) -> tuple[float, float]:
    """Return range in km and nugget of ``(1 - nugget) exp(-d / range)`` through two correlations.

    ``near`` is at 25 km, ``far`` at 100 km, and smaller. Where they fall faster than any nugget
    allows, the nugget is 0 and the curve goes through ``near``; without correlation it is 1.

    >>> length, nugget = correlation_through(0.5 * np.exp(-25 / 60), 0.5 * np.exp(-100 / 60))
    >>> round(length, 6), round(float(nugget), 6)
    (60.0, 0.5)
    """
    if near < LEAST:
        return NEAR, 1.0
    length = (FAR - NEAR) / float(np.log(near / max(far, LEAST)))
    smooth = near * float(np.exp(NEAR / length))
    return (length, 1.0 - smooth) if smooth <= 1.0 else (NEAR / -float(np.log(near)), 0.0)


def _apart(last: Period) -> FloatArray:
    """Return zones' growth of log population beyond the median, shape (known zones,)."""
    growth = last.years * last.rate[last.known]
    return np.asarray(growth - np.median(growth))
