"""Several ranks solve what one process solves, and an error of one rank ends all of them.

Ranks are played by threads here; ``tests/methods/test_ranks.py`` starts real ones.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

import numpy as np
import pytest

from robustev.core.errors import SolverError
from robustev.data.plan import Plan
from robustev.methods.base import SolveRun
from robustev.methods.benders.solver import solve_benders
from robustev.methods.benders.subproblems import Subproblems
from robustev.methods.benders.worker_ranks import (
    DistributedSubproblems,
    WorkerRanks,
    shared_out,
    with_workers,
)
from robustev.methods.result import SolveResult, Status, StopRule
from robustev.model.instance import Instance
from robustev.model.model import Model
from robustev.model.risk import CVaR, Expected, RiskMeasure, ScenarioRisk, WorstCase
from robustev.recourse.kernels.base import SeparationMode
from robustev.recourse.recourse import Recourse
from tests import instances
from tests.instances import PENALTY

SECONDS = 20.0
"""Time after which a rank that waits counts as forgotten."""
Lead = Callable[[WorkerRanks | None], SolveResult]


class Sent:
    """A message that is under way needs no more care."""

    def wait(self) -> None:
        pass


class Comm:
    """One rank's communicator among threads; messages are copies, as between processes."""

    def __init__(self, rank: int, post: list[list[SimpleQueue[bytes]]]) -> None:
        self.rank, self.post = rank, post
        self.began = time.monotonic()
        self.freed = False

    def Get_size(self) -> int:  # noqa: N802
        return len(self.post)

    def Get_rank(self) -> int:  # noqa: N802
        return self.rank

    def Dup(self) -> Comm:  # noqa: N802
        return self

    def Free(self) -> None:  # noqa: N802
        self.freed = True

    def isend(self, message: object, dest: int) -> Sent:
        self.post[dest][self.rank].put(pickle.dumps(message))
        return Sent()

    def send(self, message: object, dest: int) -> None:
        self.isend(message, dest)

    def iprobe(self, source: int) -> bool:
        assert time.monotonic() - self.began < SECONDS, f"rank {self.rank} waits for rank {source}"
        return not self.post[self.rank][source].empty()

    def recv(self, source: int) -> object:
        return pickle.loads(self.post[self.rank][source].get(timeout=SECONDS))


def comms(size: int) -> list[Comm]:
    post: list[list[SimpleQueue[bytes]]] = [
        [SimpleQueue() for _ in range(size)] for _ in range(size)
    ]
    return [Comm(rank, post) for rank in range(size)]


def on_ranks(instance: Instance, size: int, lead: Lead) -> list[SolveResult | Exception]:
    """Return what every rank returned or raised; no message may be left over."""

    def run(comm: Comm) -> SolveResult | Exception:
        try:
            return with_workers(comm, instance, 1, lead)
        except Exception as error:
            return error

    all_ranks = comms(size)
    with ThreadPoolExecutor(size) as pool:
        results = list(pool.map(run, all_ranks))
    assert all(queue.empty() for comm in all_ranks for row in comm.post for queue in row)
    return results


def led(instance: Instance, gap: float = 1e-7, seconds: float = SECONDS) -> Lead:
    risk = ScenarioRisk(instance.model.objective, instance.probability)
    return lambda ranks: solve_benders(SolveRun(instance, StopRule(gap, seconds), risk), ranks)


def with_ranks(
    instance: Instance, size: int, work: Callable[[DistributedSubproblems], None]
) -> None:
    """Do ``work`` with the scenarios of ``instance`` spread over so many ranks."""

    def lead(ranks: WorkerRanks | None) -> SolveResult:
        assert ranks is not None
        work(DistributedSubproblems(Recourse(instance), 1, ranks))
        return SolveResult("", None, None, None, Status.OPTIMAL, 0.0)

    for result in on_ranks(instance, size, lead):
        if isinstance(result, Exception):
            raise result


