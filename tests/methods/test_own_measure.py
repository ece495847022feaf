"""A risk measure from outside the package is obeyed, verified, and shown in the report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from robustev.config.load import load_experiment
from robustev.experiment.run import run_experiment
from robustev.model.model import Model
from robustev.model.risk import REGISTER, RiskMeasure
from robustev.report import write_report
from robustev.verify.finding import Verdict
from robustev.verify.measure import measure
from robustev.verify.verify import verify
from tests import instances, pages
from tests.methods.conftest import METHODS, Solve

PAGE = pages.PROJECT / "docs" / "extending" / "risk.md"


@pytest.fixture(scope="module")
def halfway() -> type[RiskMeasure]:
    """The measure that the documentation defines as its example."""
    code, *_ = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    names: dict[str, type[RiskMeasure]] = {"__name__": "own"}  # type: ignore[dict-item]
    exec(compile(code, str(PAGE), "exec", dont_inherit=True), names)
    return names["Halfway"]


@pytest.fixture
def named(halfway: type[RiskMeasure]) -> Iterator[None]:
    """Let experiment files name the measure for the time of a test."""
    REGISTER.add(halfway)
    yield
    REGISTER.remove("halfway")


@pytest.mark.parametrize("weight", [1.0, 0.5])
@pytest.mark.parametrize("method", METHODS)
def test_every_method_finds_its_best_plan(
    halfway: type[RiskMeasure], method: str, weight: float, solve_by: Solve
) -> None:
    goal = halfway(weight=weight)  # type: ignore[call-arg]
    model = Model(unserved_penalty=instances.PENALTY, objective=goal)
    instance = instances.random_instance(3, scenarios=4, model=model)
    optimum = min(
        measure(goal, instances.true_costs(instance, plan), instance.probability) or 0.0
        for plan in instances.every_plan(instance)
    )
    result = solve_by(instance, method)
    assert result.objective == pytest.approx(optimum, rel=1e-6)
    assert result.lower_bound == pytest.approx(optimum, rel=1e-6)


@pytest.mark.usefixtures("named")
def test_a_run_reports_and_verifies_it(experiment_file: Path, tmp_path: Path) -> None:
    settings = [
        "model.objective.measure=halfway", "compare.plans=[nominal]", "compare.scenarios=12",
        "compare.redraws=0", "compare.regret_scenarios=0", "compare.foresight_scenarios=0",
    ]  # fmt: skip
    folder = tmp_path / "results"
    run_experiment(load_experiment(experiment_file, settings), folder=folder)
    page = write_report(folder).read_text(encoding="utf-8")
    assert "least cost halfway between the mean and the worst" in page
    found = {one.verdict for one in verify(folder)}
    assert Verdict.PROVED in found
    assert Verdict.WRONG not in found
