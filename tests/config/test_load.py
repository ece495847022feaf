"""Experiment files: what they may say, and how faults in them are told."""

from pathlib import Path

import pytest

from robustev.config.load import load_experiment
from robustev.core.errors import ConfigError


def faults_of(file: Path, *settings: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_experiment(file, settings)
    return [str(fault) for fault in caught.value.faults]


def test_defaults_are_filled_in_and_paths_are_absolute(experiment_file: Path) -> None:
    experiment = load_experiment(experiment_file)
    assert experiment.region.zones.file == experiment_file.parent / "data" / "zones.csv"
    assert experiment.plans["robust"].model == experiment.model
    assert list(experiment.plans) == ["robust"]


def test_a_plan_says_only_what_differs(experiment_file: Path) -> None:
    text = "plans:\n  robust: {}\n  nominal:\n    model: {objective: {measure: nominal}}\n"
    experiment_file.write_text(experiment_file.read_text() + text)
    plans = load_experiment(experiment_file).plans
    assert plans["nominal"].model.objective.measure == "nominal"
    assert plans["nominal"].model.unserved_penalty == 50
    assert plans["robust"].model.objective.measure == "expected"


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        pytest.param("modle.budget=1", "modle: unknown key (is 'model' meant?)", id="section"),
        pytest.param(
            "model.stations.maxmum=3",
            "model.stations.maxmum: unknown key (is 'maximum' meant?)",
            id="key of a section",
        ),
        pytest.param(
            "region.zone=x.csv", "region.zone: unknown key (is 'zones' meant?)", id="in a union"
        ),
        pytest.param(
            "region.travel={kind: matrix, fle: x}",
            "region.travel.fle: unknown key (is 'file' meant?)",
            id="in a nested union",
        ),
        pytest.param(
            "region.format=table", "region.format: not a valid choice (is 'tables' meant?)",
            id="tag of a union",
        ),
        pytest.param(
            "solve.method=bender", "solve.method: not a valid choice (is 'benders' meant?)",
            id="choice",
        ),
        pytest.param("solve.gap=-1", "expected greater than or equal to 0", id="bound"),
        pytest.param("scenarios.number=many", "scenarios.number: not usable", id="type"),
        pytest.param(
            "model.stations={exactly: 2, minimum: 1}", "model.stations: 'exactly' cannot stand",
            id="keys that exclude each other",
        ),
        pytest.param("plans={a/b: {}}", "'a/b' names files too", id="name of a plan"),
        pytest.param("name=../up", "name: not usable", id="name of the experiment"),
    ],
)  # fmt: skip
def test_a_fault_names_its_key_and_what_was_meant(
    experiment_file: Path, setting: str, expected: str
) -> None:
    faults = faults_of(experiment_file, setting)
    assert any(expected in fault and f"--set {setting}" in fault for fault in faults), faults


def test_all_faults_are_told_together_each_with_its_line(experiment_file: Path) -> None:
    text = experiment_file.read_text().replace("seed", "sede").replace("gap: 1e-3", "gap: wide")
    experiment_file.write_text(text)
    faults = faults_of(experiment_file)
    assert f"{experiment_file}:2: sede: unknown key (is 'seed' meant?)" in faults[-1]
    assert any(f"{experiment_file}:15: solve.gap" in fault for fault in faults)


def test_a_missing_section_is_told(experiment_file: Path) -> None:
    experiment_file.write_text("name: x\n")
    assert "region: missing" in faults_of(experiment_file)[0]


def test_a_fault_in_a_shared_section_is_told_once(experiment_file: Path) -> None:
    plans = "plans: {a: {}, b: {model: {travel_weight: 2}}}\n"
    text = experiment_file.read_text().replace("unserved_penalty", "unserved_penalti")
    experiment_file.write_text(text + plans)
    assert len(faults_of(experiment_file)) == 1


def test_a_fault_in_one_plan_names_that_plan(experiment_file: Path) -> None:
    experiment_file.write_text(
        experiment_file.read_text() + "plans:\n  a:\n    model: {travl_weight: 2}\n"
    )
    assert "plans.a.model.travl_weight: unknown key" in faults_of(experiment_file)[0]
    assert f"{experiment_file}:18" in faults_of(experiment_file)[0]


NUMBERS = [
    "model.unserved_penalty", "model.unserved_penalty.ev", "model.travel_weight",
    "model.infrastructure_weight", "model.budget.limit", "model.levels.cost", "model.levels.unit",
    "region.chargers.0.cost", "region.chargers.0.capacity", "plans.robust.demand_factor",
    "solve.gap", "solve.time_limit",
]  # fmt: skip


@pytest.mark.parametrize("value", [".nan", ".inf", "-.inf", "-1"])
@pytest.mark.parametrize("key", NUMBERS)
def test_no_amount_is_infinite_missing_or_negative(
    experiment_file: Path, key: str, value: str
) -> None:
    base = [] if key != "model.unserved_penalty.ev" else ["model.unserved_penalty={ev: 1}"]
    base += ["model.levels={maximum: 2}"] if "levels" in key else []
    setting = f"{key}={value}"
    with pytest.raises(ConfigError) as caught:
        load_experiment(experiment_file, [*base, setting])
    assert any(f"--set {setting}" in str(fault) for fault in caught.value.faults)


@pytest.mark.parametrize("ranks", ["0", "-3", "1.5", "many"])
def test_ranks_are_a_count(experiment_file: Path, ranks: str) -> None:
    assert "solve.ranks" in faults_of(experiment_file, f"solve.ranks={ranks}")[0]