@pytest.mark.parametrize("size", [2, 3, 7])
@pytest.mark.parametrize(
    "model",
    [
        pytest.param(Model(unserved_penalty=PENALTY), id="penalised"),
        pytest.param(Model(unserved_penalty=PENALTY, split="shared"), id="shared split"),
        pytest.param(Model(), id="unserved demand is forbidden"),
    ],
)
def test_a_plan_costs_on_many_ranks_what_it_costs_on_one(model: Model, size: int) -> None:
    instance = instances.random_instance(4, model=model, types=2, scenarios=5, slots=3)
    rng = np.random.default_rng(1)
    proven = rng.uniform(0, 50, size=5)
    for plan in [instances.random_plan(instance, rng) for _ in range(4)]:
        alone = Subproblems(Recourse(instance)).evaluate(plan, range(5), proven, with_cuts=True)

        def work(spread: DistributedSubproblems, plan=plan, alone=alone) -> None:  # type: ignore[no-untyped-def]
            found = spread.evaluate(plan, range(5), proven, with_cuts=True)
            np.testing.assert_allclose(found.costs, alone.costs, rtol=1e-9)
            assert [len(cuts) for cuts in found.cuts] == [len(cuts) for cuts in alone.cuts]
            excess = sorted(one.excess for one in found.candidates)
            assert excess == pytest.approx(sorted(one.excess for one in alone.candidates))
            x, capacity = plan.open.astype(float), instance.capacity(plan)
            for s, cuts in enumerate(found.cuts):
                if cuts:
                    value = sum(cut.at(x, capacity) for cut in cuts)
                    assert value == pytest.approx(alone.costs[s])

        with_ranks(instance, size, work)


@pytest.mark.parametrize("shortage", [False, True])
def test_scenarios_are_priced_in_the_order_asked_for(shortage: bool) -> None:
    instance = instances.random_instance(4, model=Model(), scenarios=6)
    x, capacity = instances.random_point(instance, np.random.default_rng(2))
    asked = [4, 0, 5, 1, 2]
    alone = [Recourse(instance).price(s, x, capacity, shortage=shortage)[0] for s in asked]

    def work(spread: DistributedSubproblems) -> None:
        assert spread.width == 3
        found = spread.price(asked, x, capacity, shortage=shortage)
        assert [value for value, _ in found] == pytest.approx(alone)
        spread.recourse.add(found[0][1], shortage=shortage)

    with_ranks(instance, 3, work)


def test_ranks_solve_in_the_mode_that_rank_0_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    price = Subproblems.price

    def watched(self: Subproblems, *args: object, **options: object) -> object:
        seen.append(args[3])
        return price(self, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Subproblems, "price", watched)
    instance = instances.random_instance(4, model=Model(unserved_penalty=PENALTY), scenarios=4)
    x, capacity = instances.random_point(instance, np.random.default_rng(2))
    mode = SeparationMode(exact=False, covers=True)

    def work(spread: DistributedSubproblems) -> None:
        spread.price(range(4), x, capacity, mode)

    with_ranks(instance, 4, work)
    assert seen == [mode] * 4


@pytest.mark.parametrize(
    "objective",
    [Expected(), CVaR(tail=0.4), WorstCase()],
    ids=lambda objective: objective.measure,
)
def test_every_rank_gets_the_optimum_with_its_proof(objective: RiskMeasure) -> None:
    model = Model(unserved_penalty=PENALTY, objective=objective)
    instance = instances.random_instance(11, model=model, types=2, scenarios=5)
    optimum, _ = instances.brute_force(instance)
    results = on_ranks(instance, 3, led(instance))
    for result in results:
        assert isinstance(result, SolveResult)
        assert result.objective == pytest.approx(optimum, rel=1e-6)
        assert result.lower_bound == pytest.approx(optimum, rel=1e-6)
        assert result.plan is not None
        assert result.certificate is not None
        assert len(result.certificate.points)
        assert [len(duals.arrays["site"]) for duals in result.certificate.costs] > [0, 0]
        for row in result.trace:
            assert row.lower_bound is None or row.lower_bound <= optimum * (1 + 1e-6)
    assert len({result.seconds for result in results if isinstance(result, SolveResult)}) == 1


def test_one_rank_commands_no_others() -> None:
    instance = instances.random_instance(0)
    seen = []

    def lead(ranks: WorkerRanks | None) -> SolveResult:
        seen.append(ranks)
        return led(instance)(ranks)

    alone = with_workers(None, instance, 1, lead)
    assert with_workers(comms(1)[0], instance, 1, lead).objective == alone.objective
    assert seen == [None, None]


