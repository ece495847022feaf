"""Exact solves of scenarios spread over MPI ranks: rank 0 asks, the others answer until dismissed.

Rank 0 alone holds the master and the dual pool. Every rank knows the problem, so a request is
small: a point or a plan, and which scenarios. Whatever goes wrong on one rank ends all of them.
"""

from __future__ import annotations

import heapq
import pickle
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.core.errors import SolverError
from robustev.data.plan import Plan
from robustev.methods.benders.subproblems import (
    PlanCosts,
    Subproblems,
    TimeLeft,
    forever,
    most_informative,
)
from robustev.methods.result import SolveResult
from robustev.model.instance import Instance
from robustev.parallel import interrupt
from robustev.parallel.ranks import asleep_until
from robustev.recourse.kernels.base import EXACT, SeparationMode
from robustev.recourse.recourse import DualPoints, Recourse

LATEST = 2.0
"""Seconds after a request to stop in which a rank may still end an evaluation."""
LONGEST_PAUSE = 0.002
"""Seconds that a rank sleeps at most before it looks for a message again."""


class Request(Protocol):
    """Work for one rank."""

    def answer(self, exact: Subproblems) -> Any:
        """Do the work with the rank's own solver."""


@dataclass(frozen=True, eq=False)
class _Price:
    """:meth:`Subproblems.price`."""

    scenarios: Sequence[int]
    x: FloatArray
    capacity: FloatArray
    mode: SeparationMode
    starts: Sequence[DualPoints | None]
    shortage: bool

    def answer(self, exact: Subproblems) -> list[tuple[float, DualPoints]]:
        return exact.price(
            self.scenarios, self.x, self.capacity, self.mode, self.starts, shortage=self.shortage
        )


@dataclass(frozen=True, eq=False)
class _Evaluate:
    """:meth:`Subproblems.evaluate`."""

    plan: Plan
    scenarios: Sequence[int]
    proven: FloatArray
    with_cuts: bool
    seconds: float

    def answer(self, exact: Subproblems) -> PlanCosts:
        end = time.monotonic() + self.seconds
        return exact.evaluate(
            self.plan, self.scenarios, self.proven, with_cuts=self.with_cuts,
            left=lambda: min(end - time.monotonic(), LATEST - interrupt.seconds_since()),
        )  # fmt: skip


@dataclass(frozen=True)
class _Dismissal:
    """The end of the work, with the result that every rank returns."""

    result: SolveResult


@dataclass(frozen=True)
class _Failure:
    """An error that every rank raises."""

    error: BaseException


class WorkerRanks:
    """All ranks of a communicator, as rank 0 commands them."""

    def __init__(self, comm: Any) -> None:
        self.comm = comm

    @property
    def size(self) -> int:
        """Number of ranks, rank 0 included."""
        return int(self.comm.Get_size())

    def share(self, requests: Sequence[Request], exact: Subproblems) -> list[Any]:
        """Give each rank in turn one request, the first to this one; return all answers.

        Raises
        ------
        Exception
            The first error of any rank, once all have answered.
        """
        sent = [self.comm.isend(request, dest=r) for r, request in enumerate(requests) if r > 0]
        for request in sent:
            request.wait()
        answers = [_attempt(requests[0], exact)]
        answers += [_receive(self.comm, r) for r in range(1, len(requests))]
        for rank, answer in enumerate(answers):
            if isinstance(answer, _Failure):
                raise _of_rank(rank, answer.error)
        return answers

    def dismiss(self, message: _Dismissal | _Failure) -> None:
        """End the work of the other ranks."""
        for r in range(1, self.size):
            self.comm.send(message, dest=r)


