"""Time exact scenario solves and whole solves of the Shell.ai network on 1 and 2 ranks.

    python -m experiments.cluster.speedup [--ranks 1,2] [--scenarios 200] [--gap 0.005]

Each rank has one thread, so both processors must be free. ``exact_s`` is the time that rank 0
spends on exact solves of scenarios, waiting for other ranks included; ``solve_s`` the whole solve;
``all_s`` reading, drawing and solving. Ratios are those of the first number of ranks to the others.
``cpu_root`` and ``cpu_other`` are the processor seconds of exact solves on rank 0 and on the
busiest other rank: how evenly they are shared can be seen on a busy machine too.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from robustev.methods.benders.subproblems import Subproblems
from robustev.methods.options import SolveOptions
from robustev.methods.solve import solve_instance
from robustev.model.instance import build_instance
from robustev.parallel import ranks
from robustev.parallel.launch import find_launcher, rank_environment
from robustev.parallel.ranks import gathered
from robustev.parallel.shared import once_per_node
from robustev.parallel.world import world

TIMES = ("exact_s", "solve_s", "all_s")
HEAD = ("ranks", *TIMES, "rounds", "gap", "cpu_root", "cpu_other")
Answer = TypeVar("Answer")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every number of ranks, print one line each, and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ranks", default="1,2")
    parser.add_argument("--scenarios", type=int, default=200)
    parser.add_argument("--gap", type=float, default=0.005)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.one:
        measure(chosen.scenarios, chosen.gap)
        return 0
    print(" ".join(f"{name:>10}" for name in HEAD))
    launcher, first = find_launcher(), None
    for number in map(int, chosen.ranks.split(",")):
        command = [*launcher.command(number, [])[:-1], "experiments.cluster.speedup", "--one"]
        command += ["--scenarios", str(chosen.scenarios), "--gap", str(chosen.gap)]
        done = subprocess.run(
            command, env=rank_environment(launcher.flavour, number, os.environ),
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        row = json.loads(done.stdout.splitlines()[-1])
        print(" ".join(f"{row[name]:>10}" for name in HEAD), flush=True)
        first = first or row
        if row is not first:
            ratios = ", ".join(f"{name} {first[name] / row[name]:.2f} x" for name in TIMES)
            print(f"{number} ranks against {first['ranks']}: {ratios}", flush=True)
    return 0


def counted(function: Callable[..., Answer], used: list[float]) -> Callable[..., Answer]:
    """Return the function, with its processor time added to ``used``."""

    def timed(*args: object, **kwargs: object) -> Answer:
        began = time.process_time()
        try:
            return function(*args, **kwargs)
        finally:
            used[0] += time.process_time() - began

    return timed


def measure(count: int, gap: float) -> None:
    """Solve on all ranks that are there, one thread each, and print what it took."""
    from experiments.benchmarks.shell import MODEL, futures  # noqa: PLC0415 - reads the data

    if ranks.num_ranks() == 1 and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, list(os.sched_getaffinity(0))[:1])
    began = time.perf_counter()
    instance = build_instance(*once_per_node(lambda: futures(count)), MODEL)
    drawn, used = time.perf_counter(), [0.0]
    Subproblems.price = counted(Subproblems.price, used)  # type: ignore[method-assign]
    Subproblems.evaluate = counted(Subproblems.evaluate, used)  # type: ignore[method-assign]
    result = solve_instance(instance, SolveOptions(method="benders", gap=gap))
    end = time.perf_counter()
    every = gathered(world(), round(used[0], 1))
    if ranks.rank() == 0:
        row = {
            "ranks": len(every), "exact_s": round(result.details["exact_seconds"], 1),
            "solve_s": round(end - drawn, 1), "all_s": round(end - began, 1),
            "rounds": max(step.iteration for step in result.trace),
            "gap": f"{result.gap:.1e}", "cpu_root": every[0],
            "cpu_other": max(every[1:], default=0.0),
        }  # fmt: skip
        print(json.dumps(row))


if __name__ == "__main__":
    sys.exit(main())