def test_the_time_limit_ends_all_ranks() -> None:
    instance = instances.random_instance(3, sites=14, zones=30, kinds=2, slots=5, scenarios=6)
    results = on_ranks(instance, 2, led(instance, gap=0.0, seconds=1.0))
    for result in results:
        assert isinstance(result, SolveResult)
        assert result.status is Status.TIME_LIMIT
        assert result.seconds < SECONDS / 2


class AwkwardError(Exception):
    """An error that cannot be made anew from its message, as pickling would."""

    def __init__(self, what: str, where: str) -> None:
        super().__init__(f"{what} {where}")


@pytest.mark.parametrize("rank", [0, 1, 2])
@pytest.mark.parametrize(
    ("error", "expected", "message"),
    [
        pytest.param(SolverError("no answer"), SolverError, "no answer", id="as it is"),
        pytest.param(AwkwardError("no", "way"), SolverError, "AwkwardError: no way", id="in words"),
    ],
)
def test_an_error_of_one_rank_is_raised_on_all(
    rank: int,
    error: Exception,
    expected: type[Exception],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    instance = instances.random_instance(0, scenarios=6)
    evaluate = Subproblems.evaluate

    def faulty(self: Subproblems, plan, scenarios, *args, **options):  # type: ignore[no-untyped-def]
        if scenarios[0] == rank and not isinstance(self, DistributedSubproblems):
            raise error
        return evaluate(self, plan, scenarios, *args, **options)

    monkeypatch.setattr(Subproblems, "evaluate", faulty)
    for raised in on_ranks(instance, 3, led(instance)):
        assert isinstance(raised, expected)
        assert str(raised) == (f"rank {rank}: {message}" if rank else message)


def test_an_error_of_the_lead_is_raised_on_all() -> None:
    def lead(ranks: WorkerRanks | None) -> SolveResult:
        raise SolverError("the master has no answer")

    for raised in on_ranks(instances.random_instance(0), 3, lead):
        assert isinstance(raised, SolverError)
        assert str(raised) == "the master has no answer"


def test_a_problem_without_a_plan_is_a_result_on_all_ranks() -> None:
    instance = instances.random_instance(0, model=Model(), slots=0)
    results = on_ranks(instance, 2, led(instance))
    assert [result.status for result in results if isinstance(result, SolveResult)] == (
        [Status.INFEASIBLE] * 2
    )


def test_what_took_long_is_shared_out_first() -> None:
    seconds = np.array([1.0, 1.0, 6.0, 2.0, 1.0, 1.0])
    shares = shared_out(seconds, 2)
    assert sorted(task for share in shares for task in share) == list(range(6))
    assert sorted(float(seconds[share].sum()) for share in shares) == [6.0, 6.0]
    assert shared_out(np.zeros(5), 2) == [[0, 2, 4], [1, 3]]
    assert shared_out(np.zeros(1), 3) == [[0]]


def test_a_scenario_that_was_dear_is_left_alone_to_one_rank(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    instance = instances.random_instance(4, scenarios=6)
    dispatch = Recourse.dispatch

    def slow(self: Recourse, plan: Plan, scenario: int) -> object:
        time.sleep(0.4 if scenario == 0 else 0.01)
        return dispatch(self, plan, scenario)

    monkeypatch.setattr(Recourse, "dispatch", slow)

    def work(exact: DistributedSubproblems) -> None:
        plan = instances.random_plan(instance, np.random.default_rng(1))
        found = exact.evaluate(plan, range(6), np.zeros(6), with_cuts=False)
        np.testing.assert_allclose(found.costs, Recourse(instance).costs(plan))
        assert [0] in shared_out(exact.seconds, 3)

    with_ranks(instance, 3, work)


@pytest.mark.parametrize("seed", range(3))
def test_bounds_and_plan_are_as_good_on_any_number_of_ranks(seed: int) -> None:
    instance = instances.random_instance(seed, scenarios=7)
    optimum, _ = instances.brute_force(instance)
    for size in (1, 2, 3):
        for result in on_ranks(instance, size, led(instance, gap=1e-4)):
            assert isinstance(result, SolveResult)
            assert result.objective is not None
            assert result.lower_bound is not None
            assert result.lower_bound <= optimum * (1 + 1e-9) <= result.objective * (1 + 2e-9)
            assert result.objective - result.lower_bound <= 1e-4 * abs(result.objective)