class DistributedSubproblems(Subproblems):
    """Solves scenarios exactly, on all ranks."""

    def __init__(self, recourse: Recourse, workers: int, ranks: WorkerRanks) -> None:
        super().__init__(recourse, workers)
        self.ranks = ranks
        self.own = Subproblems(recourse, workers)
        self.width = ranks.size
        self.seconds = np.zeros(recourse.num_scenarios)

    def price(
        self,
        scenarios: Sequence[int],
        x: FloatArray,
        capacity: FloatArray,
        mode: SeparationMode = EXACT,
        starts: Sequence[DualPoints | None] = (),
        *,
        shortage: bool = False,
    ) -> list[tuple[float, DualPoints]]:
        """Return each scenario's exact cost at ``(x, C)`` and its dual points, one per kernel."""
        shares = self._shares(len(scenarios))
        begin = starts or [None] * len(scenarios)
        requests = [
            _Price(
                [scenarios[i] for i in share],
                x,
                capacity,
                mode,
                [begin[i] for i in share],
                shortage,
            )
            for share in shares
        ]
        parts = self.ranks.share(requests, self.own)
        return [parts[i % len(shares)][i // len(shares)] for i in range(len(scenarios))]

    def evaluate(
        self,
        plan: Plan,
        scenarios: Sequence[int],
        proven: FloatArray,
        *,
        with_cuts: bool,
        left: TimeLeft = forever,
    ) -> PlanCosts:
        """Return what ``plan`` costs in some scenarios, at least ``proven``, shape (scenarios,).

        Ends early, without an answer, once ``left()`` seconds are below 0.
        """
        index = np.asarray(scenarios)
        shares = shared_out(self.seconds[index], self.ranks.size)
        seconds = left()
        requests = [
            _Evaluate(plan, [scenarios[i] for i in share], proven[share], with_cuts, seconds)
            for share in shares
        ]
        nothing = np.zeros(len(scenarios))
        whole = PlanCosts(np.empty(len(scenarios)), [[] for _ in scenarios], [], nothing)
        parts = self.ranks.share(requests, self.own)
        if not all(part.complete for part in parts):
            return replace(whole, complete=False)
        for share, part in zip(shares, parts, strict=True):
            whole.costs[share], whole.seconds[share] = part.costs, part.seconds
            for i, cuts in zip(share, part.cuts, strict=True):
                whole.cuts[i] = cuts
            whole.candidates[:] = most_informative(whole.candidates, part.candidates)
        self.seconds[index] = whole.seconds
        return whole

    def _shares(self, count: int) -> list[range]:
        """Return which of ``count`` tasks each rank gets; ranks without any are left out."""
        size = min(self.ranks.size, count)
        return [range(r, count, size) for r in range(size)]


def shared_out(seconds: FloatArray, size: int) -> list[list[int]]:
    """Return which tasks each of ``size`` ranks gets, by what they took before.

    The longest goes first, each to the rank that has least to do; tasks of equal or unknown time
    are dealt in turn. Ranks without any are left out.

    >>> shared_out(np.array([1.0, 1.0, 5.0, 2.0, 1.0]), 2)
    [[2], [0, 1, 3, 4]]
    """
    shares: list[list[int]] = [[] for _ in range(min(size, len(seconds)))]
    load = [(0.0, 0, rank) for rank in range(len(shares))]
    for task in np.argsort(-seconds, kind="stable").tolist():
        total, count, rank = heapq.heappop(load)
        shares[rank].append(task)
        heapq.heappush(load, (total + float(seconds[task]), count + 1, rank))
    return [sorted(share) for share in shares]


def with_workers(
    comm: Any | None,
    instance: Instance,
    workers: int,
    lead: Callable[[WorkerRanks | None], SolveResult],
) -> SolveResult:
    """Return what ``lead`` returns, on every rank, while the other ranks of ``comm`` serve rank 0.

    Parameters
    ----------
    comm
        An mpi4py communicator whose ranks all make this call, or None.
    workers
        Threads of each rank.
    lead
        Called on rank 0 alone, with the ranks to command, or None where there is one rank.

    Raises
    ------
    Exception
        On every rank, whatever went wrong on one.
    """
    if comm is None or comm.Get_size() == 1:
        return lead(None)
    comm = comm.Dup()
    if comm.Get_rank() > 0:
        result = _serve(comm, Subproblems(Recourse(instance), workers))
    else:
        ranks = WorkerRanks(comm)
        try:
            result = lead(ranks)
        except BaseException as error:
            ranks.dismiss(_Failure(_portable(error)))
            raise
        ranks.dismiss(_Dismissal(result))
    comm.Free()
    return result


def _serve(comm: Any, exact: Subproblems) -> SolveResult:
    """Answer the requests of rank 0 until it dismisses this rank; return its result.

    An interrupt of this rank alone is the answer to the next request.
    """
    failure: _Failure | None = None
    while True:
        try:
            message = _receive(comm, 0)
        except KeyboardInterrupt as error:
            failure = _Failure(error)
            continue
        if isinstance(message, _Dismissal):
            return message.result
        if isinstance(message, _Failure):
            raise message.error
        comm.send(failure or _attempt(message, exact), dest=0)


def _attempt(request: Request, exact: Subproblems) -> Any:
    """Return the answer to a request, or the failure to find it."""
    try:
        return request.answer(exact)
    except (Exception, KeyboardInterrupt) as error:  # rank 0 tells it to all
        error.add_note(f"Raised on an MPI rank:\n{traceback.format_exc()}")
        return _Failure(_portable(error))


def _of_rank(rank: int, error: BaseException) -> BaseException:
    """Return an error that names the rank which raised it; rank 0 needs no name."""
    if rank > 0 and isinstance(error, SolverError):
        return SolverError(f"rank {rank}: {error}")
    return error


def _portable(error: BaseException) -> BaseException:
    """Return the error if it can travel between ranks, else one that says the same."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return SolverError(f"{type(error).__name__}: {error}")
    return error


def _receive(comm: Any, source: int) -> Any:
    """Return the next message of a rank; sleeps while there is none, as MPI itself would not."""
    asleep_until(lambda: comm.iprobe(source=source), longest=LONGEST_PAUSE)
    return comm.recv(source=source)
