"""Cost pictures say what the evaluation says."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from robustev.report import ResultFolder, StoredPlan
from robustev.report.figures import cost_frame, excess_frame, regret_figure
from robustev.report.figures.costs import has_regret


def results(table: pd.DataFrame) -> ResultFolder:
    """Results of an evaluation of the plans a and b alone."""
    plans = {name: StoredPlan(name) for name in ("a", "b")}
    return ResultFolder(Path(), plans=plans, evaluation=table)


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "plan": ["a"] * 4 + ["b"] * 4,
            "scenario": [1, 2, 3, 4] * 2,
            "probability": [0.4, 0.3, 0.2, 0.1] * 2,
            "cost": [1.0, 2.0, 3.0, 9.0, 2.0, 2.0, 2.0, 2.0],
            "regret": [0.0, 0.0, 1.0, 7.0, 1.0, 0.0, np.nan, np.nan],
        }
    )


def test_costs_are_weighted_by_probability(table: pd.DataFrame) -> None:
    row = cost_frame(results(table)).set_index("plan").loc["a"]
    assert row["mean"] == pytest.approx(2.5)
    assert row[["q05", "q50", "q95", "worst"]].tolist() == [1.0, 2.0, 9.0, 9.0]
    assert row["cvar90"] == pytest.approx(9.0)


def test_differences_are_taken_scenario_by_scenario(table: pd.DataFrame) -> None:
    shuffled = table.sample(frac=1.0, random_state=1)
    row = excess_frame(results(shuffled), "b").set_index("plan").loc["a"]
    assert row["mean"] == pytest.approx(0.5)
    assert row[["q05", "worst"]].tolist() == [-1.0, 7.0]


def test_a_regret_curve_climbs_to_all_scenarios(table: pd.DataFrame) -> None:
    curve = regret_figure(results(table)).data[0]
    assert curve.y[0] == 0
    assert curve.y[-1] == pytest.approx(1.0)
    assert (np.diff(curve.y) >= 0).all()
    assert (np.diff(curve.x) >= 0).all()


def test_regret_that_nobody_computed_is_not_drawn(table: pd.DataFrame) -> None:
    assert has_regret(results(table))
    assert not has_regret(results(table.assign(regret=np.nan)))
    assert not has_regret(results(table.drop(columns="regret")))


def test_without_probabilities_scenarios_count_alike(table: pd.DataFrame) -> None:
    row = cost_frame(results(table.drop(columns="probability"))).set_index("plan").loc["a"]
    assert row["mean"] == pytest.approx(15 / 4)
