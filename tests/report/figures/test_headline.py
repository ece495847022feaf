"""The opening picture compares with the nominal plan, whichever way round a pair is stored."""

import pytest

from robustev.report import StoredResults
from robustev.report.figures import difference_figure, difference_frame
from robustev.report.figures.headline import pair_figures, turned


def test_a_pair_turned_twice_is_the_same_again(whole: StoredResults) -> None:
    assert whole.trial is not None
    pair = whole.trial.pairs[0]
    again = turned(turned(pair))
    assert again.mean_difference == pair.mean_difference
    assert again.win_rate.value == pytest.approx(pair.win_rate.value)


def test_a_turned_pair_changes_sign_and_winner(whole: StoredResults) -> None:
    assert whole.trial is not None
    pair = whole.trial.pairs[0]
    other = turned(pair)
    assert (other.plan, other.other) == (pair.other, pair.plan)
    assert other.mean_difference.value == -float(pair.mean_difference.value or 0)
    assert pair.mean_difference.interval is not None
    low, high = pair.mean_difference.interval
    assert other.mean_difference.interval == (-float(high or 0), -float(low or 0))
    wins = float(pair.win_rate.value or 0) + float(other.win_rate.value or 0) + pair.tie_rate
    assert wins == pytest.approx(1.0)


def test_an_unknown_pair_is_none(whole: StoredResults) -> None:
    assert whole.comparison is not None
    assert pair_figures(whole.comparison, "robust", "nobody") is None


def test_differences_are_those_of_the_evaluation(whole: StoredResults) -> None:
    assert whole.evaluation is not None
    table = difference_frame(whole)
    mean = whole.evaluation.groupby("plan")["cost"].mean()
    row = table[(table["plan"] == "robust") & (table["view"] == "mean")].iloc[0]
    assert row["difference"] == pytest.approx(mean["robust"] - mean["nominal"])
    assert row["low"] <= row["difference"] <= row["high"]


def test_all_plans_but_the_nominal_are_drawn(whole: StoredResults) -> None:
    names = [trace.name for trace in difference_figure(whole).data]
    assert names[0] == "robust"
    assert "nominal" not in names
