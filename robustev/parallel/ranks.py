"""Ranks as a run sees them: which one this is, and what rank 0 decides for all."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast

from robustev.parallel import interrupt
from robustev.parallel.world import world

POLL_SECONDS = 0.02
PAUSE_SHARE = 0.1
"""Whoever waits sleeps for this share of the time that it has waited, up to ``POLL_SECONDS``: so
short waits cost little time, and long ones no processor."""

T = TypeVar("T")


def rank() -> int:
    """Return this process's rank; 0 if it runs alone."""
    comm = world()
    return 0 if comm is None else int(comm.Get_rank())


def num_ranks() -> int:
    """Return the number of ranks; 1 if this process runs alone."""
    comm = world()
    return 1 if comm is None else int(comm.Get_size())


def end_all(comm: Any, code: int = 1) -> None:
    """End all ranks at once, where some wait for this one and it cannot come."""
    comm.Abort(code)


@cache
def meeting_place() -> Any | None:
    """Return a communicator for :func:`all_have_come` alone; all ranks make the first call.

    On the world's own the last meeting could be taken for another one.
    """
    comm = world()
    return None if comm is None or comm.Get_size() == 1 else comm.Dup()


def all_have_come(seconds: float = math.inf) -> bool:
    """Return whether every rank makes this call within ``seconds``; sleeps while it waits."""
    comm = meeting_place()
    return comm is None or meet(comm, seconds)


def asleep_until(
    done: Callable[[], bool], seconds: float = math.inf, *, longest: float = POLL_SECONDS
) -> bool:
    """Return whether ``done()`` holds within ``seconds``; sleeps between two questions.

    MPI's own waiting would take a processor from ranks that work.
    """
    began = time.monotonic()
    while not done():
        waited = time.monotonic() - began
        if waited > seconds:
            return False
        time.sleep(min(longest, PAUSE_SHARE * waited))
    return True


def meet(comm: Any, seconds: float = math.inf) -> bool:
    """Return whether all ranks of a communicator make this call within ``seconds``, asleep."""
    return asleep_until(comm.Ibarrier().Test, seconds)


def gathered(comm: Any | None, part: T) -> list[T]:
    """Return the parts of all ranks in order, on every rank; those that come early sleep."""
    if comm is None or comm.Get_size() == 1:
        return [part]
    meet(comm)
    parts: list[T] = comm.allgather(part)
    return parts


def told(comm: Any | None, value: T) -> T:
    """Return the value of a communicator's rank 0 on all its ranks; the others sleep until then."""
    if comm is None or comm.Get_size() == 1:
        return value
    meet(comm)
    result: T = comm.bcast(value, root=0)
    return result


def decided_by_root(value: bool) -> bool:
    """Return rank 0's value on every rank, once all have come here.

    An interrupt is left to rank 0.
    """
    comm = world()
    if comm is None or comm.Get_size() == 1:
        return value
    with interrupt.listening():
        return told(comm, value)


def shared_by_root(value: T) -> T:
    """Return rank 0's value on every rank, once all have come here."""
    return told(world(), value)


def done_by_root(action: Callable[[], T]) -> T:
    """Return on every rank what rank 0's action returns; its error is raised on every rank.

    The others sleep until it is done.
    """
    value, error = None, None
    if rank() == 0:
        try:
            value = action()
        except Exception as raised:
            error = raised
    decided_by_root(error is None)
    value, error = shared_by_root((value, error))
    if error is not None:
        raise error
    return cast("T", value)
