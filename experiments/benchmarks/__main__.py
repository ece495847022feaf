"""Run benchmark cases and print one table: ``python -m experiments.benchmarks [CASE ...]``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from experiments.benchmarks.registry import Case, cases
from robustev.experiment.launch import find_launcher, rank_environment

RANKS = {"ph": 3, "stock": 3}
GRACE_SECONDS = 120.0
"""Time over a method's own limit before it is ended from outside."""
Figures = dict[str, object]


def run(case: Case, method: str) -> Figures:
    """Run one method in processes of its own; the figures, or why there are none."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.json"
        arguments = ["-m", "experiments.benchmarks.worker", case.name, method, str(file)]
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        command = [sys.executable, *arguments]
        if method in RANKS:
            launcher = find_launcher()
            command = launcher.command(RANKS[method], [])
            command = [*command[: command.index("-m")], "-m", "mpi4py", *arguments]
            environment = rank_environment(launcher.flavour, RANKS[method], environment)
        limit = case.seconds + GRACE_SECONDS
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=limit, check=False
            )
        except subprocess.TimeoutExpired:
            return {"failure": f"ended after {limit:.0f} s"}
        if not file.exists():
            last = (done.stderr.strip().splitlines() or ["no output"])[-1]
            return {"failure": f"exit {done.returncode}: {last[:60]}"}
        return dict(json.loads(file.read_text()))


def ratio(figures: Figures, reference: Figures | None) -> str:
    """Return how many times longer the reference took to this method's final gap or its end."""
    if reference is None or "seconds" not in reference or "seconds" not in figures:
        return ""
    return f"{float(reference['seconds']) / float(figures['seconds']):.1f}"  # type: ignore[arg-type]


def row(method: str, figures: Figures, reference: Figures | None) -> list[str]:
    """Return one line of the table."""
    if "failure" in figures:
        return [method, str(figures["failure"])]
    to = [f"{t:.1f}" if t is not None else "-" for t in figures["seconds_to"]]  # type: ignore[attr-defined]
    gap = figures["gap"]
    return [
        method, f"{figures['objective']:.8g}" if figures["objective"] is not None else "-",
        f"{100 * gap:.4f} %" if isinstance(gap, float) else "-", f"{figures['seconds']:.1f}", *to,
        f"{figures['peak_gb']:.2f}", ratio(figures, reference),
    ]  # fmt: skip


def main() -> None:
    """Run the cases named on the command line, or all, and print a table for each."""
    known = cases()
    console = Console(width=110)
    unknown = [name for name in sys.argv[1:] if name not in known]
    if unknown:
        console.print(f"unknown case {unknown[0]!r}; there are: {', '.join(known)}")
        raise SystemExit(2)
    for name in sys.argv[1:] or known:
        case = known[name]
        if not case.available:
            console.print(f"{name}: skipped, its data are not here")
            continue
        columns = ("method", "objective", "gap", "seconds", "to 1 %", "to 0.1 %", "to 0.01 %",
                   "peak GB", "ef time / time")  # fmt: skip
        table = Table(*columns, title=f"{name} (to a gap of {case.gap:g}, {case.seconds:g} s)")
        reference: Figures | None = None
        for method in case.methods:
            figures = run(case, method)
            reference = figures if method == "ef" else reference
            table.add_row(*row(method, figures, reference))
        console.print(table)


if __name__ == "__main__":
    main()
