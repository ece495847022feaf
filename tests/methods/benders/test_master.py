"""The master problem: bounds from cuts, relaxed and whole."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.core.errors import InfeasibleError
from robustev.methods.benders.master import Master
from robustev.model.first_stage import first_stage
from robustev.model.model import Model, Stations
from robustev.recourse.cut import Cut
from tests import instances

PROBLEM = instances.random_instance(0, kinds=0)
FIRST = first_stage(PROBLEM)


def cut(constant: float, open_: list[float]) -> Cut:
    return Cut(constant, np.array(open_), np.zeros((3, 1)))


def test_without_cuts_nothing_is_built_and_the_bound_is_what_is_fixed() -> None:
    solution = Master(FIRST, 1).solve_relaxation()
    assert solution.z is not None
    assert solution.bound == pytest.approx(FIRST.constant)


def test_cuts_raise_the_bound_and_whole_numbers_raise_it_further() -> None:
    """Opening any site saves 30, opening half of one saves 15."""
    master = Master(FIRST, 1)
    master.add(cut(45.0, [-30.0, -30.0, -30.0]), 0)
    relaxed = master.solve_relaxation()
    whole = master.solve_integer(gap=0.0, seconds=10.0)
    cheap = np.sort(FIRST.cost)
    assert relaxed.bound == pytest.approx(cheap[0] + 0.5 * cheap[1])
    assert whole.bound == pytest.approx(min(cheap[0] + 15.0, cheap[0] + cheap[1]))
    assert whole.z is not None
    assert set(whole.z) <= {0.0, 1.0}


def test_a_start_and_a_box_are_kept() -> None:
    master = Master(FIRST, 1)
    master.add(cut(100.0, [-30.0, -30.0, -30.0]), 0)
    box = (np.array([1.0, 0.0, 0.0]), np.array([1.0, 0.0, 1.0]))
    solution = master.solve_integer(gap=0.0, seconds=10.0, start=np.ones(3), within=box)
    assert solution.z is not None
    assert solution.z[:2].tolist() == [1.0, 0.0]
    assert master.solve_integer(gap=0.0, seconds=10.0).bound <= solution.bound + 1e-9


def test_a_number_of_stations_holds_for_one_relaxation_only() -> None:
    """Opening any site saves 30, so that without a limit more than one is opened in part."""
    master = Master(FIRST, 1)
    master.add(cut(45.0, [-30.0, -30.0, -30.0]), 0)
    cheap = np.sort(FIRST.cost)
    one = master.solve_relaxation(stations=(0, 1))
    assert one.bound == pytest.approx(cheap[0] + 15.0)
    assert master.solve_relaxation(stations=(2, np.inf)).bound == pytest.approx(cheap[:2].sum())
    assert master.solve_relaxation().bound == pytest.approx(cheap[0] + 0.5 * cheap[1])
    master.solve_relaxation(stations=(3, 3))
    whole = master.solve_integer(gap=0.0, seconds=10.0)
    assert whole.z is not None
    assert whole.z.sum() < 3
    master.add(cut(1.5, [-1.0, -1.0, -1.0]), None)
    with pytest.raises(InfeasibleError):
        master.solve_relaxation(stations=(0, 1))


def test_cuts_that_another_optimum_meets_are_near_tight_too() -> None:
    master = Master(FIRST, 1)
    master.add(cut(45.0, [-30.0, -30.0, -30.0]), 0)
    master.add(cut(-50.0, [0.0, 0.0, 60.0]), 0)
    all_open = master.solve_relaxation(stations=(3, 3))
    assert master.near_tight(1e-6)[1].tolist() == [45.0]
    assert master.near_tight(1e-6, [all_open])[1].tolist() == [45.0, -50.0]


def test_a_feasibility_cut_forbids() -> None:
    master = Master(FIRST, 1)
    master.add(cut(1.5, [-1.0, -1.0, -1.0]), None)
    solution = master.solve_integer(gap=0.0, seconds=10.0)
    assert solution.z is not None
    assert solution.z.sum() == 2.0


def test_contradicting_limits_are_an_error() -> None:
    impossible = instances.random_instance(
        0, kinds=0, model=Model(unserved_penalty=1.0, stations=Stations(exactly=4))
    )
    master = Master(first_stage(impossible), 1)
    with pytest.raises(InfeasibleError, match="no plan satisfies"):
        master.solve_relaxation()
    with pytest.raises(InfeasibleError, match="no plan satisfies"):
        master.solve_integer(gap=0.0, seconds=10.0)


def test_only_cuts_that_have_long_been_slack_are_dropped() -> None:
    """The sloped cut and the highest of the flat ones, 4, meet at the optimum."""
    master = Master(FIRST, 1)
    master.add(cut(45.0, [-30.0, -30.0, -30.0]), 0)
    for constant in range(5):
        master.add(cut(float(constant), [0.0, 0.0, 0.0]), 0)
    before = [master.solve_relaxation().bound for _ in range(20)][-1]
    master.drop_stale(keep=6)
    assert master.num_cuts == 6
    master.drop_stale(keep=3)
    assert master.num_cuts == 2
    assert master.solve_relaxation().bound == pytest.approx(before)
