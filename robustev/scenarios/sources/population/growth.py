"""What past censuses say of growth: rates by zone, how they persist, how wrong they were.

The rate of zone j between its last two censuses is ``r_j``, that of the region ``R``. A forecast

    log P_j(T + h) = log P_j(T) + h k (R + p (r_j - R)) + errors

has a *persistence* ``p`` of what sets a zone apart, and ``k`` of growth itself; ``p = k = 0`` is
the last value, ``p = k = 1`` the trend, between them lie all shrunk trends. Both are uncertain.
Where there are three censuses, ``p`` is the slope of the later rates on the earlier ones, weighed
against a prior belief: one period says little of the next, however many zones it has.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import BoolArray, FloatArray, frozen
from robustev.data.population import PopulationHistory
from robustev.scenarios.sources.population.errors import ErrorModel, fit_range, fit_tail

PERSISTENCE = (0.5, 0.25)
"""Mean and spread of the prior belief in the persistence of zones' own growth."""
COMMON = (0.75, 0.25)
"""Mean and spread of the persistence of growth itself."""
PERIOD_SPREAD = 0.25
"""How far the persistence of one period lies from that of others: what one is worth."""
TOTAL_RATE_SPREAD = 0.005
"""Standard deviation a year of the error of a region's growth rate: the prior belief."""
PRIOR_PERIODS = 2.0
"""Periods that the prior beliefs in sizes are worth."""
LEAST_GAP = 5
"""Years between two censuses that tell a rate: closer ones show their errors."""
OUTLYING = 3.5
"""Rates beyond this many robust deviations are drawn in: they are boundary changes or errors."""


@dataclass(frozen=True, eq=False)
class PastGrowth:
    """Growth until the last census.

    Parameters
    ----------
    base
        Shape (zones,): the last census, in people.
    base_year, earlier_year
        The last census, and the one that rates are reckoned from (None with one census).
    rate
        Shape (zones,): growth of log population a year; the region's own where ``known`` is False.
    region_rate
        The same of all zones together.
    known
        Shape (zones,): zones that both censuses have, or whose family both have.
    persistence
        Mean and spread of the persistence ``p`` of zones' own growth.
    errors
        How wrong the forecast is.
    maps
        Shape (maps, zones): past errors, one map for each pair of periods or else for the period.
    notes
        What was assumed, in words.
    """

    base: FloatArray
    base_year: int
    earlier_year: int | None
    rate: FloatArray
    region_rate: float
    known: BoolArray
    persistence: tuple[float, float]
    errors: ErrorModel
    maps: FloatArray
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Period:
    """Growth between two censuses: rates by zone, shape (zones,), and of the region."""

    start: int
    end: int
    rate: FloatArray
    region_rate: float
    known: BoolArray

    @property
    def years(self) -> int:
        """Length of the period."""
        return self.end - self.start

    @property
    def own(self) -> FloatArray:
        """Rates relative to the region's."""
        return self.rate - self.region_rate


def growth_period(history: PopulationHistory, start: int, end: int) -> Period:
    """Return growth between two census years, outlying rates drawn in."""
    a, b = history.years.index(start), history.years.index(end)
    first, last = history.totals[a], history.totals[b]
    sound = ~(history.estimated[a] | history.estimated[b])
    known = np.isfinite(first) & np.isfinite(last) & (first > 0) & (last > 0) & sound
    years = end - start
    if not known.any():
        return Period(start, end, np.zeros(len(first)), 0.0, known)
    region = float(np.log(last[known].sum() / first[known].sum()) / years)
    rate = np.full(len(first), region)
    rate[known] = np.log(last[known] / first[known]) / years
    middle = float(np.median(rate[known]))
    robust = 1.4826 * float(np.median(np.abs(rate[known] - middle)))
    reach = OUTLYING * max(robust, 1e-4)
    return Period(start, end, np.clip(rate, middle - reach, middle + reach), region, known)


def past_periods(history: PopulationHistory) -> list[Period]:
    """Return growth between censuses, the last period first, without overlap."""
    years = list(history.census_years)
    periods = []
    while len(years) > 1:
        end = years.pop()
        start = next((year for year in reversed(years) if end - year >= LEAST_GAP), None)
        if start is None:
            break
        periods.append(growth_period(history, start, end))
        years = [year for year in years if year <= start]
    return periods


