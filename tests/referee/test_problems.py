"""Every method on random problems with any mix of rules and measures, held against the referee."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from robustev.core.errors import InputError
from robustev.methods.result import SolveResult, Status
from tests import instances
from tests.instances import PENALTY
from tests.methods.conftest import METHODS
from tests.ranks import on_ranks
from tests.referee.judge import Trial
from tests.referee.problems import APART, FLAT, MEASURES, RULES, random_problem
from tests.referee.referee import Problem
from tests.referee.run import faults_of

FEW, MANY, EVEN_MORE = 60, 500, 10_000
AT_ONCE = 10
IN_A_WORLD = 6
"""Problems that the ordinary run solves on several ranks."""


def starts(first: int, count: int, step: int) -> range:
    """Return where groups of seeds begin."""
    return range(first, first + count, step)


def wrong(method: str, first: int, count: int) -> dict[int, list[str]]:
    """Return what a method gets wrong, by seed."""
    found = {seed: faults_of(Trial(seed), method, None) for seed in range(first, first + count)}
    return {seed: faults for seed, faults in found.items() if faults}


@pytest.mark.parametrize("first", starts(0, FEW, AT_ONCE))
@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_right_on_random_problems(method: str, first: int) -> None:
    assert wrong(method, first, AT_ONCE) == {}


@pytest.mark.slow
@pytest.mark.parametrize("first", starts(FEW, MANY - FEW, 44))
@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_right_on_many_random_problems(method: str, first: int) -> None:
    assert wrong(method, first, 44) == {}


@pytest.mark.slow
@pytest.mark.parametrize("first", starts(MANY, EVEN_MORE - MANY, 250))
def test_the_methods_without_ranks_are_right_on_ten_thousand_random_problems(first: int) -> None:
    assert wrong("ef", first, 250) == {}
    assert wrong("benders", first, 250) == {}


def in_a_world(methods: list[str], ranks: int, first: int, count: int, seconds: int) -> str:
    """Solve problems on ranks that are started once; return what they print."""
    some = ["--first", str(first), "--count", str(count)]
    done = on_ranks(ranks, "-m", "tests.referee.run", *methods, *some, timeout=seconds)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.mpi
def test_ranks_that_share_a_problem_are_right_on_random_problems() -> None:
    assert "0 faults" in in_a_world(["ph", "benders"], 3, 0, IN_A_WORLD, 240)


@pytest.mark.mpi
@pytest.mark.slow
def test_ranks_that_share_a_problem_are_right_on_many_random_problems() -> None:
    assert "0 faults" in in_a_world(["ph", "benders"], 3, IN_A_WORLD, MANY - IN_A_WORLD, 7200)


# --- the referee and the judge themselves ----------------------------------------------------


def test_where_nobody_asks_for_anything_tiny_costs_still_count() -> None:
    of = instances.region(0, sites=2, zones=2)
    free = replace(of, sites=replace(of.sites, opening_cost=np.full(2, 1e-6)))
    none = instances.scenario_set(0, of)
    none = replace(none, demand=np.zeros_like(none.demand))
    section = {"unserved_penalty": PENALTY, "objective": {"measure": "regret", "weight": 0.6}}
    problem = Problem(free, none, section)
    assert problem.alone(0).optimum() == 0.0
    assert problem.optimum() == pytest.approx(0.0, abs=1e-12)
    assert wrong("benders", 3681, 1) == {}


def test_every_rule_and_measure_is_drawn_and_most_problems_have_a_plan() -> None:
    problems = [random_problem(seed) for seed in range(FEW)]
    asked = {key for problem in problems for key in problem.section}
    assert {*RULES, *APART} <= asked
    assert set(MEASURES) == {problem.section["objective"]["measure"] for problem in problems}
    finite = [np.isfinite(problem.optimum()) for problem in problems]
    assert 0.5 * FEW < sum(finite) < FEW
    assert set(FLAT) == {"slots", "existing"}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"split": "shared", "budget": {"limit": 30.0}, "reach": {"nearest": 2}},
        {"objective": {"measure": "cvar", "tail": 0.3, "weight": 0.5}, "keep_existing": False},
        {"objective": {"measure": "total_variation", "radius": 0.3}, "grid": {
            "by": "area", "limit": 45.0, "upgrades": {"kw": 25.0, "cost": 3.0}}},
    ],
)  # fmt: skip
def test_the_referee_knows_the_best_of_all_plans(seed: int, options: dict[str, object]) -> None:
    section = {"unserved_penalty": PENALTY, **options}
    model = instances.Model(**section)
    shape = {"types": 2, "existing": True, "slots": 1}
    instance = instances.random_instance(seed, model=model, **shape)
    optimum, _ = instances.brute_force(instance)
    problem = Problem(instance.region, instance.scenarios, section)
    assert problem.optimum() == pytest.approx(optimum, rel=1e-7)


def solved() -> tuple[Trial, SolveResult]:
    """Return a problem whose optimum costs something, and a right result."""
    trial = next(t for t in map(Trial, range(FEW)) if 1 < t.optimum < np.inf)
    result = trial.solve("benders")
    assert trial.faults(result) == []
    return trial, result


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda r: {"objective": 0.99 * r.objective}, "objective"),
        (lambda r: {"lower_bound": 1.01 * r.objective}, "false bound"),
        (lambda r: {"lower_bound": 0.9 * r.lower_bound}, "gap left"),
        (lambda r: {"status": Status.INFEASIBLE}, "status infeasible"),
        (lambda r: {"status": Status.TIME_LIMIT}, "status time_limit"),
    ],
)
def test_a_wrong_result_is_found_out(change: object, words: str) -> None:
    trial, result = solved()
    doctored = replace(result, **change(result))  # type: ignore[operator]
    assert any(words in fault for fault in trial.faults(doctored))


def test_a_probability_of_zero_is_refused_before_anything_is_solved() -> None:
    scenarios = random_problem(0).scenarios
    p = np.append(0.0, np.full(len(scenarios) - 1, 1.0 / (len(scenarios) - 1)))
    with pytest.raises(InputError, match="probabilities must be positive"):
        replace(scenarios, probability=p)
