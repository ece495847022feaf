"""A run that is stopped, at whatever moment, loses nothing that was finished."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from robustev.assess import input as comparison
from robustev.config.load import load_experiment
from robustev.data.plan import Plan
from robustev.experiment import run as runner
from robustev.experiment.run import run_experiment
from robustev.methods.result import SolveResult, Status, better_of
from robustev.results.disk import OutputError
from robustev.results.journal import journal_folder

TWO = ["plans={a: {}, b: {model: {stations: {maximum: 1}}}}"]
COMPARE = [
    "compare={plans: [nominal], scenarios: 8, regret_scenarios: 0, foresight_scenarios: 0, "
    "redraws: 3}"
]
solve = runner.solve_instance


class CrashError(Exception):
    """The process is killed."""


def stopping_at(number: int, event: Callable[[SolveResult], SolveResult]) -> Any:
    """Return a solve whose call of that number ends as ``event`` makes of its result."""
    count = iter(range(100))

    def wrapped(*arguments: Any, **options: Any) -> SolveResult:
        made = solve(*arguments, **options)
        return event(made) if next(count) == number else made

    return wrapped


def killed(made: SolveResult) -> SolveResult:
    raise CrashError


def without_plan(made: SolveResult) -> SolveResult:
    return SolveResult(made.method, None, None, made.lower_bound, Status.INTERRUPTED, 0.1)


def with_a_poor_plan(made: SolveResult) -> SolveResult:
    assert made.lower_bound is not None
    everything = Plan("robust", np.ones(2, dtype=bool), np.full((2, 1), 4))
    return SolveResult("ef", everything, 1e6, 0.1 * made.lower_bound, Status.INTERRUPTED, 0.1)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Names of the plans that are solved from now on."""
    names: list[str] = []

    def wrapped(*arguments: Any, name: str, **options: Any) -> SolveResult:
        names.append(name)
        return solve(*arguments, name=name, **options)

    monkeypatch.setattr(runner, "solve_instance", wrapped)
    return names


def plan_files(folder: Path) -> set[str]:
    return {path.stem for path in (folder / "plans").glob("*.json")}


