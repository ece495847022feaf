"""What a solve knew when it ended is where the next one goes on, whatever the method."""

from __future__ import annotations

import logging
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from robustev.core.errors import InputError
from robustev.data.plan import Plan
from robustev.methods.checkpoint import Knowledge, instance_key, merge, read_all, together
from robustev.methods.hedging.kept_weights import together as hedged_together
from robustev.methods.keeper import Checkpoint
from robustev.methods.options import SolveOptions
from robustev.methods.result import SolveResult, Status, TraceRow
from robustev.methods.solve import solve_instance
from robustev.model.instance import Instance
from robustev.model.model import Model
from robustev.model.risk import CVaR, Expected, Regret, RiskMeasure
from tests.instances import PENALTY, random_instance
from tests.methods.conftest import METHODS

GAP = 1e-6
OFTEN = 3600.0
PLAN = Plan("plan", np.array([True, False]), np.array([[2], [0]]))
KNOWN = Knowledge(PLAN, 12.0, 7.0, 3, 4.0, 1, (TraceRow(1.0, 1, 7.0, 12.0, "x"),))


def instance(goal: RiskMeasure | None = None, seed: int = 3) -> Instance:
    model = Model(unserved_penalty=PENALTY, objective=goal or Expected())
    return random_instance(seed, sites=6, zones=9, scenarios=4, model=model)


def solved(
    of: Instance, method: str, folder: Path | None = None, *, stopped: bool = False
) -> SolveResult:
    """Solve; with ``stopped``, ask for an end at the first move of a bound that has a plan."""
    asked: list[int] = []

    def progress(row: TraceRow) -> None:
        if stopped and row.upper_bound is not None and not asked:
            asked.append(1)
            signal.raise_signal(signal.SIGUSR1)

    return solve_instance(
        of,
        SolveOptions(method=method, gap=GAP, time_limit=10, ranks=1),
        progress=progress,
        checkpoint=None if folder is None else Checkpoint(folder, OFTEN),
    )


def knowledge(of: Instance, folder: Path) -> Knowledge:
    return read_all(folder, instance_key(of), of.max_chargers.shape)


@pytest.mark.parametrize("goal", [Expected(), CVaR(tail=0.3), Regret()], ids=repr)
@pytest.mark.parametrize("method", METHODS)
def test_a_solve_that_was_stopped_goes_on_and_ends_no_worse(
    method: str, goal: RiskMeasure, tmp_path: Path
) -> None:
    of = instance(goal)
    first = solved(of, method, tmp_path, stopped=True)
    kept = knowledge(of, tmp_path)
    if first.status is Status.INTERRUPTED:
        assert kept.objective == first.objective
        assert kept.lower_bound == (-np.inf if first.lower_bound is None else first.lower_bound)
    again = solved(of, method, tmp_path)
    assert again.objective is not None
    assert again.lower_bound is not None
    assert again.objective <= kept.objective
    assert again.lower_bound >= kept.lower_bound
    assert again.seconds >= kept.seconds
    if not goal.needs_own_optima:
        alone = solved(of, method).objective
        assert again.objective == pytest.approx(alone, rel=2 * GAP, abs=1e-6)


def test_dual_points_and_points_of_the_relaxation_are_taken_up(tmp_path: Path) -> None:
    of = instance()
    solved(of, "benders", tmp_path, stopped=True)
    pool = knowledge(of, tmp_path).parts["pool"]
    assert len(pool["points"]) >= 1
    again = solved(of, "benders", tmp_path)
    assert again.certificate is not None
    assert len(again.certificate.costs[0].arrays["site"]) >= len(pool["costs-0_site"])


def test_what_is_kept_of_any_number_of_ranks_is_put_together(tmp_path: Path) -> None:
    better = replace(KNOWN, objective=11.0, lower_bound=5.0, parts={"w:1": {"a": np.ones(2)}})
    bound = replace(KNOWN, plan=None, objective=np.inf, lower_bound=9.0)
    other = replace(KNOWN, parts={"w:0": {"a": np.zeros(2)}, "old": {"b": np.ones(1)}})
    stale = replace(KNOWN, session=0, parts={"w:2": {"a": np.zeros(2)}, "older": {}})
    ranks = (better, bound, other, stale)
    for rank, one in enumerate(ranks):
        one.write(tmp_path / f"rank-{rank}.npz", "key")
    for _ in range(2):
        whole = read_all(tmp_path, "key", (2, 1))
        assert (whole.objective, whole.lower_bound) == (11.0, 9.0)
        assert whole.plan is not None
        assert whole.plan.same_as(PLAN)
        assert set(whole.parts) == {"w:0", "w:1", "old"}
        merge(tmp_path, whole, "key")
        assert [path.name for path in tmp_path.iterdir()] == ["all.npz"]


def test_the_checkpoint_of_another_instance_is_refused(tmp_path: Path) -> None:
    solved(instance(), "benders", tmp_path, stopped=True)
    for other in (instance(seed=4), instance(CVaR(tail=0.3))):
        with pytest.raises(InputError, match=r"another problem.*without --resume"):
            solved(other, "benders", tmp_path)


def test_a_damaged_file_is_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    KNOWN.write(tmp_path / "rank-0.npz", "key")
    replace(KNOWN, lower_bound=8.0).write(tmp_path / "rank-1.npz", "key")
    path = tmp_path / "rank-1.npz"
    path.write_bytes(path.read_bytes()[:-20])
    with caplog.at_level(logging.WARNING):
        assert read_all(tmp_path, "key", (2, 1)).lower_bound == 7.0
    assert "rank-1.npz" in caplog.text


def test_a_disk_that_cannot_be_written_ends_no_solve(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    with caplog.at_level(logging.WARNING):
        result = solved(instance(), "benders", tmp_path / "file" / "x", stopped=True)
    assert result.objective is not None
    assert caplog.text.count("cannot be written") == 1


def test_a_finished_solve_without_a_stop_keeps_no_file(tmp_path: Path) -> None:
    solved(instance(), "benders", tmp_path)
    assert not list(tmp_path.iterdir())


def test_an_error_in_a_solve_keeps_what_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = instance()

    def fails(*_: object) -> bool:
        raise ZeroDivisionError

    monkeypatch.setattr("robustev.methods.benders.solver.BendersSolver.improve", fails)
    monkeypatch.setattr("robustev.methods.benders.solver.BendersSolver.grow_tree", fails)
    with pytest.raises(ZeroDivisionError):
        solved(of, "benders", tmp_path)
    assert knowledge(of, tmp_path).plan is not None


def test_hedging_weights_of_unlike_iterations_have_mean_zero() -> None:
    rng = np.random.default_rng(0)
    probability = np.array([0.5, 0.3, 0.2])
    parts = [
        {"scenario": np.array(index), "weights": rng.normal(size=(len(index), 4)),
         "points": np.full((len(index), 4), float(len(index)))}
        for index in ([0, 2], [1])
    ]  # fmt: skip
    found = hedged_together(parts, probability)
    assert found is not None
    weights, points = found
    assert probability @ weights == pytest.approx(np.zeros(4), abs=1e-12)
    assert points[:, 0].tolist() == [2.0, 1.0, 2.0]
    assert hedged_together(parts[:1], probability) is None
    assert hedged_together([], probability) is None


def test_nothing_together_is_nothing() -> None:
    assert together([]).is_nothing
