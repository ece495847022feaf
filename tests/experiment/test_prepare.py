"""An experiment reads, draws, builds and compiles everything once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from robustev.cli.app import app
from robustev.config import region
from robustev.config.load import load_experiment
from robustev.core.errors import InputError
from robustev.experiment import methods, prepare
from robustev.experiment.run import run_experiment
from robustev.methods import solve
from robustev.model import first_stage

WORK = [
    (region, "load_region"),
    (prepare, "generate"),
    (methods, "build_instance"),
    (solve, "build_instance"),
    (first_stage, "compile_first_stage"),
]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each piece of work is done from now on."""
    counts: Counter[str] = Counter()

    def counted(name: str, function: Any) -> Any:
        def wrapped(*arguments: Any, **options: Any) -> Any:
            counts[name] += 1
            return function(*arguments, **options)

        return wrapped

    for module, name in WORK:
        monkeypatch.setattr(module, name, counted(name, getattr(module, name)))
    return counts


@pytest.mark.parametrize("method", ["auto", "ef", "benders", "ph"])
def test_a_run_does_everything_once(
    experiment_file: Path, tmp_path: Path, calls: Counter[str], method: str
) -> None:
    """The number of ranks, with ``auto``, is learned from the very data that are solved."""
    one_rank = ["--set", "solve.ranks=1"] if method == "ph" else []
    arguments = ["run", str(experiment_file), "--set", f"solve.method={method}", *one_rank]
    done = CliRunner().invoke(app, [*arguments, "-o", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert calls == dict.fromkeys((name for _, name in WORK), 1)


def test_every_plan_has_one_instance_of_its_own(experiment_file: Path, calls: Counter[str]) -> None:
    settings = ["plans={a: {}, b: {demand_factor: 1.2}, c: {model: {stations: {maximum: 1}}}}"]
    run_experiment(load_experiment(experiment_file, settings), write=False)
    assert (calls["load_region"], calls["generate"]) == (1, 1)
    assert (calls["build_instance"], calls["compile_first_stage"]) == (3, 3)


def test_a_model_that_the_region_cannot_have_is_refused_before_the_first_solve(
    experiment_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "robustev.experiment.run.solve_instance", lambda *_, **__: pytest.fail("solved")
    )
    settings = ["plans={a: {}, b: {model: {unserved_penalty: {night: 5}}}}"]
    with pytest.raises(InputError, match="night"):
        run_experiment(load_experiment(experiment_file, settings), write=False)
