"""Panel histories: complete ones pass, small faults are repaired by rule, large ones refused."""

from __future__ import annotations

import logging

import numpy as np
import pytest

from robustev.core.arrays import FloatArray
from robustev.core.errors import InputError
from robustev.data.region import History
from robustev.scenarios.sources.history.panel import make_panel


def history(years: tuple[int, ...] = (2010, 2011, 2012, 2013, 2014, 2015)) -> History:
    number = np.array(years, dtype=float) - 2009
    return History(years, number[:, None, None] * np.array([1.0, 2.0, 3.0])[None, :, None])


def edited(*edits: tuple[int, int, float]) -> History:
    demand = np.array(history().demand)
    for year, zone, value in edits:
        demand[year, zone, 0] = value
    return History(history().years, demand)


def test_a_complete_history_is_left_alone() -> None:
    panel = make_panel(history())
    np.testing.assert_array_equal(panel.demand, history().demand)
    assert panel.repairs == ()
    assert panel.active.all()


def test_years_are_put_in_order() -> None:
    given = history()
    backwards = History(given.years[::-1], np.asarray(given.demand)[::-1])
    np.testing.assert_array_equal(make_panel(backwards).demand, given.demand)


def test_a_missing_year_is_interpolated_geometrically_and_reported(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        panel = make_panel(history((2010, 2011, 2013, 2014, 2015)))
    assert panel.years == (2010, 2011, 2012, 2013, 2014, 2015)
    np.testing.assert_allclose(panel.demand[2, :, 0], np.sqrt(2 * 4) * np.array([1, 2, 3]))
    assert "missing years [2012]" in panel.repairs[0]
    assert "missing years [2012]" in caplog.text


def test_a_missing_value_is_filled_by_the_zones_share_in_other_years() -> None:
    panel = make_panel(edited((2, 1, np.nan)))
    np.testing.assert_allclose(panel.demand[2, 1, 0], 3 * 2.0)
    assert "1 missing value filled" in panel.repairs[0]


def test_a_year_that_is_wholly_missing_is_filled_like_a_missing_year() -> None:
    panel = make_panel(edited((2, 0, np.nan), (2, 1, np.nan), (2, 2, np.nan)))
    np.testing.assert_allclose(panel.demand[2, :, 0], np.sqrt(2 * 4) * np.array([1, 2, 3]))


def test_zones_without_demand_are_noted_and_inactive() -> None:
    panel = make_panel(edited(*[(year, 1, 0.0) for year in range(6)]))
    assert panel.active.tolist() == [True, False, True]
    assert "so in any scenario: 1 zone" in panel.repairs[0]


def test_a_zero_among_others_becomes_half_the_least_value_for_logarithms() -> None:
    panel = make_panel(edited((0, 1, 0.0)))
    assert panel.positive()[0, 1] == 2.0
    assert panel.demand[0, 1, 0] == 0.0
    assert "zeros in 1 zone count as half" in panel.repairs[0]


def test_few_years_are_used_with_a_warning() -> None:
    assert "only 3 years" in make_panel(history((2010, 2011, 2012))).repairs[-1]


def test_the_past_can_be_taken_as_it_was_known() -> None:
    panel = make_panel(history()).until(2012)
    assert panel.years == (2010, 2011, 2012)
    assert panel.demand.shape[0] == 3


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (history((2010,)), "1 year of history: too few"),
        (history((2010, 2011)), "2 years of history: too few"),
        (history((2010, 2011, 2011, 2012)), "years repeat"),
        (history((2010, 2011, 2018)), "6 of 9 years are missing"),
        (edited((1, 1, -3.0)), "year 2011, zone 'b': demand; found -3.0"),
        (edited((1, 1, np.inf)), "year 2011, zone 'b': demand; found inf"),
        (edited(*[(1, zone, 0.0) for zone in range(3)]), "year 2011 has no demand at all"),
        (edited(*[(year, 1, np.nan) for year in range(6)]), "1 zones have no value in any year"),
    ],
)
def test_what_cannot_be_repaired_is_refused(given: History, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        make_panel(given, ("a", "b", "c"))


def test_mostly_missing_values_are_refused() -> None:
    demand: FloatArray = np.array(history().demand)
    demand[::2, :2] = np.nan
    demand[1, 0] = np.nan
    with pytest.raises(InputError, match="third of the history"):
        make_panel(History(history().years, demand))
