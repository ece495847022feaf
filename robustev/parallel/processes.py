"""Independent tasks on processes, each result as soon as it is there."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def completed(
    function: Callable[[T], R], tasks: Sequence[T], *, workers: int | None = None
) -> Iterator[tuple[int, R]]:
    """Yield position and ``function(task)`` of every task, in the order in which they end.

    Parameters
    ----------
    function
        A function of a module, as it is sent to other processes by its name.
    workers
        Processes; absent for one a processor. With one, or one task, all is done here.

    Where a task raises, those that have not begun are given up and the error is raised.
    """
    processes = min(workers or _processors(), len(tasks))
    if processes <= 1:
        for index, task in enumerate(tasks):
            yield index, function(task)
        return
    # A fork would copy threads and solver state of this process; a new interpreter has none.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        futures = {pool.submit(function, task): index for index, task in enumerate(tasks)}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        finally:
            for future in futures:
                future.cancel()


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
