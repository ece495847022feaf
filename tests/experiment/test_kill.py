"""Runs that are killed by SIGKILL lose nothing; ``make nightly`` kills a hundred."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from experiments.cluster.kill import CASES, campaign


def killed(tmp_path: Path, kills: int, *names: str) -> int:
    cases = [case for case in CASES if case.name in names]
    assert len(cases) == len(names)
    return campaign(cases, kills, np.random.default_rng(7), tmp_path)


def test_a_run_that_is_killed_goes_on_and_loses_nothing(tmp_path: Path) -> None:
    assert killed(tmp_path, 2, "run-benders-1") == 0


@pytest.mark.slow
@pytest.mark.mpi
@pytest.mark.parametrize("case", [case.name for case in CASES])
def test_every_kind_of_run_loses_nothing(tmp_path: Path, case: str) -> None:
    assert killed(tmp_path, 4, case) == 0
