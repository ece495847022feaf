"""The yardstick E: every scenario of a plan, solved exactly by OR-Tools' cost scaling.

``python -m experiments.benchmarks.yardstick PROBLEM ANSWER`` runs in a process of its own, since
OR-Tools and HiGHS cannot share one; so nothing of the package is loaded here. E is the processor
time of one core in the solver alone, summed over scenarios; nodes and arcs are stated once.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

UNITS = 2**32
"""Whole units into which the largest scenario's demand is divided: the solver knows no others."""
PRICES = 2**15
"""Whole units into which the dearest cost of a unit is divided; more only take longer."""

Numbers = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Exact:
    """What the yardstick found: E in seconds, and the second-stage cost of each scenario."""

    seconds: float
    costs: tuple[float, ...]


def is_installed() -> bool:
    """Return whether OR-Tools is there."""
    return find_spec("ortools") is not None


def measure(problem: Path) -> Exact:
    """Return what a process of its own measures on a stored problem."""
    answer = problem.with_suffix(".json")
    command = [sys.executable, "-m", "experiments.benchmarks.yardstick", str(problem), str(answer)]
    subprocess.run(command, check=True)
    found = json.loads(answer.read_text())
    return Exact(found["seconds"], tuple(found["costs"]))


def solve(
    zone: Numbers, site: Numbers, cost: Numbers, ceiling: float, demand: Numbers, capacity: Numbers
) -> Exact:
    """Solve every row of ``demand``, shape (scenarios, zones), on arcs to sites with capacity.

    ``zone``, ``site`` and ``cost`` have shape (arcs,); unserved demand costs ``ceiling`` a unit.
    """
    from ortools.graph.python import min_cost_flow  # noqa: PLC0415 - an extra

    sites, zones = len(capacity), demand.shape[1]
    unit = float(demand.sum(axis=1).max()) / UNITS
    price = max(float(cost.max(initial=0.0)), ceiling) / PRICES
    sink = zones + sites
    every_zone, every_site = np.arange(zones), np.arange(sites)
    tail = np.concatenate([zone, every_site + zones, every_zone])
    head = np.concatenate([site + zones, np.full(sites + zones, sink)])
    most = np.full(len(tail), 2 * UNITS)
    most[len(zone) : len(zone) + sites] = np.floor(np.minimum(capacity / unit, 2.0 * UNITS))
    of_arc = np.concatenate([cost, np.zeros(sites), np.full(zones, ceiling)])
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(tail, head, most, np.rint(of_arc / price))
    seconds, costs = 0.0, []
    for row in demand:
        supply = np.rint(row / unit).astype(np.int64)
        nodes = np.append(every_zone, sink)
        flow.set_nodes_supplies(nodes, np.append(supply, -supply.sum()))
        start = time.process_time()
        status = flow.solve()
        seconds += time.process_time() - start
        if status != flow.OPTIMAL:
            raise RuntimeError(f"OR-Tools ends with status {status}")
        costs.append(float(flow.flows(arcs) @ of_arc) * unit)
    return Exact(seconds, tuple(costs))


def main() -> None:
    """Solve a stored problem and write the answer."""
    problem, answer = map(Path, sys.argv[1:3])
    with np.load(problem) as stored:
        found = solve(ceiling=float(stored["ceiling"]),
                      **{name: stored[name] for name in
                         ("zone", "site", "cost", "demand", "capacity")})  # fmt: skip
    answer.write_text(json.dumps({"seconds": found.seconds, "costs": found.costs}))


if __name__ == "__main__":
    main()
