"""Count what a rank of `benders` computes, sends and holds, on 1 to 8 ranks.

    python -m experiments.cluster.scaling [--ranks 1,2,4,8] [--scenarios 32,128]

Ranks beyond the processors only share them, so seconds of processor time are told, not of a clock.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

from robustev.methods.benders.worker_ranks import WorkerRanks
from robustev.methods.options import SolveOptions
from robustev.methods.solve import solve_instance
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model, Stations
from robustev.parallel import ranks
from robustev.parallel.launch import find_launcher, rank_environment
from robustev.parallel.world import world

HEAD = ("ranks", "scenarios", "rounds", "bytes_out", "bytes_in", "cpu_root", "cpu_others", "rss_mb")
SITES, ZONES = 20, 200


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every number of ranks and print one line each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ranks", default="1,2,4,8")
    parser.add_argument("--scenarios", default="32,128")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.one is not None:
        measure(chosen.one)
        return 0
    print(" ".join(f"{name:>10}" for name in HEAD))
    launcher = find_launcher()
    for count in map(int, chosen.scenarios.split(",")):
        for number in map(int, chosen.ranks.split(",")):
            command = launcher.command(number, [])[:-1]
            command += ["experiments.cluster.scaling", "--one", str(count)]
            environment = rank_environment(launcher.flavour, number, os.environ)
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, check=True
            )
            row = json.loads(done.stdout.splitlines()[-1])
            print(" ".join(f"{row[name]:>10}" for name in HEAD), flush=True)
    return 0


def instance(scenarios: int) -> Instance:
    """Return a region at random in which charger counts decide, with so many scenarios."""
    from tests.instances import region, scenario_set  # noqa: PLC0415 - the tests' own regions

    of = region(11, sites=SITES, zones=ZONES, slots=30)
    model = Model(unserved_penalty=40.0, stations=Stations(maximum=SITES // 2))
    return build_instance(of, scenario_set(11, of, scenarios), model)


def measure(scenarios: int) -> None:
    """Solve on all ranks that are there, and print what rank 0 and the others did."""
    counts = {"rounds": 0, "bytes_out": 0, "bytes_in": 0}
    share = WorkerRanks.share

    def counted(self: WorkerRanks, requests: Sequence[Any], exact: Any) -> list[Any]:
        answers = share(self, requests, exact)
        counts["rounds"] += 1
        counts["bytes_out"] += sum(len(pickle.dumps(one)) for one in requests[1:])
        counts["bytes_in"] += sum(len(pickle.dumps(one)) for one in answers[1:])
        return answers

    WorkerRanks.share = counted  # type: ignore[method-assign]
    of = instance(scenarios)
    began = time.process_time()
    solve_instance(of, SolveOptions(method="benders", gap=1e-2, time_limit=240))
    seconds = round(time.process_time() - began, 2)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    comm = world()
    everyone = [(seconds, memory)] if comm is None else comm.gather((seconds, memory))
    if ranks.rank() == 0:
        others = [one for one, _ in everyone[1:]]
        row = {
            "ranks": len(everyone), "scenarios": scenarios, **counts, "cpu_root": seconds,
            "cpu_others": round(sum(others) / max(1, len(others)), 2),
            "rss_mb": max(size for _, size in everyone),
        }  # fmt: skip
        print(json.dumps(row))


if __name__ == "__main__":
    sys.exit(main())
