"""Plans of a result folder come back as they were made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from robustev.config.load import load_experiment
from robustev.core.errors import InputError
from robustev.experiment.outcome import Outcome
from robustev.experiment.run import run_experiment
from robustev.results.plans import check_same_scenarios, decision, stored_results
from robustev.results.reader import read_results, stored_experiment
from robustev.results.schema import PlanDocument


@pytest.fixture
def outcome(experiment_file: Path, tmp_path: Path) -> Outcome:
    experiment = load_experiment(experiment_file, ["solve.method=ef"])
    return run_experiment(experiment, folder=tmp_path / "results")


def test_scenarios_plans_and_traces_come_back(outcome: Outcome) -> None:
    assert outcome.folder is not None
    region, scenarios = outcome.region, outcome.scenarios
    folder = read_results(outcome.folder)
    again = folder.scenarios
    assert again is not None
    assert folder.experiment == outcome.experiment
    assert np.array_equal(again.demand, scenarios.demand)
    assert np.array_equal(again.probability, scenarios.probability)
    found = stored_results(folder, outcome.experiment, region)["robust"]
    made = outcome.results["robust"]
    assert found.plan is not None
    assert made.plan is not None
    assert found.plan.same_as(made.plan)
    assert (found.objective, found.lower_bound) == (made.objective, made.lower_bound)
    assert [row.source for row in found.trace] == [row.source for row in made.trace]


def test_a_bounds_dual_prices_come_back(experiment_file: Path, tmp_path: Path) -> None:
    made = run_experiment(load_experiment(experiment_file), folder=tmp_path / "results")
    assert made.folder is not None
    folder = read_results(made.folder)
    found = stored_results(folder, made.experiment, made.region)["robust"].certificate
    kept = made.results["robust"].certificate
    assert found is not None
    assert kept is not None
    assert found.points == pytest.approx(kept.points, rel=1e-6)
    assert found.costs[0].arrays["site"] == pytest.approx(kept.costs[0].arrays["site"], rel=1e-6)


def test_a_plan_made_for_something_else_is_not_taken_over(outcome: Outcome) -> None:
    assert outcome.folder is not None
    changed = stored_experiment(outcome.folder, ["plans.robust.model.unserved_penalty=9"])
    assert stored_results(read_results(outcome.folder), changed, outcome.region) == {}


def test_other_scenarios_are_refused(outcome: Outcome) -> None:
    assert outcome.folder is not None
    folder = read_results(outcome.folder)
    check_same_scenarios(folder, outcome.scenarios)
    with pytest.raises(InputError, match="no longer gives the scenarios"):
        check_same_scenarios(folder, outcome.scenarios.scaled(1.01))


def test_plans_are_taken_over_whatever_the_number_of_ranks(outcome: Outcome) -> None:
    assert outcome.folder is not None
    spread = stored_experiment(outcome.folder, ["plans.robust.solve.ranks=2"])
    assert set(stored_results(read_results(outcome.folder), spread, outcome.region)) == {"robust"}


def test_unknown_sites_and_kinds_are_all_named(outcome: Outcome) -> None:
    document = PlanDocument(
        plan="robust",
        open_sites=("west", "wset"),
        chargers={"west": {"fsat": 1}, "wset": {"fast": 1}, "east": {"fast": -1}},
    )
    with pytest.raises(InputError, match="such as 'west'") as error:
        decision(document, outcome.region)
    assert len(error.value.faults) == 4


def test_a_folder_without_results_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a result folder"):
        stored_experiment(tmp_path)
