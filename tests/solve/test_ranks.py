"""Progressive hedging on several MPI ranks: the same scenarios, plans as good, true bounds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from robustev.experiment.launch import LaunchError, find_launcher

GAP = 1e-3


def hedge(experiment: Path, folder: Path, ranks: int, *settings: str) -> Path:
    """Run the experiment by ``ph`` on so many ranks and return its result folder."""
    chosen = ["solve.method=ph", f"solve.gap={GAP}", *settings]
    command = [sys.executable, "-m", "robustev", "run", str(experiment), "--ranks", str(ranks)]
    command += ["--output", str(folder)]
    for setting in chosen:
        command += ["--set", setting]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=110, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module", autouse=True)
def launcher() -> None:
    try:
        find_launcher()
    except LaunchError as error:
        pytest.skip(str(error))


def plan_of(folder: Path) -> dict[str, object]:
    content: dict[str, object] = json.loads((folder / "plans" / "robust.json").read_text())
    return content


@pytest.mark.mpi
def test_any_number_of_ranks_gives_the_same_scenarios_and_plans_within_the_gap(
    experiment_file: Path, tmp_path: Path
) -> None:
    folders = [hedge(experiment_file, tmp_path / str(n), n) for n in (1, 2, 3, 4)]
    tables = [pd.read_parquet(folder / "scenarios.parquet") for folder in folders]
    for table in tables[1:]:
        pd.testing.assert_frame_equal(table, tables[0])
    plans = [plan_of(folder) for folder in folders]
    highest = max(float(plan["lower_bound"]) for plan in plans)  # type: ignore[arg-type]
    for plan in plans:
        assert plan["status"] in ("optimal", "gap_reached")
        objective = float(plan["objective"])  # type: ignore[arg-type]
        assert highest <= objective * (1 + 1e-9)
        assert objective - float(plan["lower_bound"]) <= GAP * abs(objective)  # type: ignore[arg-type]


@pytest.mark.mpi
@pytest.mark.parametrize(
    ("ranks", "settings"),
    [
        pytest.param(4, ["scenarios.number=1"], id="fewer scenarios than hedging ranks"),
        pytest.param(3, ["model.objective.measure=cvar", "model.objective.tail=0.3"], id="cvar"),
    ],
)
def test_many_ranks_find_what_one_finds(
    experiment_file: Path, tmp_path: Path, ranks: int, settings: list[str]
) -> None:
    alone, together = (
        plan_of(hedge(experiment_file, tmp_path / str(n), n, *settings)) for n in (1, ranks)
    )
    for plan in (alone, together):
        assert plan["status"] in ("optimal", "gap_reached")
    assert together["objective"] == pytest.approx(alone["objective"], rel=GAP)
