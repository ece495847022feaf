"""One plan on several MPI ranks: the same scenarios, plans as good, true bounds."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from robustev.parallel.launch import LaunchError, find_launcher
from robustev.results.layout import Layout
from tests.ranks import on_ranks

GAP = 1e-3
SERVE_ALL = ["model.unserved_penalty=null"]
REGRET = ["model.objective.measure=regret", "scenarios.number=2"]
NOMINAL = "nominal: {solve: {method: ef}, model: {objective: {measure: nominal}}}"
BESIDE = f"plans={{{NOMINAL}, robust: {{}}}}"
CVAR = ["model.objective.measure=cvar", "model.objective.tail=0.3"]


def make_plan(experiment: Path, folder: Path, method: str, ranks: int, *settings: str) -> Path:
    """Run the experiment by ``method`` on so many ranks and return its result folder."""
    chosen = [f"solve.method={method}", f"solve.gap={GAP}", *settings]
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
@pytest.mark.parametrize("method", ["ph", "benders"])
def test_any_number_of_ranks_gives_the_same_scenarios_and_plans_within_the_gap(
    method: str, experiment_file: Path, tmp_path: Path
) -> None:
    counts = (1, 2, 4) if method == "benders" else (1, 2, 3, 4)
    folders = [make_plan(experiment_file, tmp_path / str(n), method, n) for n in counts]
    tables = [pd.read_parquet(folder / "scenarios.parquet") for folder in folders]
    for table in tables[1:]:
        pd.testing.assert_frame_equal(table, tables[0])
    manifests = [json.loads((folder / "manifest.json").read_text()) for folder in folders]
    assert [manifest["ranks"] for manifest in manifests] == list(counts)
    plans = [plan_of(folder) for folder in folders]
    highest = max(float(plan["lower_bound"]) for plan in plans)  # type: ignore[arg-type]
    for plan, folder in zip(plans, folders, strict=True):
        assert plan["status"] in ("optimal", "gap_reached")
        objective = float(plan["objective"])  # type: ignore[arg-type]
        assert highest <= objective * (1 + 1e-9)
        assert objective - float(plan["lower_bound"]) <= GAP * abs(objective)  # type: ignore[arg-type]
        assert Layout(folder).certificate("robust").is_file()


@pytest.mark.mpi
@pytest.mark.parametrize(
    ("method", "ranks", "settings"),
    [
        pytest.param("ph", 4, ["scenarios.number=1"], id="fewer scenarios than hedging ranks"),
        pytest.param("ph", 3, CVAR, id="ph cvar"),
        pytest.param("benders", 3, [*SERVE_ALL, *REGRET, BESIDE], id="beside a plan by ef"),
    ],
)
def test_many_ranks_find_what_one_finds(
    experiment_file: Path, tmp_path: Path, method: str, ranks: int, settings: list[str]
) -> None:
    alone, with_workers = (
        plan_of(make_plan(experiment_file, tmp_path / str(n), method, n, *settings))
        for n in (1, ranks)
    )
    for plan in (alone, with_workers):
        assert plan["status"] in ("optimal", "gap_reached")
    assert with_workers["objective"] == pytest.approx(alone["objective"], rel=GAP)


FAULTY = """
import sys
from robustev.cli import main
from robustev.core.errors import SolverError
from robustev.parallel.ranks import rank
from robustev.recourse.recourse import Recourse

dispatch = Recourse.dispatch

def faulty(self, plan, scenario):
    if rank() == 1:
        raise SolverError("rank 1 has no answer")
    return dispatch(self, plan, scenario)

Recourse.dispatch = faulty
sys.argv[0] = "robustev"
main()
"""


@pytest.mark.mpi
@pytest.mark.parametrize("method", ["benders", "ph"])
def test_a_solver_that_fails_on_one_rank_ends_all_and_is_told(
    experiment_file: Path, tmp_path: Path, method: str
) -> None:
    script = tmp_path / "faulty.py"
    script.write_text(FAULTY)
    arguments = ["run", str(experiment_file), "-o", str(tmp_path / "out")]
    arguments += ["--set", f"solve.method={method}"]
    done = on_ranks(3, str(script), *arguments, timeout=60)
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stderr.count("rank 1 has no answer") == 1
    assert "rank 1: " in done.stderr
    assert plan_of(tmp_path / "out")["status"] == "error"


def make_hard(data: Path) -> None:
    """Put 80 sites and 150 zones in the place of the tiny data, which take minutes to prove."""
    rng = np.random.default_rng(5)
    x, y = rng.uniform(0, 50, size=(2, 230)).round(1)
    zones = [f"z{j},{x[j]},{y[j]},{rng.integers(1, 6)}" for j in range(150)]
    sites = [
        f"s{i},{x[i]},{y[i]},{rng.integers(2, 6)},{rng.integers(20, 90)}" for i in range(150, 230)
    ]
    (data / "zones.csv").write_text("\n".join(["id,x,y,demand", *zones]))
    (data / "sites.csv").write_text("\n".join(["id,x,y,slots,opening_cost", *sites]))


@pytest.mark.mpi
def test_an_interrupt_ends_all_ranks_and_keeps_the_plan(
    experiment_file: Path, tmp_path: Path
) -> None:
    make_hard(experiment_file.parent / "data")
    command = [sys.executable, "-m", "robustev", "run", str(experiment_file), "--ranks", "2"]
    command += ["--set", "solve.gap=0", "--set", "scenarios.number=20"]
    command += ["--output", str(tmp_path / "out"), "-v"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert process.stderr is not None
    assert any("(rounding)" in line for line in process.stderr)  # the first plan
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 130, output + errors
    plan = plan_of(tmp_path / "out")
    assert plan["status"] == "interrupted"
    assert plan["gap"] is not None


STRANDED = """
import sys
from robustev.cli import main
from robustev.core.errors import SolverError
from robustev.experiment import prepare
from robustev.parallel.ranks import rank

make = prepare.make_region

def faulty(*given):
    if rank() == 1:
        raise SolverError("there is no region here")
    return make(*given)

prepare.make_region = faulty
sys.argv[0] = "robustev"
main()
"""


@pytest.mark.mpi
def test_a_rank_that_fails_alone_ends_all_with_one_message(
    experiment_file: Path, tmp_path: Path
) -> None:
    script = tmp_path / "stranded.py"
    script.write_text(STRANDED)
    arguments = ["run", str(experiment_file), "-o", str(tmp_path / "out")]
    done = on_ranks(3, str(script), *arguments, timeout=60)
    assert done.returncode != 0
    assert done.stderr.count("Error on rank 1: there is no region here") == 1
    assert not (tmp_path / "out").exists()