def test_a_killed_run_is_resumed_where_it_was(
    experiment_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counted: list[str]
) -> None:
    experiment = load_experiment(experiment_file, TWO)
    with monkeypatch.context() as patched:
        patched.setattr(runner, "solve_instance", stopping_at(1, killed))
        with pytest.raises(CrashError):
            run_experiment(experiment, folder=tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert plan_files(journal_folder(tmp_path / "out")) == {"a"}
    run_experiment(experiment, folder=tmp_path / "out", resume=True)
    assert counted == ["b"]
    assert plan_files(tmp_path / "out") == {"a", "b"}
    assert not journal_folder(tmp_path / "out").exists()


def test_a_resumed_plan_is_never_worse_than_what_was_saved(
    experiment_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = load_experiment(experiment_file)
    folder = tmp_path / "out"
    with monkeypatch.context() as patched:
        patched.setattr(runner, "solve_instance", stopping_at(0, with_a_poor_plan))
        before = run_experiment(experiment, folder=folder).results["robust"]
    assert before.status is Status.INTERRUPTED
    monkeypatch.setattr(runner, "solve_instance", stopping_at(0, without_plan))
    after = run_experiment(experiment, folder=folder, resume=True).results["robust"]
    assert after.objective == before.objective
    assert (after.lower_bound or 0.0) >= (before.lower_bound or 0.0)


@pytest.mark.parametrize("swap", [False, True])
def test_of_two_solves_the_better_plan_and_the_higher_bound_stay(
    experiment_file: Path, swap: bool
) -> None:
    made = run_experiment(experiment_file, write=False).results["robust"]
    one = SolveResult("ef", made.plan, 5.0, 1.0, Status.TIME_LIMIT, 1.0)
    two = SolveResult("ef", made.plan, 7.0, 3.0, Status.TIME_LIMIT, 1.0)
    best = better_of(two, one) if swap else better_of(one, two)
    assert (best.objective, best.lower_bound, best.seconds) == (5.0, 3.0, 2.0)


def test_a_stop_before_the_first_plan_keeps_the_earlier_results(
    experiment_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_experiment(experiment_file, folder=tmp_path / "out")
    before = (tmp_path / "out" / "manifest.json").read_text()
    monkeypatch.setattr(runner, "solve_instance", stopping_at(0, without_plan))
    outcome = run_experiment(experiment_file, folder=tmp_path / "out")
    assert outcome.folder is None
    assert "earlier results" in outcome.note
    assert (tmp_path / "out" / "manifest.json").read_text() == before


def test_a_poorer_plan_goes_beside_the_earlier_results(
    experiment_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_experiment(experiment_file, folder=tmp_path / "out")
    before = (tmp_path / "out" / "plans" / "robust.json").read_text()
    monkeypatch.setattr(runner, "solve_instance", stopping_at(0, with_a_poor_plan))
    outcome = run_experiment(experiment_file, folder=tmp_path / "out")
    assert outcome.folder == tmp_path / "out-2"
    assert (tmp_path / "out" / "plans" / "robust.json").read_text() == before
    manifest = json.loads((tmp_path / "out-2" / "manifest.json").read_text())
    assert manifest["complete"] is False


def test_a_second_interrupt_keeps_the_plans_before_it(
    experiment_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def given_up(made: SolveResult) -> SolveResult:
        raise KeyboardInterrupt

    monkeypatch.setattr(runner, "solve_instance", stopping_at(1, given_up))
    outcome = run_experiment(load_experiment(experiment_file, TWO), folder=tmp_path / "out")
    assert outcome.folder == tmp_path / "out"
    assert plan_files(tmp_path / "out") == {"a"}


def test_an_interrupted_comparison_keeps_the_earlier_one(
    experiment_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = load_experiment(experiment_file, COMPARE)
    folder = run_experiment(experiment, folder=tmp_path / "out").folder
    before = (tmp_path / "out" / "comparison.json").read_text()

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(runner, "compare_plans", interrupted)
    outcome = run_experiment(experiment, folder=folder, known=folder)
    assert (tmp_path / "out" / "comparison.json").read_text() == before
    assert outcome.folder is None
    assert [path.name for path in tmp_path.glob("out-*")] == []


def test_half_a_comparison_never_replaces_a_whole_one(
    experiment_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = load_experiment(experiment_file, COMPARE)
    folder = run_experiment(experiment, folder=tmp_path / "out").folder
    before = (tmp_path / "out" / "comparison.json").read_text()

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(comparison, "solve", interrupted)
    outcome = run_experiment(experiment, folder=folder, known=folder)
    assert outcome.comparison is not None
    assert (tmp_path / "out" / "comparison.json").read_text() == before


def test_a_comparison_that_was_stopped_goes_on_with_its_finished_solves(
    experiment_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = load_experiment(experiment_file, COMPARE)
    solved: list[int] = []
    plain = comparison.solve

    def counting(limit: int) -> Any:
        def wrapped(*arguments: Any, **options: Any) -> SolveResult:
            if len(solved) == limit:
                raise KeyboardInterrupt
            solved.append(0)
            return plain(*arguments, **options)

        return wrapped

    monkeypatch.setattr(comparison, "solve", counting(1000))
    whole = run_experiment(experiment, write=False).comparison
    all_solves = len(solved)
    assert all_solves > 2
    solved.clear()
    monkeypatch.setattr(comparison, "solve", counting(2))
    first = run_experiment(experiment, folder=tmp_path / "out").comparison
    assert first is not None
    assert not first.complete
    assert journal_folder(tmp_path / "out").exists()
    monkeypatch.setattr(comparison, "solve", counting(1000))
    again = run_experiment(experiment, folder=tmp_path / "out", resume=True)
    assert len(solved) == all_solves
    assert again.comparison is not None
    assert whole is not None
    assert again.comparison.comparison.saa_gap == whole.comparison.saa_gap
    assert not journal_folder(tmp_path / "out").exists()


def test_an_infeasible_plan_beside_a_good_one_loses_nothing(
    experiment_file: Path, tmp_path: Path
) -> None:
    experiment = load_experiment(
        experiment_file, ["plans={a: {}, none: {model: {stations: {exactly: 3}}}}"]
    )
    outcome = run_experiment(experiment, folder=tmp_path / "out")
    assert plan_files(tmp_path / "out") == {"a", "none"}
    assert outcome.results["none"].status is Status.INFEASIBLE


def test_a_target_that_cannot_be_written_is_refused_before_anything_is_read(
    experiment_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "prepare", lambda _: pytest.fail("read the data"))
    (tmp_path / "file").write_text("")
    for target in (tmp_path / "file", tmp_path / "file" / "x", tmp_path / ("x" * 300)):
        with pytest.raises(OutputError):
            run_experiment(experiment_file, folder=target)


def test_a_disk_that_is_full_at_the_end_keeps_the_old_folder_and_the_journal(
    experiment_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_experiment(experiment_file, folder=tmp_path / "out")
    before = (tmp_path / "out" / "manifest.json").read_text()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("robustev.experiment.outcome.write_results", full)
    with pytest.raises(OutputError, match=r"No space left.*\.out\.partial"):
        run_experiment(experiment_file, folder=tmp_path / "out")
    assert (tmp_path / "out" / "manifest.json").read_text() == before
    assert plan_files(journal_folder(tmp_path / "out")) == {"robust"}
