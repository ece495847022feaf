"""Hold methods against the referee on many random problems, from the command line.

``python -m tests.referee.run --first 0 --count 500 ef benders``; under ``mpiexec`` the ranks solve
each problem together, so that starting them is paid once.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from typing import Any

from robustev.parallel.world import world
from tests.referee.judge import Trial, described


def faults_of(trial: Trial, method: str, comm: Any | None) -> list[str]:
    """Return what is wrong with what a method does; a crash is a fault."""
    try:
        result = trial.solve(method, "auto" if comm is not None else 1)
        alone = comm is None or comm.Get_rank() == 0
        return trial.faults(result) if alone else []
    except Exception as error:
        if comm is not None and comm.Get_size() > 1:
            raise
        last = traceback.format_exc().strip().splitlines()[-3:]
        return [f"crash: {type(error).__name__}: {error} {' '.join(last)}"]


def main() -> int:
    """Return how many problems a method got wrong, at most 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("methods", nargs="+")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=60)
    asked = parser.parse_args()
    comm = world()
    leads = comm is None or comm.Get_rank() == 0
    begun, wrong = time.process_time(), 0
    for seed in range(asked.first, asked.first + asked.count):
        trial = Trial(seed)
        for method in asked.methods:
            found = faults_of(trial, method, comm)
            if found and leads:
                wrong += 1
                sys.stdout.write(f"{method}: {'; '.join(found)}\n    {described(trial)}\n")
                sys.stdout.flush()
    if leads:
        seconds = time.process_time() - begun
        sys.stdout.write(
            f"{asked.count} problems by {', '.join(asked.methods)}: {wrong} faults in "
            f"{seconds:.0f} s of processor time\n"
        )
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
