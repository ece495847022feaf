"""One entrance to every method: which one, when it stops, and what it promises."""

from __future__ import annotations

import signal
import threading
from dataclasses import replace

import numpy as np
import pytest

from robustev.core.errors import ConfigError
from robustev.data.plan import Plan
from robustev.data.scenarios import ScenarioSet
from robustev.methods import rates, solve
from robustev.methods.benders.solver import BendersSolver
from robustev.methods.bounds import Bounds
from robustev.methods.hedging import hub
from robustev.methods.options import SolveOptions
from robustev.methods.result import Status, TraceRow
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model, Stations
from robustev.model.risk import Nominal
from robustev.parallel import interrupt
from tests import instances
from tests.instances import PENALTY
from tests.methods.conftest import METHODS, Solve

PROVEN = (Status.OPTIMAL, Status.GAP_REACHED)
SLOW_TO_PROVE = {"sites": 14, "zones": 30, "kinds": 2, "slots": 5, "scenarios": 6}


def large() -> Instance:
    """Return a problem that takes seconds to prove and an instant to find a plan for."""
    return instances.random_instance(3, **SLOW_TO_PROVE)


def test_a_small_problem_is_solved_in_one_piece(caplog: pytest.LogCaptureFixture) -> None:
    instance = instances.random_instance(0)
    with caplog.at_level("INFO", logger="robustev.methods.solve"):
        solve.solve(instance.region, instance.scenarios, instance.model)
    assert caplog.messages[0].startswith("method ef: ef 0.")
    assert "36 assignment variables" in caplog.messages[0]


def test_what_one_model_would_take_too_long_for_is_decomposed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rates, "SECONDS_PER_STATED_ARC", 1e9)
    method, _ = solve.choose_method(instances.random_instance(0), SolveOptions())
    assert method.name == "benders"


@pytest.mark.parametrize("method", METHODS)
def test_a_method_that_is_asked_for_is_taken(method: str) -> None:
    options = SolveOptions(method=method)
    assert solve.choose_method(instances.random_instance(0), options)[0].name == method


@pytest.mark.parametrize("method", METHODS)
def test_the_plan_bears_the_name_that_was_asked_for(method: str) -> None:
    instance = instances.random_instance(0)
    options = SolveOptions(method=method, ranks=1)  # type: ignore[arg-type]
    result = solve.solve(instance.region, instance.scenarios, instance.model, options, name="mine")
    assert result.plan is not None
    assert (result.plan.name, result.method) == ("mine", method)


def test_scenarios_of_other_zones_are_refused_before_any_solve() -> None:
    instance = instances.random_instance(0)
    other = ScenarioSet.equiprobable(instance.demand, ["a", "b", "c", "d"], instance.region.types)
    with pytest.raises(ConfigError, match="zones are not the region's"):
        solve.solve(instance.region, other, instance.model)


@pytest.mark.parametrize("method", METHODS)
def test_the_gap_that_was_asked_for_is_enough(method: str, solve_by: Solve) -> None:
    result = solve_by(large(), method, gap=0.2)
    assert result.status is Status.GAP_REACHED
    assert result.gap is not None
    assert 0 <= result.gap <= 0.2


@pytest.mark.parametrize("method", METHODS)
def test_a_time_limit_is_kept_and_the_best_plan_returned(method: str, solve_by: Solve) -> None:
    # Several times as long as a first plan takes here, a fraction of what the proof does.
    instance = instances.random_instance(3, **{**SLOW_TO_PROVE, "sites": 30, "zones": 40})
    limit = max(4.0, 3 * solve_by(instance, method, gap=0.9, time_limit=60.0).seconds)
    result = solve_by(instance, method, gap=0.0, time_limit=limit)
    assert result.status is Status.TIME_LIMIT
    assert result.seconds < limit + max(5.0, 0.1 * limit)
    assert result.plan is not None
    assert result.lower_bound is not None
    assert result.lower_bound <= result.objective


@pytest.mark.parametrize("method", ["benders", "ph"])
def test_an_iteration_limit_is_kept(
    method: str, solve_by: Solve, monkeypatch: pytest.MonkeyPatch
) -> None:
    if method == "ph":  # the relaxation and the search between sweeps would be optimal before
        monkeypatch.setattr(hub, "FIRST_SEARCH_SECONDS", 0.1)
        monkeypatch.setattr(BendersSolver, "relax", lambda self: None)
    instance = instances.random_instance(
        3, **{**SLOW_TO_PROVE, "sites": 24, "zones": 60, "scenarios": 12}
    )
    result = solve_by(instance, method, gap=0.0, iteration_limit=2, time_limit=60.0)
    assert result.status is Status.ITERATION_LIMIT
    assert result.plan is not None
    assert max(row.iteration for row in result.trace) <= 2


@pytest.mark.parametrize(
    "method",
    [
        "ef",
        "benders",
        "ph",
    ],
)
def test_an_interrupt_keeps_the_best_plan_and_its_gap(method: str) -> None:
    instance = large()
    seen: list[TraceRow] = []

    def stop_at_the_first_plan(row: TraceRow) -> None:
        if (row.upper_bound is not None or method == "ef") and not seen:
            seen.append(row)
            signal.raise_signal(signal.SIGINT)

    options = SolveOptions(method=method, gap=0.0, ranks=1, time_limit=8.0)  # type: ignore[arg-type]
    result = solve.solve(
        instance.region,
        instance.scenarios,
        instance.model,
        options,
        progress=stop_at_the_first_plan,
    )
    assert seen
    assert result.status is Status.INTERRUPTED
    if method == "ef":  # its first news is a bound: there may be no plan yet
        return
    assert result.plan is not None
    assert result.gap is not None


