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
    if comm is None:
        return True
    arrival, began = comm.Ibarrier(), time.monotonic()
    while not arrival.Test():
        if time.monotonic() - began > seconds:
            return False
        time.sleep(POLL_SECONDS)
    return True


def decided_by_root(value: bool) -> bool:
    """Return rank 0's value on every rank, once all have come here.

    Ranks that come early sleep while they wait, where MPI's own waiting would take a processor
    from rank 0; an interrupt is left to rank 0.
    """
    comm = world()
    if comm is None or comm.Get_size() == 1:
        return value
    with interrupt.listening():
        arrival = comm.Ibarrier()
        while not arrival.Test():
            time.sleep(POLL_SECONDS)
        return bool(comm.bcast(value, root=0))


def shared_by_root(value: T) -> T:
    """Return rank 0's value on every rank, once all have come here."""
    comm = world()
    if comm is None or comm.Get_size() == 1:
        return value
    result: T = comm.bcast(value, root=0)
    return result


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
