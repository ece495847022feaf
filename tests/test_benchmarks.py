"""The benchmarks: every case can be made, limits are told honestly, ratios mean what they say."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from experiments.benchmarks import yardstick
from experiments.benchmarks.cases import cities
from experiments.benchmarks.figures import Figures, fault_of, read_figures, with_yardstick
from experiments.benchmarks.methods import METHODS
from experiments.benchmarks.problem import store_problem
from experiments.benchmarks.registry import Case, cases, register, select
from experiments.benchmarks.runner import failure
from experiments.benchmarks.table import Report
from experiments.benchmarks.yardstick import Exact
from robustev.model.instance import build_instance
from robustev.recourse.recourse import Recourse
from tests import instances


def tiny(**settings: object) -> Case:
    """A case of two zones, which no test runs."""
    instance = instances.random_instance(0)
    instance = instance.region, instance.scenarios, instance.model
    return Case("tiny", lambda: instance, **settings)  # type: ignore[arg-type]


def figures(
    method: str, to_goal: float | None, outcome: str = "done", case: str = "tiny"
) -> Figures:
    return Figures(
        case=case, method=method, goal=1e-3, limit=100.0, outcome=outcome, objective=10.0,
        lower_bound=9.0, seconds=to_goal or 100.0, seconds_to=[None] * 3, to_goal=to_goal,
        build_seconds=None, peak_gb=0.5,
    )  # fmt: skip


def stream(*rows: object) -> list[str]:
    return [json.dumps(row) for row in rows]


def test_every_case_names_methods_that_exist() -> None:
    for case in cases().values():
        assert set(case.methods) <= set(METHODS), case.name


@pytest.mark.parametrize(
    "name",
    ["capa-8000", "cities-30", "integer-chargers", "pmed1", "f25-c50-s64-r10-1", "shell-2019",
     "shell-2020", "germany", "shell-100-budget"],
)  # fmt: skip
def test_a_case_makes_a_sound_problem(name: str) -> None:
    case = cases()[name]
    if not case.available:
        pytest.skip("the case's data are not there")
    assert build_instance(*case.build()).num_sites >= 20


def test_demand_of_the_warehouses_varies_as_their_case_says() -> None:
    case = cases()["cap41-cvar"]
    if not case.available:
        pytest.skip("the case's data are not there")
    region, scenarios, model = case.build()
    factors = scenarios.demand / np.array(region.demand)
    assert len(factors) == 2500
    assert factors.mean() == pytest.approx(1.0, rel=0.01)
    assert factors.std() == pytest.approx(0.3, rel=0.02)
    assert model.unserved_penalty == 2 * region.arcs.cost.max()


def test_seventeen_sites_are_needed_for_the_cities() -> None:
    region = cities.region()
    capacity = region.sites.fixed_capacity[0, 0]
    assert region.demand.max() < 1.1 * capacity
    assert 16 < region.demand.sum() / capacity <= 17


def test_a_whole_name_is_preferred_to_a_beginning() -> None:
    assert [case.name for case in select(["pmed1"])] == ["pmed1"]
    assert len(select(["pmed"])) == 40
    with pytest.raises(KeyError, match="pmad"):
        select(["pmad"])


def test_the_unit_is_measured_first() -> None:
    assert [case.name for case in select(["shell-2019", "unit"])] == ["unit", "shell-2019"]


def test_two_cases_cannot_share_a_name() -> None:
    with pytest.raises(ValueError, match="already"):
        register(replace(tiny(), name=next(iter(cases()))))


def test_times_are_those_of_the_best_bounds_so_far() -> None:
    end = {"status": "gap_reached", "objective": 100.0, "lower_bound": 99.95, "seconds": 9.0}
    lines = stream(
        [1.0, 90.0, None], [2.0, None, 101.0], [3.0, 99.5, 100.0], [4.0, 80.0, 120.0], end
    )
    found = read_figures(tiny(gap=1e-3), "ef", lines, failure="", peak_gb=1.0, ranks=1)
    assert found.seconds_to == [3.0, 9.0, None]
    assert (found.outcome, found.to_goal) == ("done", 9.0)
    assert found.gap == pytest.approx(5e-4)


def test_a_run_that_a_limit_ended_keeps_what_it_had_reached() -> None:
    lines = stream([1.0, 50.0, None], [5.0, 80.0, 100.0])
    found = read_figures(tiny(), "stock", lines, failure="time-out (7 s)", peak_gb=1.0, ranks=3)
    assert (found.outcome, found.gap, found.to_goal) == ("time-out (7 s)", pytest.approx(0.2), None)


def test_a_run_without_a_word_has_no_figures() -> None:
    found = read_figures(tiny(), "ef", [], failure="out of memory (1 GB)", peak_gb=1.0, ranks=1)
    assert (found.objective, found.gap, found.seconds_to) == (None, None, [None] * 3)


@pytest.mark.parametrize(
    ("lower", "upper", "fault"),
    [
        pytest.param(99.0, 101.0, None, id="bracketed"),
        pytest.param(100.1, 101.0, "bound above optimum", id="false bound"),
        pytest.param(99.0, 99.9, "objective below optimum", id="plan that cannot be"),
        pytest.param(99.0, 98.0, "bound above objective", id="crossed"),
        pytest.param(None, None, None, id="nothing known"),
    ],
)
def test_a_wrong_bound_is_told(lower: float | None, upper: float | None, fault: str | None) -> None:
    found = fault_of(tiny(optimum=100.0), lower, upper)
    assert found == (None if fault is None else f"WRONG: {fault}")


@pytest.mark.parametrize(
    ("code", "errors", "words"),
    [
        pytest.param(1, "numpy: Unable to allocate 3 GiB", "out of memory (3 x 4 GB)", id="numpy"),
        pytest.param(-6, "what(): std::bad_alloc", "out of memory (3 x 4 GB)", id="C++"),
        pytest.param(-14, "", "time-out (9 s)", id="one process"),
        pytest.param(142, "", "time-out (9 s)", id="under mpiexec"),
        pytest.param(1, "a\nRuntimeError: no\nb", "exit 1: RuntimeError: no", id="a fault"),
        pytest.param(3, "", "exit 3: no output", id="silence"),
    ],
)
def test_why_a_run_failed_is_told_in_words(code: int, errors: str, words: str) -> None:
    assert failure(tiny(seconds=9.0), code, errors, ranks=3) == words


def test_ratios_are_times_to_the_same_goal() -> None:
    report = Report([figures("ef", 30.0), figures("stock", None, "time-out (100 s)"),
                     figures("stock-bundles", 50.0), figures("benders", 2.0)])  # fmt: skip
    assert report.cells(report.figures[-1])[7:9] == ("15.0", "25.0")
    assert report.cells(report.figures[0])[7:9] == ("–", "1.7")


def test_a_peer_that_ran_out_of_time_is_slower_by_at_least_its_limit() -> None:
    report = Report([figures("ef", None, "time-out (100 s)"), figures("benders", 2.0)])
    assert report.cells(report.figures[-1])[7] == "> 50.0"


def test_a_peer_that_ran_out_of_memory_never_gets_there() -> None:
    report = Report([figures("ef", None, "out of memory (12 GB)"), figures("benders", 2.0)])
    assert report.cells(report.figures[-1])[7] == "∞"


def test_a_method_that_missed_the_goal_has_no_ratio() -> None:
    report = Report([figures("ef", 30.0), figures("benders", None, "time limit")])
    assert report.cells(report.figures[-1])[7] == "–"


def test_times_are_told_in_units_where_the_unit_was_measured() -> None:
    report = Report([figures("ef", 20.0, case="unit"), figures("benders", 5.0, case="shell-100")])
    assert report.cells(report.figures[-1])[9] == "0.25"


def test_the_table_goes_between_its_marks(tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text("a\n<!-- measured table -->\nold\n<!-- end of measured table -->\nb\n")
    Report([figures("ef", 30.0)]).write(file)
    lines = file.read_text().splitlines()
    assert (lines[0], lines[-1]) == ("a", "b")
    assert "old" not in lines
    assert lines[4].startswith("| tiny, 0.1 % | ef |")


def test_stored_figures_are_shown_without_running(tmp_path: Path) -> None:
    from experiments.benchmarks.__main__ import app

    stored, again = tmp_path / "a.json", tmp_path / "b.json"
    stored.write_text(json.dumps([vars(figures("ef", 30.0, case="pmed1"))]))
    result = CliRunner().invoke(app, ["--from", str(stored), "--json", str(again)])
    assert result.exit_code == 0, result.output
    assert "pmed1 (goal 0.1 %, limit 100 s)" in result.output
    assert again.read_text() == json.dumps(json.loads(stored.read_text()), indent=1)


@pytest.mark.parametrize("arguments", [["pmad"], ["pmed1", "--methods", "magic"]])
def test_an_unknown_name_is_refused_with_the_known_ones(arguments: list[str]) -> None:
    from experiments.benchmarks.__main__ import app

    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert "there are:" in result.output


def test_a_method_runs_in_a_process_of_its_own(shared_data: Path, tmp_path: Path) -> None:
    out = tmp_path / "pmed1.json"
    command = [sys.executable, "-m", "experiments.benchmarks", "pmed1", "--methods", "benders"]
    subprocess.run([*command, "--json", str(out)], check=True, capture_output=True)
    (found,) = json.loads(out.read_text())
    assert found["outcome"] == "done"
    assert found["objective"] == pytest.approx(5819)
    assert found["lower_bound"] == pytest.approx(5819)
    assert 0.05 < found["peak_gb"] < 12


def test_the_yardstick_finds_the_cost_of_every_scenario(tmp_path: Path) -> None:
    if not yardstick.is_installed():
        pytest.skip("OR-Tools is an extra")
    instance = instances.random_instance(4, types=1, sites=4, zones=9)
    plan = instances.random_plan(instance, np.random.default_rng(0))
    assert plan.open.any()
    store_problem(instance, plan, tmp_path / "problem.npz")
    found = yardstick.measure(tmp_path / "problem.npz")
    assert found.seconds > 0
    assert found.costs == pytest.approx(Recourse(instance).costs(plan), rel=1e-4)


def national(**settings: float) -> Figures:
    told = {"unavoidable": 5.0, "infrastructure": 4.0, "forecast_seconds": 2.0, "forecast_gb": 1.0}
    return replace(figures("benders", 30.0), **{**told, **settings})  # type: ignore[arg-type]


def test_gaps_are_also_told_of_what_a_plan_can_avoid() -> None:
    assert national().avoidable_gap == pytest.approx(1.0 / 5.0)
    assert figures("benders", 30.0).avoidable_gap is None


def test_a_yardstick_gives_columns_of_its_own() -> None:
    report = Report([with_yardstick(national(), Exact(15.0, (5.0, 7.0)))])
    assert report.figures[0].outcome == "done"
    assert report.cells(report.figures[0])[-5:] == ("15", "2", "–", "20 %", "2 s, 1 GB")
    assert len(report.headings) == len(report.cells(report.figures[0]))


def test_a_plan_that_costs_something_else_is_told() -> None:
    found = with_yardstick(national(), Exact(15.0, (5.0, 8.0)))
    assert found.outcome.startswith("WRONG: the plan costs 10.5")


def test_a_solve_begins_with_what_the_one_before_has_learnt() -> None:
    case = tiny(gap=1e-4)
    case = replace(case, before=case.build)
    heard: list[str] = []
    result = METHODS["again"](case, case.build(), lambda row: heard.append(row.source))
    assert result.gap is not None
    assert result.gap <= 1e-4
    assert heard[0] == "warm start"


def test_without_one_before_there_is_nothing_to_begin_with() -> None:
    case = tiny()
    with pytest.raises(RuntimeError, match="nothing to begin with"):
        METHODS["again"](case, case.build(), lambda row: None)
