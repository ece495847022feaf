"""Costs under limits on what is left unserved, recomputed from a second statement."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from robustev.experiment.run import run_experiment
from robustev.model.instance import Instance
from robustev.model.model import Model
from robustev.recourse.recourse import Recourse
from robustev.verify.finding import Verdict
from robustev.verify.limited import is_restated, limited_cost
from robustev.verify.verify import verify
from tests import instances

RULES = {
    "a share of every group": {"group_service": {"by": "district", "share": 0.6}},
    "the worst-served group": {"fair_service": {"by": "district", "weight": 1.5}},
    "both": {
        "group_service": {"by": "district", "share": 0.3},
        "fair_service": {"by": "district", "weight": 1.5},
    },
}


def problem(name: str, seed: int, **options: object) -> Instance:
    model = Model(**{"unserved_penalty": 4.0, **RULES[name], **options})
    return instances.random_instance(seed, model=model, types=2, slots=2, sites=3, scenarios=2)


@pytest.mark.parametrize("split", ["by_type", "shared"])
@pytest.mark.parametrize("name", RULES)
def test_costs_are_those_of_the_kernels(name: str, split: str) -> None:
    seen = set()
    for seed in range(3):
        instance = problem(name, seed, split=split)
        assert is_restated(instance)
        recourse, rng = Recourse(instance), np.random.default_rng(seed)
        for _ in range(5):
            plan = instances.random_plan(instance, rng)
            for s, demand in enumerate(instance.demand):
                cost = recourse.cost(plan, s)
                assert limited_cost(instance, plan, demand) == pytest.approx(cost, rel=1e-6)
                seen.add(bool(np.isinf(cost)))
    assert False in seen


def test_no_limit_on_capacity_and_no_demand_are_fine() -> None:
    instance = problem("both", 0, capacitated=False)
    plan = instances.random_plan(instance, np.random.default_rng(0))
    for s, demand in enumerate(instance.demand):
        found = limited_cost(instance, plan, demand)
        assert found == pytest.approx(Recourse(instance).cost(plan, s), rel=1e-6)
    assert limited_cost(instance, plan, 0 * instance.demand[0]) == 0.0


EXPERIMENT = """\
name: alike
region:
  format: tables
  zones: zones.csv
  sites: sites.csv
  zone_columns: {groups: [group]}
  chargers: [{name: fast, capacity: 8, cost: 2}]
scenarios:
  number: 3
  source: {kind: drivers, ev_adoption: [1.0, 2.5]}
model: {unserved_penalty: 6}
solve: {method: benders, gap: 1.0e-6}
plans:
  free: {}
  promised: {model: {group_service: {by: group, share: 0.9}}}
  fair: {model: {fair_service: {by: group, weight: 2}}}
"""


def test_objectives_are_proved_and_wrong_ones_found(tmp_path: Path) -> None:
    zones = "id,x,y,demand,group\na,0,0,10,old\nb,4,0,6,old\nc,9,3,3,new\n"
    (tmp_path / "zones.csv").write_text(zones)
    (tmp_path / "sites.csv").write_text("id,x,y,slots,opening_cost\nw,0,0,4,5\ne,8,0,4,25\n")
    (tmp_path / "alike.yaml").write_text(EXPERIMENT)
    folder = run_experiment(tmp_path / "alike.yaml", folder=tmp_path / "out").folder
    assert folder is not None
    findings = verify(folder)
    assert not [one for one in findings if one.verdict is Verdict.WRONG]
    for plan in ("promised", "fair"):
        said = {
            one.verdict: one.statement
            for one in findings
            if one.plan == plan and ("objective" in one.statement or "bound" in one.statement)
        }
        assert said[Verdict.PROVED].startswith("its objective is")
        assert said[Verdict.TRUSTED].startswith("its lower bound")
        path = folder / "plans" / f"{plan}.json"
        content = json.loads(path.read_text())
        path.write_text(json.dumps(content | {"objective": content["objective"] * 1.01}))
    wrong = [one for one in verify(folder) if one.verdict is Verdict.WRONG]
    assert {one.plan for one in wrong if "its objective is" in one.statement} == {
        "promised",
        "fair",
    }
