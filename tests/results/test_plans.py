"""A result folder is read back as it was written."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from robustev.config.load import load_experiment
from robustev.core.errors import InputError
from robustev.experiment.run import Outcome, run_experiment
from robustev.results.plans import (
    check_same_scenarios,
    read_documents,
    stored_experiment,
    stored_plan,
    stored_results,
    stored_scenarios,
)


@pytest.fixture
def outcome(experiment_file: Path, tmp_path: Path) -> Outcome:
    experiment = load_experiment(experiment_file, ["solve.method=ef"])
    return run_experiment(experiment, folder=tmp_path / "results")


def test_scenarios_plans_and_traces_come_back(outcome: Outcome) -> None:
    assert outcome.folder is not None
    region, scenarios = outcome.region, outcome.scenarios
    again = stored_scenarios(outcome.folder, region)
    assert np.array_equal(again.demand, scenarios.demand)
    assert np.array_equal(again.probability, scenarios.probability)
    experiment = stored_experiment(outcome.folder)
    found = stored_results(outcome.folder, experiment, region)["robust"]
    made = outcome.results["robust"]
    assert found.plan is not None
    assert made.plan is not None
    assert found.plan.same_as(made.plan)
    assert (found.objective, found.lower_bound) == (made.objective, made.lower_bound)
    assert [row.source for row in found.trace] == [row.source for row in made.trace]


def test_a_bounds_dual_prices_come_back(experiment_file: Path, tmp_path: Path) -> None:
    made = run_experiment(load_experiment(experiment_file), folder=tmp_path / "results")
    assert made.folder is not None
    experiment = stored_experiment(made.folder)
    found = stored_results(made.folder, experiment, made.region)["robust"].certificate
    kept = made.results["robust"].certificate
    assert found is not None
    assert kept is not None
    assert found.points == pytest.approx(kept.points, rel=1e-6)
    assert found.services[0].site == pytest.approx(kept.services[0].site, rel=1e-6)


def test_a_plan_made_for_something_else_is_not_taken_over(outcome: Outcome) -> None:
    assert outcome.folder is not None
    changed = stored_experiment(outcome.folder, ["plans.robust.model.unserved_penalty=9"])
    assert stored_results(outcome.folder, changed, outcome.region) == {}


def test_other_scenarios_are_refused(outcome: Outcome) -> None:
    assert outcome.folder is not None
    check_same_scenarios(outcome.folder, outcome.region, outcome.scenarios)
    with pytest.raises(InputError, match="no longer gives the scenarios"):
        check_same_scenarios(outcome.folder, outcome.region, outcome.scenarios.scaled(1.01))


def test_unknown_sites_and_kinds_are_all_named(outcome: Outcome) -> None:
    assert outcome.folder is not None
    document = read_documents(outcome.folder)["robust"]
    document = json.loads(json.dumps(document))
    document["open_sites"].append("wset")
    document["chargers"] = {"west": {"fsat": 1}, "wset": {"fast": 1}}
    with pytest.raises(InputError, match="such as 'west'") as error:
        stored_plan(document, outcome.region)
    assert len(error.value.faults) == 3


def test_a_folder_without_results_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a result folder"):
        stored_experiment(tmp_path)
