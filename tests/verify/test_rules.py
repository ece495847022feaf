"""Rules from outside the package are checked by the classes that one brings, and by no others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from robustev.cli.app import app
from robustev.config.experiment import Experiment
from robustev.config.load import load_experiment
from robustev.core.errors import InputError
from robustev.experiment.run import run_experiment
from robustev.model.risk import REGISTER
from robustev.report.page import render
from robustev.results.plans import stored_results
from robustev.results.reader import read_results
from robustev.verify.finding import Verdict
from robustev.verify.rules import load_rules
from robustev.verify.verify import verify

RULES = '''
import numpy as np

from robustev.model.features.base import Feature
from robustev.model.risk import CVaR
from robustev.model.rows import Rows


class Closed(Feature):
    """One site stays without a station."""

    key = "closed"
    title = "a site that stays closed"
    site: str

    def rows(self, instance):
        row = np.zeros((1, instance.num_sites))
        row[0, instance.region.sites.ids.index(self.site)] = 1.0
        return Rows.of([f"no station at {self.site}"], upper=0.0, open=row)

    def broken(self, plan, instance):
        i = instance.region.sites.ids.index(self.site)
        return [f"a station at {self.site}, which must stay closed"] if plan.open[i] else []


class Half(CVaR):
    """The mean of the worse half."""

    measure: str = "worse_half"
    tail: float = 0.5
'''


@pytest.fixture(autouse=True)
def _no_measure_stays() -> Iterator[None]:
    yield
    if "worse_half" in REGISTER:
        REGISTER.remove("worse_half")


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "my_rules.py"
    path.write_text(RULES)
    return path


@pytest.fixture
def made(experiment_file: Path, rules: Path) -> tuple[Experiment, Path]:
    """An experiment whose plan keeps the eastern site closed, and its results."""
    closed = next(kind for kind in load_rules(rules) if kind.__name__ == "Closed")
    experiment = load_experiment(experiment_file, ["solve.method=ef", "solve.gap=1e-8"])
    spec = experiment.plans["robust"]
    model = spec.model.with_features(closed(site="east"))
    plans = {"robust": spec.model_copy(update={"model": model})}
    experiment = experiment.model_copy(update={"plans": plans})
    folder = run_experiment(experiment, folder=experiment_file.parent / "out").folder
    assert folder is not None
    return experiment, folder


def test_the_folder_keeps_key_title_and_parameters(made: tuple[Experiment, Path]) -> None:
    document = json.loads((made[1] / "plans" / "robust.json").read_text())
    assert document["open_sites"] == ["west"]
    assert document["outside"] == [
        {"kind": "rule", "key": "closed", "title": "a site that stays closed",
         "parameters": {"site": "east"}}
    ]  # fmt: skip
    page = render(read_results(made[1]))
    assert "closed (a site that stays closed)" in page


def test_without_its_class_a_rule_is_listed_and_what_rests_on_it_is_not_judged(
    made: tuple[Experiment, Path],
) -> None:
    """The best plan without the rule is cheaper, which proves nothing against the bound."""
    findings = verify(made[1])
    assert not [f for f in findings if f.verdict is Verdict.WRONG]
    trusted = [f.statement for f in findings if f.verdict is Verdict.TRUSTED]
    assert any("its rule 'closed'" in text and "--with" in text for text in trusted)


def test_with_its_class_the_rule_and_the_bound_are_checked(
    made: tuple[Experiment, Path], rules: Path
) -> None:
    findings = verify(made[1], rules=load_rules(rules))
    assert {f.verdict for f in findings} == {Verdict.PROVED}
    assert any("its lower bound" in f.statement for f in findings)


def test_a_plan_that_breaks_the_rule_is_found_with_its_class(
    made: tuple[Experiment, Path], rules: Path
) -> None:
    path = made[1] / "plans" / "robust.json"
    content = json.loads(path.read_text())
    path.write_text(json.dumps(content | {"open_sites": ["west", "east"]}))
    done = CliRunner().invoke(app, ["verify", str(made[1]), "--with", str(rules)])
    assert done.exit_code == 1
    assert "infeasible: a station at east, which must stay closed" in " ".join(done.output.split())


def test_parameters_that_the_class_does_not_take_are_a_fault(
    made: tuple[Experiment, Path], rules: Path
) -> None:
    path = made[1] / "plans" / "robust.json"
    path.write_text(path.read_text().replace('"site": "east"', '"place": "east"'))
    wrong = [f for f in verify(made[1], rules=load_rules(rules)) if f.verdict is Verdict.WRONG]
    assert any("not parameters of the rule 'closed'" in f.statement for f in wrong)


def test_a_plan_made_by_a_rule_from_outside_is_not_taken_for_one_without(
    made: tuple[Experiment, Path], experiment_file: Path
) -> None:
    experiment, folder = read_results(made[1]), load_experiment(experiment_file)
    plain = load_experiment(experiment_file, ["solve.method=ef", "solve.gap=1e-8"])
    region = run_experiment(plain, write=False).region
    assert set(stored_results(experiment, made[0], region)) == {"robust"}
    assert stored_results(experiment, plain, region) == {}
    assert folder.plans.keys() == {"robust"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import nowhere", "cannot be run"),
        ("x = 1", "defines no rule"),
        (None, "not a Python file"),
    ],
)
def test_a_file_without_rules_is_refused(tmp_path: Path, text: str | None, reason: str) -> None:
    path = tmp_path / "rules.py"
    if text is not None:
        path.write_text(text)
    with pytest.raises(InputError, match=reason):
        load_rules(path)


def test_a_measure_from_outside_needs_its_class_too(
    experiment_file: Path, tmp_path: Path, rules: Path
) -> None:
    half = next(kind for kind in load_rules(rules) if kind.__name__ == "Half")
    experiment = load_experiment(experiment_file, ["solve.method=ef", "solve.gap=1e-8"])
    spec = experiment.plans["robust"]
    model = spec.model.model_copy(update={"objective": half()})
    plans = {"robust": spec.model_copy(update={"model": model})}
    run_experiment(experiment.model_copy(update={"plans": plans}), folder=tmp_path / "out")
    assert (tmp_path / "out" / "report.html").exists()
    REGISTER.remove("worse_half")  # as in another process
    findings = verify(tmp_path / "out")
    assert [f.verdict for f in findings] == [Verdict.TRUSTED]
    assert "'worse_half' is written outside the package" in findings[0].statement
    found = verify(tmp_path / "out", rules=load_rules(rules))
    assert not [f for f in found if f.verdict is Verdict.WRONG]
    assert any("its objective is" in f.statement for f in found)