def test_an_old_interrupt_does_not_stop_a_new_solve(solve_by: Solve) -> None:
    with interrupt.listening():
        signal.raise_signal(signal.SIGINT)
    assert interrupt.requested()
    assert solve_by(instances.random_instance(0), "benders").status in PROVEN


def test_solving_works_outside_the_main_thread(solve_by: Solve) -> None:
    found = []
    thread = threading.Thread(
        target=lambda: found.append(solve_by(instances.random_instance(0), "benders").status)
    )
    thread.start()
    thread.join()
    assert found[0] in PROVEN


@pytest.mark.parametrize("method", METHODS)
def test_the_same_call_gives_the_same_answer(method: str, solve_by: Solve) -> None:
    instance = instances.random_instance(5, sites=6, zones=10, kinds=2, scenarios=4)
    first, again = (solve_by(instance, method, gap=1e-3) for _ in range(2))
    assert first.plan is not None
    assert again.plan is not None
    assert first.plan.same_as(again.plan)
    bounds = [[(r.lower_bound, r.upper_bound) for r in x.trace] for x in (first, again)]
    assert bounds[0] == bounds[1]


@pytest.mark.parametrize("method", METHODS)
def test_no_gap_at_all_is_reached_up_to_rounding(method: str, solve_by: Solve) -> None:
    result = solve_by(instances.random_instance(7), method, gap=0.0)
    assert result.status is Status.OPTIMAL


def test_progress_hears_every_move_of_a_bound() -> None:
    instance = instances.random_instance(0)
    heard: list[TraceRow] = []
    result = solve.solve(
        instance.region,
        instance.scenarios,
        instance.model,
        SolveOptions(method="benders"),
        progress=heard.append,
    )
    assert tuple(heard) == result.trace


def test_the_nominal_objective_plans_for_the_mean_scenario(solve_by: Solve) -> None:
    nominal = Model(unserved_penalty=PENALTY, objective=Nominal())
    instance = instances.random_instance(2)
    mean = build_instance(instance.region, instance.scenarios.mean(), instance.model)
    asked = build_instance(instance.region, instance.scenarios, nominal)
    assert np.allclose(asked.demand, mean.demand)
    assert solve_by(asked, "ef").objective == pytest.approx(solve_by(mean, "ef").objective)


@pytest.mark.parametrize(
    ("stations", "cost", "left"),
    [(Stations(), 0.0, 1), (Stations(minimum=2), 0.0, 2), (Stations(), 1.0, 3)],
)
def test_stations_without_capacity_are_left_out_where_they_are_free_and_no_rule_wants_them(
    stations: Stations, cost: float, left: int
) -> None:
    instance = instances.random_instance(
        2, model=Model(unserved_penalty=PENALTY, stations=stations)
    )
    free = replace(instance, opening_cost=np.full(3, cost))
    plan = Plan("mine", np.ones(3, dtype=bool), np.array([[0], [2], [0]]))
    tidy = solve.without_idle_stations(free, plan)
    assert tidy.open.sum() == left
    assert tidy.open[1]
    assert np.array_equal(tidy.chargers, plan.chargers)


def test_known_plans_are_where_the_search_begins() -> None:
    instance = instances.random_instance(2, model=Model(unserved_penalty=PENALTY))
    options = SolveOptions(method="benders", gap=1e-6, ranks=1)
    best = solve.solve(instance.region, instance.scenarios, instance.model, options)
    assert best.plan is not None
    again = solve.solve(
        instance.region, instance.scenarios, instance.model, options, start=[best.plan]
    )
    first = next(row for row in again.trace if row.upper_bound is not None)
    assert (first.source, first.upper_bound) == ("known plan", pytest.approx(best.objective))
    assert again.objective == pytest.approx(best.objective)


def test_known_plans_that_break_a_limit_or_do_not_fit_are_left_out() -> None:
    instance = instances.random_instance(2, model=Model(unserved_penalty=PENALTY))
    tight = instance.model.model_copy(update={"stations": Stations(maximum=1)})
    everything = Plan("all", np.ones(3, dtype=bool), np.ones((3, 1), dtype=np.int64))
    foreign = Plan("foreign", np.ones(2, dtype=bool), np.ones((2, 1), dtype=np.int64))
    options = SolveOptions(method="benders", gap=1e-6, ranks=1)
    found = solve.solve(
        instance.region, instance.scenarios, tight, options, start=[everything, foreign]
    )
    assert found.plan is not None
    assert found.plan.open.sum() <= 1


@pytest.mark.parametrize("method", METHODS)
def test_a_solver_that_fails_leaves_an_honest_status_and_what_was_known(
    method: str, solve_by: Solve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bound above the cost of a plan is a failure of whoever gives it, and never a proof."""
    raise_lower = Bounds.raise_lower

    def false(self: Bounds, bound: float, source: str) -> bool:
        is_of_the_solve = self.negligible > 0  # and not of a part of it
        return raise_lower(self, 1.5 * bound if is_of_the_solve else bound, source)

    monkeypatch.setattr(Bounds, "raise_lower", false)
    result = solve_by(large(), method, gap=0.0)
    assert result.status is Status.ERROR
    assert "lower bound" in result.message
    assert result.plan is not None
    assert result.objective is not None
    assert result.lower_bound is None or result.lower_bound <= result.objective
