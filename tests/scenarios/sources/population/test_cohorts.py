"""Cohort change: a published example, a stable population, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.core.errors import InputError
from robustev.data.population import AgeGroup, PopulationHistory
from robustev.scenarios.sources.population.cohorts import project_cohorts, survivors
from tests.scenarios.conftest import aged_population

# Women of San Diego County in 2010, under 60, with cohort change ratios of 2005 to 2010 and the
# child-woman ratio of 2010 (girls under 5 over women of 15 to 44), as printed in the exercise of a
# course of demography.
WOMEN = [
    114592, 112324, 100728, 110732, 112593, 106802, 110686, 114547, 112475, 118695, 110263, 94950
]  # fmt: skip
RATIOS = [1.0077, 1.0308, 1.0371, 1.0318, 1.0268, 1.0227, 1.0152, 1.0031, 1.0072, 0.9865, 0.9814]
GIRLS_TO_WOMEN = 0.17159


def san_diego() -> PopulationHistory:
    """Return 2010 as printed and 2005 as the printed ratios imply; the open group stays empty."""
    after = np.array([*WOMEN, 0.0])
    before = np.array([*(after[1:12] / RATIOS), 0.0, 0.0])
    groups = (*(AgeGroup(low, low + 5) for low in range(0, 60, 5)), AgeGroup(60))
    people = np.array([before, after])[:, None, :]
    census = np.ones(2, dtype=bool)
    return PopulationHistory((2005, 2010), people, census, np.zeros((2, 1), bool), groups)


def test_the_published_ratios_carry_each_cohort_five_years_on() -> None:
    people, _ = project_cohorts(san_diego(), 2005, 2010, 0.0)
    printed = np.array(WOMEN[:11]) * RATIOS
    np.testing.assert_allclose(people[0, 1:12], printed, rtol=1e-9)
    assert round(people[0, 1]) == 115474


def test_children_are_the_printed_share_of_projected_women() -> None:
    people, _ = project_cohorts(san_diego(), 2005, 2010, 0.0)
    assert people[0, 0] / people[0, 3:9].sum() == pytest.approx(GIRLS_TO_WOMEN, abs=5e-6)


def test_a_population_that_does_not_change_stays() -> None:
    history = san_diego()
    same = PopulationHistory(
        history.years, np.tile(np.linspace(130.0, 10.0, 13), (2, 1, 1)), history.census,
        history.estimated, history.groups,
    )  # fmt: skip
    people, _ = project_cohorts(same, 2005, 2010, 0.0)
    np.testing.assert_allclose(people, same.people[1])


def test_two_periods_at_once_age_people_by_two_groups() -> None:
    before, after = np.array([[10.0, 20.0, 30.0, 40.0]]), np.array([[9.0, 9.0, 5.0, 45.0]])
    np.testing.assert_allclose(
        survivors(before, after, 2), [[9.0 * 5.0 / 10.0, (9.0 + 5.0 + 45.0) * 45.0 / 90.0]]
    )


def test_a_village_borrows_from_the_region_and_a_city_hardly() -> None:
    before = np.array([[1.0, 1.0, 1.0], [1e6, 1e6, 1e6]])
    after = np.array([[1.0, 3.0, 1.0], [1e6, 1e6, 1e6]])
    shrunk = survivors(before, after, 1, prior=500.0)
    assert shrunk[0, 0] == pytest.approx(1.0, abs=0.01)
    assert shrunk[1, 0] == pytest.approx(1e6, rel=1e-4)


def test_groups_of_unequal_width_are_refused() -> None:
    groups = (AgeGroup(0, 5), AgeGroup(5, 15), AgeGroup(15))
    people = np.ones((2, 1, 3))
    census = np.ones(2, dtype=bool)
    history = PopulationHistory((2000, 2010), people, census, np.zeros((2, 1), bool), groups)
    with pytest.raises(InputError, match="not of one width"):
        project_cohorts(history, 2000, 2010, 0.0)


def test_a_period_that_does_not_fit_the_groups_is_refused() -> None:
    with pytest.raises(InputError, match="do not fit the age groups"):
        project_cohorts(aged_population(), 2000, 2009, 0.0)
