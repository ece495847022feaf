"""Plans of several phases in a result folder, and what is wrong with changed ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from robustev.config.load import load_experiment
from robustev.core.errors import ConfigError
from robustev.core.formatting import amount
from robustev.experiment.evaluate import evaluate_plans
from robustev.experiment.prepare import prepare
from robustev.experiment.run import run_experiment
from robustev.experiment.stability import experiment_stability
from robustev.model.phases.instance import PhasedInstance
from robustev.report.blocks import Words
from robustev.report.sections.phases import section
from robustev.results.plans import stored_plan
from robustev.results.reader import read_results
from robustev.verify.finding import Verdict
from robustev.verify.verify import verify

EXPERIMENT = """
name: two_phases
region:
  format: tables
  zones: zones.csv
  sites: sites.csv
  zone_columns: {x: x, y: y, demand: [day]}
  site_columns: {x: x, y: y}
  travel: {kind: euclidean}
  chargers: [{name: slow, capacity: {day: 4}, cost: 3}]
scenarios: {number: 6}
model:
  unserved_penalty: 30
  phases:
    branches: 2
    steps:
      - {name: 2026, growth: 1.0, budget: 30}
      - {name: 2030, growth: 1.8, discount: 0.8, budget: 12}
solve: {method: benders, gap: 1e-6}
plans:
  path: {}
  tree: {model: {phases: {build: tree}}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the result folder of a path and a tree."""
    place = tmp_path_factory.mktemp("phases")
    rng = np.random.default_rng(2)
    zones = pd.DataFrame(rng.uniform(0, 9, (6, 2)).round(1), columns=["x", "y"])
    zones.insert(0, "id", [f"z{j}" for j in range(6)])
    zones["day"] = rng.integers(2, 6, 6)
    sites = pd.DataFrame(rng.uniform(0, 9, (3, 2)).round(1), columns=["x", "y"])
    sites.insert(0, "id", [f"i{i}" for i in range(3)])
    sites["slots"], sites["opening_cost"] = 4, [6.0, 9.0, 7.0]
    sites["existing_slow"] = [1, 0, 0]
    zones.to_csv(place / "zones.csv", index=False)
    sites.to_csv(place / "sites.csv", index=False)
    (place / "two_phases.yaml").write_text(EXPERIMENT, encoding="utf-8")
    run_experiment(place / "two_phases.yaml", folder=place / "results")
    return place / "results"


def changed(folder: Path, plan: str, **changes: Any) -> list[str]:
    """Return what verification calls wrong once a decision says something else."""
    path = folder / "plans" / f"{plan}.json"
    before = path.read_text(encoding="utf-8")
    document = json.loads(before)
    document["phases"][-1] |= changes
    path.write_text(json.dumps(document), encoding="utf-8")
    try:
        found = verify(folder, plans=[plan])
    finally:
        path.write_text(before, encoding="utf-8")
    return [one.statement for one in found if one.verdict is Verdict.WRONG]


def test_every_claim_about_a_path_and_a_tree_is_proved(folder: Path) -> None:
    found = verify(folder)
    assert not [one for one in found if one.verdict is not Verdict.PROVED]
    for name in ("path", "tree"):
        texts = [one.statement for one in found if one.plan == name]
        for part in ("know no more than", "obeys every limit", "its objective", "its lower bound"):
            assert any(part in text for text in texts)


def test_the_folder_holds_every_decision(folder: Path) -> None:
    results = read_results(folder)
    tree = results.plans["tree"].document
    assert tree.phases is not None
    assert [one.decision for one in tree.phases] == ["2026", "2030.1", "2030.2"]
    assert tree.phases[0].open_sites == tree.open_sites
    assert all(one.spent <= limit for one, limit in zip(tree.phases, (30, 12, 12), strict=True))
    experiment = load_experiment(folder / "config.yaml")
    ready = prepare(experiment)
    instance = ready.instances["tree"]
    assert isinstance(instance, PhasedInstance)
    plan = stored_plan(results, "tree", ready.region)
    assert plan is not None
    assert len(plan.open) == instance.num_sites
    table = pd.read_csv(folder / "phases" / "tree.csv", dtype={"decision": str})
    for kind in ("slow",):
        added = table.groupby("decision")[f"added_{kind}"].sum()
        for v, part in enumerate(instance.parts(plan)):
            parent = instance.tree.nodes[v].parent
            before = instance.parts(plan)[parent].chargers.sum() if parent >= 0 else 1
            assert added.get(part.name, 0) == part.chargers.sum() - before


def test_the_report_says_what_now_what_later_and_under_which_signs(folder: Path) -> None:
    found = section(read_results(folder))
    assert found is not None
    words = [text for block in found.blocks if isinstance(block, Words) for text in block.sentences]
    document = read_results(folder).plans["tree"].document
    assert document.phases is not None
    low, high = document.phases[1].seen_from, document.phases[1].seen_to
    assert any(text.startswith("Now, in 2026: ") for text in words)
    sign = f"In 2030, if demand in 2026 was {amount(low)} to {amount(high)} demand units"
    assert any(text.startswith(sign) for text in words)
    assert any("2030, whatever was seen" in text for text in words)
    assert any(text.startswith("Deciding later phases only once") for text in words)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "What now, and what later" in page
    assert "Everything is decided now" not in page


def test_a_charger_that_is_taken_away_again_is_found(folder: Path) -> None:
    texts = changed(folder, "tree", chargers={}, open_sites=[])
    assert any("is gone" in text for text in texts)


def test_spending_beyond_a_phase_is_found(folder: Path) -> None:
    everything = {site: {"slow": 4} for site in ("i0", "i1", "i2")}
    texts = changed(folder, "tree", chargers=everything, open_sites=["i0", "i1", "i2"])
    assert any("spent of 12" in text for text in texts)


def test_a_decision_that_knows_too_much_is_found(folder: Path) -> None:
    document = read_results(folder).plans["tree"].document
    assert document.phases is not None
    fewer = list(document.phases[-1].scenarios[1:])
    texts = changed(folder, "tree", scenarios=fewer)
    assert any("do not stand for each scenario once" in text for text in texts)
    assert any("was seen" in text for text in changed(folder, "tree", seen_from=0.0))


def test_a_false_bound_is_found(folder: Path) -> None:
    path = folder / "plans" / "tree.json"
    before = path.read_text(encoding="utf-8")
    document = json.loads(before)
    document["objective"] *= 1.001
    document["gap"] = (document["objective"] - document["lower_bound"]) / document["objective"]
    path.write_text(json.dumps(document), encoding="utf-8")
    try:
        found = verify(folder, plans=["tree"])
    finally:
        path.write_text(before, encoding="utf-8")
    assert any(one.verdict is Verdict.WRONG and "objective" in one.statement for one in found)


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        (["compare={}"], "plans of several phases are not judged on fresh scenarios"),
        (["output.assignment=1"], "output.assignment is for plans of one phase"),
    ],
)
def test_what_has_no_meaning_for_phases_is_refused_by_name(
    folder: Path, settings: list[str], fault: str
) -> None:
    with pytest.raises(ConfigError, match=fault):
        prepare(load_experiment(folder.parent / "two_phases.yaml", settings))


def test_a_plan_of_several_phases_is_not_evaluated_as_one_of_one(folder: Path) -> None:
    experiment = load_experiment(folder.parent / "two_phases.yaml")
    with pytest.raises(ConfigError, match="'evaluate' is for plans of one phase"):
        evaluate_plans(experiment, ["tree"], folder=folder)
    with pytest.raises(ConfigError, match="'stability' is for plans of one phase"):
        experiment_stability(experiment, experiment.plans["tree"], [2])


def test_plans_that_need_other_years_are_refused(folder: Path) -> None:
    years = [{"name": "a", "year": 2026}, {"name": "b", "year": 2030}]
    text = EXPERIMENT.replace("  path: {}", f"  path: {{model: {{phases: {json.dumps(years)}}}}}")
    place = folder.parent / "other_years.yaml"
    place.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="need scenarios of different years"):
        prepare(load_experiment(place))
