"""Past populations of zones: censuses told apart from estimates, by age and sex where known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import BoolArray, FloatArray, IntArray, frozen
from robustev.core.errors import FaultCollector
from robustev.core.summary import Fact, Summarised

SMOOTH = 0.02
"""Share of a year's change that interpolation leaves unexplained where a series is smooth by
construction: real series of yearly counts leave some 30 %, rounded interpolations below 1 %."""
MOST_ZONES = 0.9
"""Share of zones that must look interpolated for a year to count as such."""


@dataclass(frozen=True)
class AgeGroup:
    """People from age ``low`` up to but without age ``high``; None for no upper end.

    ``sex`` is empty for both together.
    """

    low: int = 0
    high: int | None = None
    sex: str = ""

    def __str__(self) -> str:
        ages = f"{self.low}+" if self.high is None else f"{self.low}-{self.high - 1}"
        return f"{self.sex} {ages}".strip()


EVERYBODY = (AgeGroup(),)


@dataclass(frozen=True, eq=False, repr=False)
class PopulationHistory(Summarised):
    """Population of every zone in past years.

    Parameters
    ----------
    years
        Rising.
    people
        Shape (years, zones, groups), in people; NaN where a zone has no figure, as before it was
        founded.
    census
        Shape (years,): True for years of a count, False for years of official estimates.
    estimated
        Shape (years, zones): True where a figure is an estimate, in a census year too.
    groups
        Age groups, by sex where known; one group of everybody by default.

    Raises
    ------
    InputError
        With every inconsistency found.
    """

    years: tuple[int, ...]
    people: FloatArray
    census: BoolArray
    estimated: BoolArray
    groups: tuple[AgeGroup, ...] = EVERYBODY

    def __post_init__(self) -> None:
        faults = FaultCollector("population history")
        shape = np.shape(self.people)
        if len(shape) != 3 or shape[0] != len(self.years) or shape[2] != len(self.groups):
            faults.add("people has the wrong shape", found=shape,
                       expected=f"({len(self.years)}, zones, {len(self.groups)})")  # fmt: skip
            faults.raise_if_any()
        if list(self.years) != sorted(set(self.years)):
            faults.add("years must rise", found=self.years)
        if np.shape(self.census) != shape[:1] or np.shape(self.estimated) != shape[:2]:
            faults.add("what is counted has the wrong shape",
                       found=(np.shape(self.census), np.shape(self.estimated)),
                       expected=str((shape[:1], shape[:2])))  # fmt: skip
        if (np.asarray(self.people) < 0).any() or np.isinf(self.people).any():
            faults.add("people holds negative or infinite values", expected="numbers >= 0")
        faults.raise_if_any()
        object.__setattr__(self, "people", frozen(self.people))
        object.__setattr__(self, "census", frozen(self.census, np.bool_))
        object.__setattr__(self, "estimated", frozen(self.estimated, np.bool_))

    @classmethod
    def of_totals(
        cls, years: tuple[int, ...], people: FloatArray, census: tuple[int, ...]
    ) -> PopulationHistory:
        """Return the history of everybody, shape (years, zones), counted in the years ``census``.

        >>> one = PopulationHistory.of_totals((2000, 2005), np.array([[9.0], [9.5]]), (2000,))
        >>> one.census.tolist(), one.estimated.ravel().tolist()
        ([True, False], [False, True])
        """
        counted = np.array([year in census for year in years])
        estimated = np.broadcast_to(~counted[:, None], people.shape)
        return cls(years, people[:, :, None], counted, estimated)

    def summary(self) -> tuple[str, Mapping[str, Fact]]:
        """Return the years and the sizes."""
        return "", {
            "years": len(self.years),
            "first": self.years[0] if self.years else None,
            "last": self.years[-1] if self.years else None,
            "censuses": ", ".join(map(str, self.census_years)) or None,
            "zones": self.num_zones,
            "age_groups": len(self.groups) if len(self.groups) > 1 else None,
        }

    @property
    def num_zones(self) -> int:
        """Number of zones."""
        return int(self.people.shape[1])

    @property
    def census_years(self) -> tuple[int, ...]:
        """Years of a count."""
        return tuple(y for y, counted in zip(self.years, self.census, strict=True) if counted)

    @property
    def totals(self) -> FloatArray:
        """People of all groups, shape (years, zones)."""
        return np.asarray(self.people.sum(axis=2))

    def until(self, year: int) -> PopulationHistory:
        """Return what was known in ``year``: figures of that year and before, copied."""
        keep = [t for t, known in enumerate(self.years) if known <= year]
        return PopulationHistory(
            tuple(self.years[t] for t in keep), self.people[keep], self.census[keep],
            self.estimated[keep], self.groups,
        )  # fmt: skip

    def of_zones(self, index: IntArray) -> PopulationHistory:
        """Return the history of the zones at ``index``."""
        return PopulationHistory(
            self.years, self.people[:, index], self.census, self.estimated[:, index], self.groups
        )

    def merged(self, into: IntArray) -> PopulationHistory:
        """Return the history after a crosswalk: zones with the same number in ``into`` are one.

        ``into`` has shape (zones,), numbers from 0 without gaps. A merged zone has a figure in the
        years in which one of its parts has, for parts that were founded later were inside others
        before; it is estimated where one of its parts is.
        """
        count = int(into.max()) + 1
        people = np.zeros((len(self.years), count, len(self.groups)))
        known = np.zeros((len(self.years), count), dtype=bool)
        estimated = np.zeros((len(self.years), count), dtype=bool)
        there = np.asarray(~np.isnan(self.people).any(axis=2))
        for t in range(len(self.years)):
            np.add.at(people[t], into, np.where(there[t][:, None], self.people[t], 0.0))
            np.logical_or.at(known[t], into, there[t])
            np.logical_or.at(estimated[t], into, self.estimated[t])
        people[~known] = np.nan
        return PopulationHistory(self.years, people, self.census, estimated, self.groups)

    def interpolated_years(self) -> tuple[int, ...]:
        """Return the years whose figures lie on a smooth line between their neighbours.

        A figure that interpolates its neighbours, on a straight line or at a constant rate, is no
        observation. A year counts as interpolated where this holds in nine of ten zones whose
        population changed: what a line leaves unexplained is at most 2 % of the change, or a
        rounding to whole people.

        >>> years = (2000, 2001, 2002)
        >>> line = np.array([[1000.0, 500.0], [1100.0, 450.0], [1200.0, 400.0]])
        >>> PopulationHistory.of_totals(years, line, (2000, 2002)).interpolated_years()
        (2001,)
        """
        totals, found = self.totals, []
        for t in range(1, len(self.years) - 1):
            before, here, after = totals[t - 1], totals[t], totals[t + 1]
            share = (self.years[t] - self.years[t - 1]) / (self.years[t + 1] - self.years[t - 1])
            change = np.abs(after - before)
            use = np.isfinite(before + here + after) & (change > 1.0)
            if not use.any():
                continue
            straight = before + share * (after - before)
            with np.errstate(divide="ignore", invalid="ignore"):
                constant = before * (after / before) ** share
            miss = np.fmin(np.abs(here - straight), np.abs(here - constant))
            smooth = miss[use] <= np.maximum(SMOOTH * change[use], 1.0)
            if smooth.mean() >= MOST_ZONES:
                found.append(self.years[t])
        return tuple(found)
