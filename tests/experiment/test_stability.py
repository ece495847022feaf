"""A stability study of an experiment: what is measured follows the plan's model."""

from pathlib import Path

import pytest

from robustev.config.load import load_experiment
from robustev.core.errors import ConfigError
from robustev.experiment.stability import drawn_definition, experiment_stability


def test_the_cost_is_the_plans_own_objective(experiment_file: Path) -> None:
    expected = load_experiment(experiment_file)
    worst = load_experiment(experiment_file, ["model.objective.measure=worst_case"])
    mean, high = (
        experiment_stability(e, e.plans["robust"], [4], repetitions=2, fresh=8).runs
        for e in (expected, worst)
    )
    assert (high["in_sample"] > mean["in_sample"]).all()


def test_a_nominal_plan_is_judged_on_every_scenario(experiment_file: Path) -> None:
    """Judged on the mean alone it would cost the same on its own and on fresh scenarios."""
    nominal = load_experiment(experiment_file, ["model.objective.measure=nominal"])
    seen: list[int] = []
    report = experiment_stability(
        nominal, nominal.plans["robust"], [4], repetitions=2, fresh=8,
        on_solved=lambda scenarios, result: seen.append(len(scenarios)),
    )  # fmt: skip
    robust = load_experiment(experiment_file)
    best = experiment_stability(robust, robust.plans["robust"], [4], repetitions=2, fresh=8, gap=0)
    assert seen == [4, 4]
    assert (report.runs["in_sample"] >= best.runs["in_sample"] * (1 - 1e-9)).all()


def test_a_reduction_is_left_out(experiment_file: Path) -> None:
    reduced = load_experiment(experiment_file, ["scenarios.reduction={to: 2}"])
    seen: list[int] = []
    experiment_stability(
        reduced, reduced.plans["robust"], [5], repetitions=2, fresh=8,
        on_solved=lambda scenarios, result: seen.append(len(scenarios)),
    )  # fmt: skip
    assert seen == [5, 5]


@pytest.mark.parametrize("use", ["reference", "given"])
def test_scenarios_that_are_not_drawn_are_refused(experiment_file: Path, use: str) -> None:
    with pytest.raises(ConfigError, match="not drawn"):
        drawn_definition(load_experiment(experiment_file, [f"scenarios.source={{kind: {use}}}"]))


def test_trajectories_are_refused(experiment_file: Path) -> None:
    setting = "scenarios.source={kind: trajectories, table: paths.csv}"
    with pytest.raises(ConfigError, match="taken as they are, not drawn"):
        drawn_definition(load_experiment(experiment_file, [setting]))
