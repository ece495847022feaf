"""One region and vintage: nothing later is known, and the figures are what they say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from robustev.hindcast.config import HindcastConfig, Vintage
from robustev.hindcast.known import known_at
from robustev.hindcast.panel import PanelRegion, read_panel
from robustev.hindcast.plans import Planner
from robustev.hindcast.problem import make_problem
from robustev.hindcast.scenarios import draw_people, scenario_model
from robustev.hindcast.task import run_task
from tests.hindcast.conftest import panel_frame, settings

VINTAGE = Vintage(decision=2000, judged=2010)


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("panel") / "panel.csv"
    panel_frame().to_csv(path, index=False)
    config = settings(path)
    return run_task(config, read_panel(config.panel)[0], VINTAGE)


def made(config: HindcastConfig, region: PanelRegion) -> list[Any]:
    """Return all that is made at the decision: forecasts, scenarios, plans."""
    known = known_at(region, 2000, config)
    problem = make_problem(known, config.planning)
    model = scenario_model(known, problem.region, 2010, config.forecast)
    people = draw_people(model, 6, 0)
    planner = Planner(problem, config)
    plans = [*planner.baselines(known.forecasts(2010)), *planner.robust(people)]
    return [*known.forecasts(2010).values(), people, *(one.plan.chargers for one in plans)]


def test_poisoned_later_years_change_nothing_that_is_made_at_the_decision(tmp_path: Path) -> None:
    clean, poisoned = panel_frame(), panel_frame()
    for year in ("2005", "2010"):
        poisoned[year] = np.random.default_rng(9).permutation(poisoned[year]) * 7
    poisoned["2010"] = poisoned["2010"].astype(object)
    poisoned.loc[3, "2010"] = ""
    results = []
    for name, frame in (("clean", clean), ("poisoned", poisoned)):
        path = tmp_path / f"{name}.csv"
        frame.to_csv(path, index=False)
        config = settings(path)
        results.append(made(config, read_panel(config.panel)[0]))
    for one, other in zip(*results, strict=True):
        np.testing.assert_array_equal(one, other)


def test_every_plan_is_proven_and_none_beats_hindsight_beyond_its_gap(
    document: dict[str, Any],
) -> None:
    best = document["plans"][-1]
    assert best["plan"] == "hindsight"
    for row in document["plans"]:
        assert row["gap"] <= (0.01 if row["kind"] == "robust" else 0.003) + 1e-12
        assert row["cost"] >= best["cost"] * (1 - best["gap"]) - 1e-9
        assert row["spend"] <= 1.2 + 1e-9


def test_cost_is_the_sum_of_its_parts(document: dict[str, Any]) -> None:
    for row in document["plans"]:
        parts = row["infrastructure"] + row["travel"] + 100.0 * row["unserved"]
        assert row["cost"] == pytest.approx(parts, rel=1e-6)


def test_a_plan_of_equal_spend_spends_no_more(document: dict[str, Any]) -> None:
    spends = {row["plan"]: row["spend"] for row in document["plans"]}
    twins = [row for row in document["plans"] if row["kind"] == "equal_spend"]
    assert {row["forecast"] for row in twins} == {"last", "trend", "half_trend", "official"}
    assert all(row["spend"] <= spends[row["partner"]] * 1.005 + 1e-12 for row in twins)


def test_a_zone_that_was_split_off_takes_the_past_of_its_mother(panel: Path) -> None:
    config = settings(panel)
    known = known_at(read_panel(config.panel)[0], 2000, config)
    mother, daughter = known.growth.rate[-2:]
    assert mother == pytest.approx(daughter, abs=0.002)
    assert mother > -0.03
    assert "share the past" in " ".join(known.notes)


def test_without_a_crosswalk_it_looks_like_decline(panel: Path) -> None:
    plain = settings(panel)
    config = plain.model_copy(
        update={"panel": plain.panel.model_copy(update={"crosswalk": "none"})}
    )
    with_it, without = (known_at(read_panel(c.panel)[0], 2000, c) for c in (plain, config))
    assert without.growth.rate[-2] < with_it.growth.rate[-2]
    assert not without.growth.known[-1]


def test_the_official_baseline_is_the_latest_estimate_up_to_the_decision(panel: Path) -> None:
    config = settings(panel)
    region = read_panel(config.panel)[0]
    known = known_at(region, 2000, config)
    estimate = region.history.totals[region.history.years.index(1999)]
    np.testing.assert_array_equal(known.forecasts(2010)["official"], estimate)


def test_a_region_with_one_census_is_left_out_and_says_why(panel: Path) -> None:
    config = settings(panel)
    early = run_task(config, read_panel(config.panel)[0], Vintage(decision=1990, judged=2000))
    assert "two censuses" in early["left_out"]


def test_with_errors_of_other_regions_one_census_is_enough(panel: Path) -> None:
    errors = {"spread": 0.1, "total_spread": 0.04, "years": 9, "range": 60, "nugget": 0.5}
    config = settings(panel, forecast={"members": 64, "errors_of": errors}, equal_spend=[])
    early = run_task(config, read_panel(config.panel)[0], Vintage(decision=1990, judged=2000))
    assert {row["forecast"] for row in early["plans"] if row["forecast"]} == {"last"}


def test_merged_neighbours_plan_but_every_zone_judges(panel: Path) -> None:
    coarse = settings(panel, planning={"sites": 4, "modules": 40, "clusters": 5}, equal_spend=[])
    known = known_at(read_panel(coarse.panel)[0], 2000, coarse)
    problem = make_problem(known, coarse.planning)
    assert (problem.coarse.num_zones, problem.region.num_zones) == (5, 10)
    people = known.growth.base[None]
    assert problem.planned(people).demand.sum() == pytest.approx(problem.region.demand.sum())
