"""Standard plans: the experiment's own model under another objective or margin."""

from __future__ import annotations

from pathlib import Path

from robustev.config.load import load_experiment
from robustev.config.standard import with_comparison


def test_a_comparison_brings_its_plans(experiment_file: Path) -> None:
    plain = load_experiment(experiment_file)
    assert list(plain.plans) == ["robust"]
    experiment = with_comparison(plain)
    assert list(experiment.plans) == ["robust", "nominal", "margin_10", "margin_20"]
    margin = experiment.plans["margin_20"]
    assert (margin.demand_factor, margin.model.objective.measure) == (1.2, "nominal")
    assert margin.model.unserved_penalty == plain.model.unserved_penalty


def test_a_plan_of_that_name_stays_as_it_is(experiment_file: Path) -> None:
    text = experiment_file.read_text()
    text += "plans:\n  robust: {}\n  nominal: {demand_factor: 1.05}\ncompare: {plans: [nominal]}\n"
    experiment_file.write_text(text)
    experiment = load_experiment(experiment_file)
    assert list(experiment.plans) == ["robust", "nominal"]
    assert experiment.plans["nominal"].demand_factor == 1.05


def test_where_few_scenarios_count_the_method_is_chosen_by_size(experiment_file: Path) -> None:
    settings = ["solve.method=ph", "compare.plans=[nominal, margin_10, cvar, expected]"]
    experiment = load_experiment(experiment_file, settings)
    methods = {name: plan.solve.method for name, plan in experiment.plans.items()}
    assert {name for name, method in methods.items() if method == "auto"} == {
        "nominal", "margin_10", "cvar",
    }  # fmt: skip
    assert methods["robust"] == methods["expected"] == "ph"


def test_a_world_may_be_laid_over_a_file(experiment_file: Path) -> None:
    world = experiment_file.with_name("wild.yaml")
    world.write_text("description: wild\nsource: {kind: zones, spread: 0.9}\n")
    text = experiment_file.read_text()
    text += "compare:\n  misspecified:\n    wild: {scenarios: {from: wild.yaml}, number: 7}\n"
    experiment_file.write_text(text)
    config = load_experiment(experiment_file).compare
    assert config is not None
    assert config.misspecified["wild"].scenarios.description == "wild"
    assert config.misspecified["wild"].number == 7
