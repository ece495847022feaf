"""Past populations: what was known when, boundary changes, and figures that are no observations."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.core.errors import InputError
from robustev.data.population import AgeGroup, PopulationHistory

YEARS = (2000, 2001, 2002, 2003)


def history(people: list[list[float]], census: tuple[int, ...] = (2000, 2003)) -> PopulationHistory:
    return PopulationHistory.of_totals(YEARS, np.array(people), census)


REAL = history([[1000, 500], [1040, 480], [1030, 492], [1100, 470]])


def test_until_a_year_leaves_nothing_later() -> None:
    known = REAL.until(2001)
    assert known.years == (2000, 2001)
    assert known.people.shape == (2, 2, 1)
    assert known.people.base is None


def test_a_line_between_censuses_is_found_to_be_one() -> None:
    straight = np.linspace([1000.0, 500.0], [1300.0, 410.0], 4).round()
    rates = (np.array([1000.0, 500.0]) * (np.array([1.1, 0.95]) ** np.arange(4)[:, None])).round()
    assert history(straight.tolist()).interpolated_years() == (2001, 2002)
    assert history(rates.tolist()).interpolated_years() == (2001, 2002)


def test_figures_that_vary_are_taken_for_observations() -> None:
    assert REAL.interpolated_years() == ()


def test_a_merged_zone_has_the_people_of_its_parts_from_before_they_were_founded() -> None:
    split = history([[1000, np.nan], [700, 300], [710, 310], [720, 320]])
    whole = split.merged(np.array([0, 0]))
    assert whole.totals.ravel().tolist() == [1000, 1000, 1020, 1040]


def test_a_merged_zone_without_any_part_has_no_figure() -> None:
    late = history([[np.nan, np.nan], [700, 300], [710, 310], [720, 320]])
    assert np.isnan(late.merged(np.array([0, 0])).totals[0, 0])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"years": (2001, 2000, 2002, 2003)}, "rise"),
        ({"people": -np.ones((4, 2, 1))}, "negative"),
        ({"census": np.ones(3, dtype=bool)}, "wrong shape"),
        ({"groups": (AgeGroup(0, 5), AgeGroup(5))}, "wrong shape"),
    ],
)
def test_inconsistent_figures_are_refused(change: dict[str, object], message: str) -> None:
    fields = {name: getattr(REAL, name) for name in ("years", "people", "census", "estimated")}
    with pytest.raises(InputError, match=message):
        PopulationHistory(**(fields | change))
