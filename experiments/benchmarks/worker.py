"""One method on one case in a process of its own: ``python -m experiments.benchmarks.worker``."""

from __future__ import annotations

import json
import math
import resource
import sys
from pathlib import Path

from experiments.benchmarks.registry import Case, cases
from robustev.mpi import world
from robustev.solve.options import SolveOptions
from robustev.solve.result import SolveResult, relative_gap

TARGETS = (1e-2, 1e-3, 1e-4)


def solve(case: Case, method: str) -> SolveResult:
    """Return the result of ``method``, one of robustev's or plain mpi-sppy."""
    if method == "stock":
        from experiments.benchmarks.stock import run  # noqa: PLC0415

        return run(case, world())
    from robustev.solve.run import solve as by_robustev  # noqa: PLC0415

    options = SolveOptions(method=method, gap=case.gap, time_limit=case.seconds)  # type: ignore[arg-type]
    return by_robustev(*case.build(), options)


def seconds_to(result: SolveResult, gap: float) -> float | None:
    """Return when the trace first proved ``gap``, or None."""
    lower, upper = -math.inf, math.inf
    for row in result.trace:
        lower = max(lower, -math.inf if row.lower_bound is None else row.lower_bound)
        upper = min(upper, math.inf if row.upper_bound is None else row.upper_bound)
        proven = relative_gap(upper, lower)
        if proven is not None and proven <= gap:
            return row.seconds
    return None


def report(result: SolveResult, peak_gb: float) -> dict[str, object]:
    """Return the figures of one run as JSON."""
    gap = relative_gap(result.objective, result.lower_bound)
    return {
        "objective": result.objective,
        "lower_bound": result.lower_bound,
        "gap": gap,
        "seconds": result.seconds,
        "seconds_to": [seconds_to(result, target) for target in TARGETS],
        "peak_gb": peak_gb,
    }


def main() -> None:
    """Run ``case method`` and write the figures to ``file``."""
    name, method, file = sys.argv[1:4]
    result = solve(cases()[name], method)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    comm = world()
    total = peak if comm is None else comm.allreduce(peak)
    if comm is None or comm.Get_rank() == 0:
        Path(file).write_text(json.dumps(report(result, total)))


if __name__ == "__main__":
    main()