def fit_growth(
    history: PopulationHistory, points: FloatArray, carried: ErrorModel | None = None
) -> PastGrowth:
    """Return what the history says of growth; ``points`` has shape (zones, dimensions).

    ``carried`` takes the place of errors fitted here, for a region with too short a past.

    Raises
    ------
    ValueError
        If there is no census, or only one and no errors are carried over.
    """
    if not history.census_years:
        raise ValueError("the population history has no census")
    periods = past_periods(history)
    base_year = history.census_years[-1]
    base = history.totals[history.years.index(base_year)]
    if not periods or not periods[0].known.any():
        if carried is None:
            raise ValueError(
                "two censuses five years apart are needed to tell growth; with one, give the "
                "errors of other regions under 'errors_of'"
            )
        count = len(base)
        note = f"one census ({base_year}): no trend; errors are those of other regions"
        return PastGrowth(
            frozen(base), base_year, None, np.zeros(count), 0.0, np.zeros(count, dtype=bool),
            (0.0, 0.0), carried, np.zeros((0, count)), (note,),
        )  # fmt: skip
    last = periods[0]
    persistence = _persistence(periods)
    maps = _error_maps(periods, persistence[0])
    errors = carried or _errors(periods, maps, persistence[0], points)
    return PastGrowth(
        frozen(base), base_year, last.start, frozen(last.rate), last.region_rate, last.known,
        persistence, errors, maps, _notes(periods, last),
    )  # fmt: skip


def _persistence(periods: list[Period]) -> tuple[float, float]:
    """Return mean and spread of the persistence, past slopes weighed against the prior."""
    mean, spread = PERSISTENCE
    slopes = []
    for later, earlier in itertools.pairwise(periods):
        both = later.known & earlier.known
        square = float((earlier.own[both] ** 2).sum())
        if both.sum() >= 3 and square > 0:
            slopes.append(float(earlier.own[both] @ later.own[both]) / square)
    weight = len(slopes) / PERIOD_SPREAD**2
    prior = 1.0 / spread**2
    mean = (prior * mean + sum(slopes) / PERIOD_SPREAD**2) / (prior + weight)
    between = PERIOD_SPREAD if slopes else 0.0
    return float(np.clip(mean, 0.0, 1.0)), float(np.hypot(1.0 / np.sqrt(prior + weight), between))


def _error_maps(periods: list[Period], persistence: float) -> FloatArray:
    """Return maps of past errors of rates, shape (maps, zones), 0 where nothing is known.

    Each pair of periods gives one; with one period only, what sets zones apart in it stands in,
    scaled to what a rate that persists in part leaves open.
    """
    pairs = list(itertools.pairwise(periods))
    if not pairs:
        last = periods[0]
        return frozen(np.where(last.known, last.own, 0.0)[None] * _open(persistence))
    maps = [
        np.where(later.known & earlier.known, later.own - persistence * earlier.own, 0.0)
        for later, earlier in pairs
    ]
    return frozen(np.array(maps))


def _open(persistence: float) -> float:
    """Return the share of a rate's spread that the rate before leaves open, if both vary alike."""
    return float(np.sqrt(1.0 - persistence**2))


def _errors(
    periods: list[Period], maps: FloatArray, persistence: float, points: FloatArray
) -> ErrorModel:
    last = periods[0]
    use = np.asarray((maps != 0.0).any(axis=0))
    newest = maps[0]
    spread, tail = fit_tail(newest[use] - float(np.median(newest[use])))
    if len(maps):
        own, _ = fit_tail(last.own[last.known] - float(np.median(last.own[last.known])))
        spread = float(np.sqrt((own**2 * _open(persistence) ** 2 + len(maps) * spread**2)
                               / (1.0 + len(maps))))  # fmt: skip
    changes = [a.region_rate - COMMON[0] * b.region_rate
               for a, b in itertools.pairwise(periods)]  # fmt: skip
    squares = PRIOR_PERIODS * TOTAL_RATE_SPREAD**2 + sum(value**2 for value in changes)
    total = float(np.sqrt(squares / (PRIOR_PERIODS + len(changes))))
    length, nugget = fit_range(points, newest, use)
    return ErrorModel(
        spread=max(spread * last.years, 1e-6), total_spread=total * last.years,
        years=float(last.years), range=length, nugget=nugget, tail=tail,
    )  # fmt: skip


def _notes(periods: list[Period], last: Period) -> tuple[str, ...]:
    notes = []
    if len(periods) == 1:
        notes.append(
            f"two censuses ({last.start}, {last.end}): how far growth persists is a prior belief"
        )
    if missing := int((~last.known).sum()):
        notes.append(f"zones without a rate of their own, which take the region's: {missing}")
    return tuple(notes)
