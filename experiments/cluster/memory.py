"""Measure the memory of a rank with the demand of many scenarios, shared with its node or not.

    python -m experiments.cluster.memory [--ranks 1,2,4] [--scenarios 2000]

Memory is counted as Linux does proportionally: what several ranks share counts on each in part.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from robustev.data.scenarios import ScenarioSet
from robustev.experiment.prepare import made_ready
from robustev.model.instance import build_instance
from robustev.model.model import Model
from robustev.parallel import ranks
from robustev.parallel.launch import find_launcher, rank_environment
from robustev.parallel.shared import once_per_node
from robustev.parallel.world import world
from robustev.recourse.recourse import Recourse

HEAD = ("ranks", "demand_mb", "own_mb", "shared_mb")
SITES, ZONES, TYPES = 20, 2000, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every number of ranks and print one line each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ranks", default="1,2,4")
    parser.add_argument("--scenarios", type=int, default=2000)
    parser.add_argument("--one", choices=["own", "shared"], help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.one is not None:
        measure(chosen.scenarios, shared=chosen.one == "shared")
        return 0
    print(" ".join(f"{name:>10}" for name in HEAD))
    launcher = find_launcher()
    for number in map(int, chosen.ranks.split(",")):
        row: list[object] = [number]
        for how in ("own", "shared"):
            command = launcher.command(number, [])[:-1]
            command += ["experiments.cluster.memory", "--one", how]
            command += ["--scenarios", str(chosen.scenarios)]
            done = subprocess.run(
                command, env=rank_environment(launcher.flavour, number, os.environ),
                capture_output=True, text=True, check=True,
            )  # fmt: skip
            found = json.loads(done.stdout.splitlines()[-1])
            row += [found["rank_mb"]] if how == "shared" else [found["demand_mb"], found["rank_mb"]]
        print(" ".join(f"{value:>10}" for value in row), flush=True)
    return 0


def measure(count: int, *, shared: bool) -> None:
    """Hold the scenarios and their second stage on every rank; print the largest rank's memory."""
    from tests.instances import region, scenario_set  # noqa: PLC0415 - the tests' own regions

    of = region(11, sites=SITES, zones=ZONES, types=TYPES, slots=30)

    def make() -> ScenarioSet:
        return made_ready(scenario_set(11, of, count))

    scenarios = once_per_node(make) if shared else make()
    recourse = Recourse(build_instance(of, scenarios, Model(unserved_penalty=40.0)))
    ranks.gathered(world(), float(recourse.instance.demand.sum()))
    memory = max(ranks.gathered(world(), megabytes()))
    if ranks.rank() == 0:
        demand = scenarios.demand.nbytes // 1_000_000
        print(json.dumps({"demand_mb": demand, "rank_mb": memory}))


def megabytes() -> int:
    """Return this process's proportional share of memory."""
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024 // 1_000_000
    raise OSError("/proc/self/smaps_rollup tells no Pss")


if __name__ == "__main__":
    sys.exit(main())
