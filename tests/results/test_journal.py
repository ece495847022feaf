"""What a run has finished is taken by the one that resumes it, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from robustev.config.load import load_experiment
from robustev.core.errors import InputError
from robustev.data.plan import Plan
from robustev.experiment.prepare import Prepared, prepare
from robustev.methods.options import SolveOptions
from robustev.methods.result import SolveResult, Status
from robustev.results.journal import Journal, journal_folder

OPTIONS = SolveOptions(method="benders")


@pytest.fixture
def ready(experiment_file: Path) -> Prepared:
    return prepare(load_experiment(experiment_file))


def a_result(ready: Prepared, status: Status = Status.OPTIMAL) -> SolveResult:
    plan = Plan("robust", np.array([True, False]), np.array([[2], [0]]))
    return SolveResult("benders", plan, 9.0, 8.0, status, 1.0, message="why")


def journal(ready: Prepared, target: Path) -> Journal:
    return Journal(target, ready.experiment, ready.region)


def test_a_plan_comes_back_as_it_was_recorded(ready: Prepared, tmp_path: Path) -> None:
    first = journal(ready, tmp_path / "x")
    assert first.begin(ready.scenarios, resume=False) == {}
    first.record("robust", a_result(ready), ready.instances["robust"])
    found = journal(ready, tmp_path / "x").begin(ready.scenarios, resume=True)["robust"]
    made = a_result(ready)
    assert found.plan is not None
    assert made.plan is not None
    assert found.plan.same_as(made.plan)
    assert (found.objective, found.lower_bound, found.status, found.message) == (
        9.0, 8.0, Status.OPTIMAL, "why",
    )  # fmt: skip


def test_without_resume_a_journal_begins_anew(ready: Prepared, tmp_path: Path) -> None:
    first = journal(ready, tmp_path / "x")
    first.begin(ready.scenarios, resume=False)
    first.record("robust", a_result(ready), ready.instances["robust"])
    assert journal(ready, tmp_path / "x").begin(ready.scenarios, resume=False) == {}
    assert journal(ready, tmp_path / "x").begin(ready.scenarios, resume=True) == {}


def test_a_journal_of_other_data_is_refused_and_stays(ready: Prepared, tmp_path: Path) -> None:
    first = journal(ready, tmp_path / "x")
    first.begin(ready.scenarios, resume=False)
    first.record("robust", a_result(ready), ready.instances["robust"])
    with pytest.raises(InputError, match=r"other scenarios.*without --resume"):
        journal(ready, tmp_path / "x").begin(ready.scenarios.scaled(1.01), resume=True)
    assert set(journal(ready, tmp_path / "x").begin(ready.scenarios, resume=True)) == {"robust"}


def test_a_plan_of_other_rules_is_never_taken_for_one_of_these(
    ready: Prepared, experiment_file: Path, tmp_path: Path
) -> None:
    """Neither by the run that changed the rules, nor by the one after it."""
    first = journal(ready, tmp_path / "x")
    first.begin(ready.scenarios, resume=False)
    first.record("robust", a_result(ready), ready.instances["robust"])
    changed = prepare(load_experiment(experiment_file, ["model.stations.maximum=1"]))
    for _ in range(2):
        assert journal(changed, tmp_path / "x").begin(changed.scenarios, resume=True) == {}


def test_a_damaged_part_is_left_out(ready: Prepared, tmp_path: Path) -> None:
    first = journal(ready, tmp_path / "x")
    first.begin(ready.scenarios, resume=False)
    first.record("robust", a_result(ready), ready.instances["robust"])
    (journal_folder(tmp_path / "x") / "plans" / "robust.json").write_text("{")
    assert journal(ready, tmp_path / "x").begin(ready.scenarios, resume=True) == {}


def test_solves_are_known_by_scenarios_model_and_options(ready: Prepared, tmp_path: Path) -> None:
    kept, model = journal(ready, tmp_path / "x"), ready.experiment.model
    kept.begin(ready.scenarios, resume=False)
    kept.parts.remember(ready.scenarios, model, OPTIONS, a_result(ready))
    found = kept.parts.recall(ready.scenarios, model, OPTIONS)
    assert found is not None
    assert (found.objective, found.lower_bound) == (9.0, 8.0)
    other = SolveOptions(method="benders", gap=0.5)
    assert kept.parts.recall(ready.scenarios.scaled(2.0), model, OPTIONS) is None
    assert kept.parts.recall(ready.scenarios, model, other) is None
    cheap = model.model_copy(update={"unserved_penalty": 1.0})
    assert kept.parts.recall(ready.scenarios, cheap, OPTIONS) is None


def test_a_solve_that_did_not_end_is_made_again(ready: Prepared, tmp_path: Path) -> None:
    kept = journal(ready, tmp_path / "x")
    kept.begin(ready.scenarios, resume=False)
    for status in (Status.INTERRUPTED, Status.ERROR):
        kept.parts.remember(
            ready.scenarios, ready.experiment.model, OPTIONS, a_result(ready, status)
        )
    assert kept.parts.recall(ready.scenarios, ready.experiment.model, OPTIONS) is None


def test_a_journal_that_cannot_be_written_ends_no_run(ready: Prepared, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = journal(ready, tmp_path / "file" / "x")
    assert kept.begin(ready.scenarios, resume=False) == {}
    kept.record("robust", a_result(ready), ready.instances["robust"])
