"""Running one method on one case in processes of its own, under limits of time and memory."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from experiments.benchmarks import yardstick
from experiments.benchmarks.figures import Figures, read_figures, with_yardstick
from experiments.benchmarks.methods import RANKS
from experiments.benchmarks.registry import Case
from robustev.parallel.launch import find_launcher, rank_environment

NO_MEMORY = ("MemoryError", "bad_alloc", "Unable to allocate", "Cannot allocate memory")
"""Words by which Python, C++, numpy and the system say that the memory limit is reached."""


def run(case: Case, method: str) -> Figures:
    """Return what ``method`` reached on ``case``, orderly or ended by a limit."""
    ranks = RANKS.get(method, 1)
    with tempfile.TemporaryDirectory() as folder:
        file, errors = Path(folder) / "stream", Path(folder) / "errors"
        arguments = ["-m", "experiments.benchmarks.worker"]
        arguments += [case.name, method, str(case.seconds), str(file)]
        command, environment = _start(arguments, ranks)
        with errors.open("w") as log:
            process = subprocess.Popen(
                command, env=environment, stdout=subprocess.DEVNULL, stderr=log
            )
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        stream = file.with_name("stream.0")
        lines = stream.read_text().splitlines() if stream.exists() else []
        reason = failure(case, process.returncode, errors.read_text(), ranks)
        peak = usage.ru_maxrss / 1e6  # Linux counts in kB, and takes the largest descendant
        found = read_figures(case, method, lines, failure=reason, peak_gb=peak, ranks=ranks)
        problem = file.with_suffix(".npz")
        if problem.exists() and yardstick.is_installed():
            found = with_yardstick(found, yardstick.measure(problem))
    return found


def _start(arguments: list[str], ranks: int) -> tuple[list[str], dict[str, str]]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    if ranks == 1:
        return [sys.executable, *arguments], environment
    launcher = find_launcher()
    command = launcher.command(ranks, [])
    command = [*command[: command.index("-m")], "-m", "mpi4py", *arguments]
    return command, rank_environment(launcher.flavour, ranks, environment)


def failure(case: Case, code: int, errors: str, ranks: int) -> str:
    """Return in a few words why a run ended without a result."""
    if any(word in errors for word in NO_MEMORY):
        each = f"{ranks} x " if ranks > 1 else ""
        return f"out of memory ({each}{case.memory_gb / ranks:g} GB)"
    if code in (-signal.SIGALRM, 128 + signal.SIGALRM) or "Alarm clock" in errors:
        return f"time-out ({case.seconds:g} s)"
    lines = [line for line in errors.splitlines() if line.strip()] or ["no output"]
    fault = next(
        (line for line in lines if re.match(r"[\w.]+(Error|Exception)\b", line)), lines[-1]
    )
    return f"exit {code}: {fault[:60]}"
