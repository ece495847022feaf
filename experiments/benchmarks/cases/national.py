"""Whole countries: thousands of zones, a thousand sites and more, stations that cost something.

The tables and the experiment are written by the script that defines the cases, into a folder that
lives as long as it takes to read them.
"""

import runpy
import sys
import tempfile
from contextlib import redirect_stdout
from functools import partial
from io import StringIO
from pathlib import Path
from unittest.mock import patch

from experiments.benchmarks.registry import DATA, Case, Inputs, register
from robustev.config.load import load_experiment
from robustev.config.region import make_region
from robustev.scenarios.generator import generate

SCRIPT = DATA / "national" / "make_case.py"
COMMUNES = DATA / "france" / "communes.csv"
CASES = {
    # the script's case, scenarios, gap, seconds, gigabytes
    "germany": ("germany", 100, 0.005, 600.0, 2.0),
    "germany-costly": ("germany_costly", 100, 0.01, 900.0, 2.0),
    "france": ("france", 200, 0.005, 1800.0, 5.0),
    "france-1000": ("france", 1000, 0.01, 3600.0, 8.0),
    "ten-countries": ("ten_countries", 100, 0.01, 3600.0, 10.0),
}


def build(name: str, number: int) -> Inputs:
    """Return a case as the script writes it, with so many scenarios."""
    with tempfile.TemporaryDirectory() as folder:
        with patch.object(sys, "argv", [str(SCRIPT), name, folder]), redirect_stdout(StringIO()):
            runpy.run_path(str(SCRIPT))
        experiment = load_experiment(Path(folder) / "e.yaml", [])
        region = make_region(experiment)
        drawn = generate(region, experiment.scenarios, num_scenarios=number, seed=experiment.seed)
    return region, drawn, experiment.model


for key, (name, number, gap, seconds, memory) in CASES.items():
    register(
        Case(
            key, partial(build, name, number), ("benders",), gap=gap, seconds=seconds,
            memory_gb=memory, needs=(SCRIPT, COMMUNES), has_yardstick=True,
        )
    )  # fmt: skip
