"""A comparison or a study that was killed goes on with every part that was finished."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from robustev.assess import compare as comparing
from robustev.assess import input as comparison
from robustev.assess import judging
from robustev.config.load import load_experiment
from robustev.core.errors import InputError
from robustev.data.plan import Plan
from robustev.data.scenarios import ScenarioSet
from robustev.experiment import stability as studying
from robustev.experiment.run import run_experiment
from robustev.experiment.stability import experiment_stability
from robustev.methods import wait_and_see
from robustev.methods.result import SolveResult, Status, TraceRow
from robustev.model.instance import Instance
from robustev.results.journal import journal_folder

COMPARE = [
    "compare={plans: [nominal], scenarios: 8, regret_scenarios: 8, foresight_scenarios: 4, "
    "redraws: 2}"
]


class KilledError(Exception):
    """The process is killed."""


def killed(*_: object, **__: object) -> None:
    raise KilledError


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How much has been solved and evaluated so far."""
    done = {"solves": 0, "optima": 0, "evaluations": 0}

    def counted(name: str, plain: Any) -> Any:
        def wrapped(*arguments: Any, **options: Any) -> Any:
            done[name] += 1
            return plain(*arguments, **options)

        return wrapped

    evaluate = judging.evaluate

    def counting(instance: Instance, plans: Sequence[Plan], **options: Any) -> Any:
        done["evaluations"] += len(plans)
        return evaluate(instance, plans, **options)

    monkeypatch.setattr(comparison, "solve", counted("solves", comparison.solve))
    monkeypatch.setattr(studying, "solve", counted("solves", studying.solve))
    for name in ("_whole", "_decomposed"):
        monkeypatch.setattr(wait_and_see, name, counted("optima", getattr(wait_and_see, name)))
    monkeypatch.setattr(judging, "evaluate", counting)
    return done


def test_a_comparison_killed_at_its_end_makes_nothing_again(
    experiment_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, work: dict[str, int]
) -> None:
    experiment = load_experiment(experiment_file, COMPARE)
    alone = run_experiment(experiment, write=False).comparison
    with monkeypatch.context() as patched:
        patched.setattr(comparing, "headline", killed)
        with pytest.raises(KilledError):
            run_experiment(experiment, folder=tmp_path / "out")
    assert min(work.values()) > 0
    work.update(dict.fromkeys(work, 0))
    again = run_experiment(experiment, folder=tmp_path / "out", resume=True).comparison
    assert set(work.values()) == {0}
    assert alone is not None
    assert again is not None
    no_clocks = {"seconds"}
    assert again.comparison.model_dump(exclude=no_clocks) == alone.comparison.model_dump(
        exclude=no_clocks
    )
    assert again.evaluation.equals(alone.evaluation)


def test_a_run_that_came_to_its_end_is_taken_as_it_is(
    experiment_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have been killed after the results were written, and before it could say so."""
    first = run_experiment(experiment_file, folder=tmp_path / "out")
    with monkeypatch.context() as patched:
        patched.setattr("robustev.experiment.run.solve_instance", killed)
        again = run_experiment(experiment_file, folder=tmp_path / "out", resume=True)
        assert again.results["robust"].objective == first.results["robust"].objective
        (tmp_path / "data" / "zones.csv").write_text("id,x,y,demand\na,0,0,10\nb,4,0,7\nc,9,0,3\n")
        with pytest.raises(KilledError):
            run_experiment(experiment_file, folder=tmp_path / "out", resume=True)


def test_what_ranks_had_saved_that_died_is_written_without_a_solve(
    experiment_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = load_experiment(experiment_file, ["plans={a: {}, b: {demand_factor: 1.2}, c: {}}"])

    def progress(name: str, row: TraceRow) -> None:
        if name == "b" and row.upper_bound is not None:
            raise KilledError

    with pytest.raises(KilledError):
        run_experiment(experiment, folder=tmp_path / "out", progress=progress)
    assert not (tmp_path / "out").exists()
    with monkeypatch.context() as patched:
        patched.setattr("robustev.experiment.run.solve_instance", killed)
        made = run_experiment(experiment, folder=tmp_path / "out", resume=True, only_known=True)
    assert {name: one.status for name, one in made.results.items()} == {
        "a": Status.GAP_REACHED if made.results["a"].gap else Status.OPTIMAL,
        "b": Status.INTERRUPTED,
    }
    assert made.results["b"].objective is not None
    assert (tmp_path / "out" / "plans" / "b.json").is_file()
    whole = run_experiment(experiment, folder=tmp_path / "out", resume=True)
    assert set(whole.results) == {"a", "b", "c"}
    assert (whole.results["b"].objective or 0.0) <= made.results["b"].objective


def test_own_optima_are_kept_one_by_one(
    experiment_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, work: dict[str, int]
) -> None:
    experiment = load_experiment(experiment_file, [*COMPARE, "output.checkpoint=0.000001"])
    plain, left = wait_and_see._whole, iter(range(100))

    def some(*arguments: Any) -> SolveResult:
        if next(left) == 5:
            raise KilledError
        return plain(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(wait_and_see, "_whole", some)
        patched.setattr(wait_and_see, "default_workers", lambda: 1)
        with pytest.raises(KilledError):
            run_experiment(experiment, folder=tmp_path / "out")
    whole = work["optima"]
    run_experiment(experiment, folder=tmp_path / "out", resume=True)
    work.update(optima=0)
    run_experiment(experiment, write=False)
    assert whole == 5
    assert work["optima"] > whole


def test_a_killed_study_goes_on_with_its_finished_solves(
    experiment_file: Path, tmp_path: Path, work: dict[str, int]
) -> None:
    experiment = load_experiment(experiment_file)
    spec = experiment.plans["robust"]
    options: dict[str, Any] = {"repetitions": 2, "fresh": 8, "target": tmp_path / "study"}
    alone = experiment_stability(experiment, spec, [2, 4], repetitions=2, fresh=8)

    def third(_: ScenarioSet, __: SolveResult, count: list[int] = []) -> None:  # noqa: B006
        count.append(1)
        if len(count) == 3:
            raise KilledError

    with pytest.raises(KilledError):
        experiment_stability(experiment, spec, [2, 4], on_solved=third, **options)
    work.update(solves=0)
    again = experiment_stability(experiment, spec, [2, 4], resume=True, **options)
    assert work["solves"] == 1
    assert again.runs.equals(alone.runs)
    assert not journal_folder(tmp_path / "study").exists()


def test_the_unfinished_study_of_another_experiment_is_refused(
    experiment_file: Path, tmp_path: Path
) -> None:
    options: dict[str, Any] = {"repetitions": 2, "fresh": 8, "target": tmp_path / "study"}
    experiment = load_experiment(experiment_file)
    with pytest.raises(KilledError):
        experiment_stability(
            experiment, experiment.plans["robust"], [2], on_solved=killed, **options
        )
    other = load_experiment(experiment_file, ["model.stations.maximum=1"])
    with pytest.raises(InputError, match="other data or rules"):
        experiment_stability(other, other.plans["robust"], [2], resume=True, **options)
    assert journal_folder(tmp_path / "study").exists()
