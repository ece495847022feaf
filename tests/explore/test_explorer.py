"""Answers are plans that keep what was asked, with true bounds, found by brute force as referee."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest

from robustev.core.errors import InfeasibleError, InputError
from robustev.data.plan import Plan
from robustev.evaluate import evaluate
from robustev.experiment.run import run_experiment
from robustev.explore.demand import changed
from robustev.explore.explorer import Explorer
from robustev.explore.question import Question
from robustev.model.first_stage import first_stage

ZONES = "id,x,y,demand\na,0,0,10\nb,4,0,6\nc,9,0,3\n"
SITES = "id,x,y,slots,opening_cost,now\nwest,0,0,2,5,0\nmid,5,1,2,6,1\neast,8,0,2,5,0\n"
EXPERIMENT = """\
name: town
seed: 3
region:
  format: tables
  zones: zones.csv
  sites: sites.csv
  site_columns: {existing: {fast: now}}
  chargers: [{name: fast, capacity: 8, cost: 2}]
scenarios: {number: 4}
model: {unserved_penalty: 50}
solve: {method: benders, gap: 1.0e-3}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("explore")
    (place / "zones.csv").write_text(ZONES)
    (place / "sites.csv").write_text(SITES)
    (place / "town.yaml").write_text(EXPERIMENT)
    found = run_experiment(place / "town.yaml", folder=place / "out").folder
    assert found is not None
    return found


@pytest.fixture(scope="module")
def explorer(folder: Path) -> Explorer:
    return Explorer(folder)


QUESTIONS = [
    Question(),
    Question(closed=("west",)),
    Question(opened=("east",)),
    Question(closed=("east",), budget=7.0),
    Question(budget=0.0),
    Question(adoption=1.5),
    Question(adoption=1.5, growth=0.5, closed=("west",)),
    Question(growth=0.0),
]


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_no_plan_is_below_the_bound_and_the_answer_keeps_what_was_asked(
    explorer: Explorer, question: Question
) -> None:
    found = explorer.answer(question, thorough=True).found
    instance = found.instance
    first = first_stage(instance)
    assert first.allows(found.plan)
    assert not {*question.closed} & {
        instance.region.sites.ids[i] for i in np.flatnonzero(found.plan.open)
    }
    plans = [
        Plan(f"p{n}", np.array(opened), np.array(counts)[:, None])
        for n, (opened, counts) in enumerate(
            product(product([False, True], repeat=3), product(range(3), repeat=3))
        )
    ]
    allowed = [plan for plan in plans if first.allows(plan)]
    best = min(one.mean_cost for one in evaluate(instance, allowed))
    assert found.lower <= best + 1e-6
    assert best - 1e-6 <= found.objective <= best * 1.02 + 1e-6
    (own,) = evaluate(instance, [found.plan])
    assert own.mean_cost == pytest.approx(found.objective)
    scenarios = explorer.base.scenarios
    asked = changed(scenarios, explorer.today, question.adoption, question.growth)
    assert own.demand.sum() == pytest.approx(float(asked.demand.sum()), rel=1e-6)


def test_a_station_that_must_stay_cannot_be_closed(explorer: Explorer) -> None:
    with pytest.raises(InputError, match="a station stands at mid"):
        explorer.answer(Question(closed=("mid",)))


def test_an_unknown_site_is_told_with_the_nearest(explorer: Explorer) -> None:
    with pytest.raises(InputError, match="is 'west' meant"):
        explorer.answer(Question(closed=("wst",)))


def test_what_no_plan_keeps_is_said_so(explorer: Explorer) -> None:
    with pytest.raises(InfeasibleError):
        explorer.answer(Question(opened=("west", "east"), budget=1.0))


def test_a_site_is_not_both_closed_and_open() -> None:
    with pytest.raises(ValueError, match="both closed and open"):
        Question(closed=("a",), opened=("a",))


def test_a_folder_without_such_a_plan_is_refused(folder: Path) -> None:
    with pytest.raises(InputError, match=r"no plan 'robus'.*is 'robust' meant"):
        Explorer(folder, "robus")
