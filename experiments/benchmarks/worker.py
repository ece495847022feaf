"""One method on one case in a process of its own: ``python -m experiments.benchmarks.worker``.

It streams every move of a bound to a file, so that what a method had reached is known even when
a limit ends it.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from experiments.benchmarks.methods import METHODS, RANKS, load
from experiments.benchmarks.problem import store_problem, told_of
from experiments.benchmarks.registry import Case, Inputs, cases
from robustev.methods.result import SolveResult, TraceRow
from robustev.model.instance import build_instance
from robustev.parallel.world import world

GRACE_SECONDS = 20.0
"""Time over its own limit before a method is ended: they look at the clock now and then."""


def limit_memory(gigabytes: float) -> None:
    """Refuse this process more than ``gigabytes`` of data."""
    size = int(gigabytes * 1e9)
    resource.setrlimit(resource.RLIMIT_DATA, (size, size))


def limit_time(seconds: float) -> None:
    """End this process after ``seconds`` even within a solver, which no Python code could."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)


def tell(stream: TextIO, row: TraceRow) -> None:
    """Write one move of a bound."""
    print(json.dumps([row.seconds, row.lower_bound, row.upper_bound]), file=stream, flush=True)


def end(stream: TextIO, result: SolveResult, more: Mapping[str, object]) -> None:
    """Write how it ended, and what else is known of it."""
    summary = {
        "status": result.status,
        "objective": result.objective,
        "lower_bound": result.lower_bound,
        "seconds": result.seconds,
        "build_seconds": result.details.get("build_seconds"),
        **more,
    }
    print(json.dumps(summary), file=stream, flush=True)


def main() -> None:
    """Run ``case method seconds file``."""
    name, method, seconds, file = sys.argv[1:5]
    comm = world()
    rank = comm.Get_rank() if comm is not None else 0
    case = replace(cases()[name], seconds=float(seconds))
    limit_memory(case.memory_gb / RANKS.get(method, 1))
    inputs = case.build()
    load(method)
    if comm is not None:
        comm.Barrier()
    limit_time(case.seconds + GRACE_SECONDS)
    with Path(f"{file}.{rank}").open("w") as stream:
        begun = time.process_time()
        result = METHODS[method](case, inputs, lambda row: tell(stream, row))
        more = {"cpu_seconds": time.process_time() - begun}
        limit_time(0.0)
        end(stream, result, {**more, **_yardstick(case, inputs, result, Path(file))})


def _yardstick(case: Case, inputs: Inputs, result: SolveResult, file: Path) -> dict[str, object]:
    """Return what is told of a case with a yardstick, whose problem is stored beside ``file``."""
    if not case.has_yardstick or result.plan is None:
        return {}
    instance = build_instance(*inputs)
    store_problem(instance, result.plan, file.with_suffix(".npz"))
    return dict(told_of(instance, result, case.gap))


if __name__ == "__main__":
    main()
