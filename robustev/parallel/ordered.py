"""Independent tasks on threads and MPI ranks, with the same results in the same order."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from robustev.parallel.ranks import gathered
from robustev.parallel.world import world

T = TypeVar("T")
R = TypeVar("R")

WINDOW = 4
"""Tasks per worker that are under way before their results are asked for."""


def default_workers() -> int:
    """Return how many threads one process should use: its processors, shared between ranks."""
    comm = world()
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, (here or 1) // (1 if comm is None else comm.Get_size()))


def ordered_map(
    function: Callable[[T], R],
    tasks: Sequence[T],
    *,
    workers: int | None = None,
    comm: Any | None = None,
) -> Iterator[R]:
    """Yield ``function(task)`` for every task, in order, on every rank.

    Parameters
    ----------
    workers
        Threads of this process; absent for its processors.
    comm
        An MPI communicator whose ranks all make this call with the same tasks; each does its
        share, and sleeps until the others have done theirs. Without it this process does all.

    >>> list(ordered_map(lambda task: task * task, [1, 2, 3], workers=2))
    [1, 4, 9]
    """
    threads = workers or default_workers()
    size, rank = (1, 0) if comm is None else (comm.Get_size(), comm.Get_rank())
    window = WINDOW * threads * size
    with ThreadPoolExecutor(threads) as pool:
        for start in range(0, len(tasks), window):
            here = tasks[start : start + window]
            mine = list(pool.map(function, here[rank::size])) if threads > 1 else [
                function(task) for task in here[rank::size]
            ]  # fmt: skip
            parts = gathered(comm, mine)
            for index in range(len(here)):
                yield parts[index % size][index // size]
