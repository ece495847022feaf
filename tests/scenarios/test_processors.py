"""The same seed means the same scenarios, whatever kernels the processor's linear algebra has."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import PROJECT

# Kernels of the linear algebra library, threads, and instructions that numpy must not use.
VARIANTS = (
    ("Haswell", 1, ""),
    ("SkylakeX", 1, ""),
    ("Zen", 2, ""),
    ("Sandybridge", 2, "X86_V3 X86_V4"),
)
ROUNDING = 1e-9  # relative; another basis of an eigenspace changes demand by more than 10 %


def start(kernels: str, threads: int, without: str, file: Path) -> subprocess.Popen[bytes]:
    """Start a process that draws scenarios with the given kernels."""
    number = str(threads)
    names = {
        "OPENBLAS_CORETYPE": kernels,
        "OPENBLAS_NUM_THREADS": number,
        "OMP_NUM_THREADS": number,
    }
    if without:
        names["NPY_DISABLE_CPU_FEATURES"] = without
    command = [sys.executable, "-W", "ignore", "-m", "tests.scenarios.processor_draws", str(file)]
    return subprocess.Popen(command, cwd=PROJECT, env=os.environ | names)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, np.ndarray]]:  # type: ignore[type-arg]
    """Scenarios by kernels; kernels whose instructions this processor lacks are left out."""
    folder = tmp_path_factory.mktemp("draws")
    running = {
        kernels: start(kernels, threads, without, folder / f"{kernels}.npz")
        for kernels, threads, without in VARIANTS
    }
    codes = {kernels: process.wait(timeout=300) for kernels, process in running.items()}
    assert set(codes.values()) <= {0, -signal.SIGILL}
    able = [kernels for kernels, code in codes.items() if code == 0]
    return {kernels: dict(np.load(folder / f"{kernels}.npz")) for kernels in able}


def test_other_kernels_draw_the_same_scenarios(
    drawn: dict[str, dict[str, np.ndarray]],  # type: ignore[type-arg]
) -> None:
    assert len(drawn) >= 2
    first, *others = drawn.values()
    for other in others:
        for name, demand in first.items():
            np.testing.assert_allclose(other[name], demand, rtol=ROUNDING, err_msg=name)


def test_the_kernels_do_round_differently(
    drawn: dict[str, dict[str, np.ndarray]],  # type: ignore[type-arg]
) -> None:
    """Else the variables above choose nothing, and the test shows nothing."""
    if len(drawn) < 2:
        pytest.skip("this processor has one kind of kernels only")
    sums = {kernels: found["shipped"].tobytes() for kernels, found in drawn.items()}
    assert len(set(sums.values())) > 1
