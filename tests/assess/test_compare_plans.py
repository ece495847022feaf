"""Plans made in Python are judged as those of an experiment are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from robustev.assess.compare_plans import compare_plans
from robustev.assess.config import CompareConfig
from robustev.core.errors import InputError
from robustev.data.plan import Plan
from robustev.methods.options import SolveOptions
from robustev.methods.solve import solve
from robustev.model.model import Model
from robustev.model.risk import measure_of
from robustev.scenarios.config import ScenarioConfig
from robustev.scenarios.generator import generate
from tests import instances
from tests.instances import PENALTY, true_costs

REGION = instances.region(3)
SOURCE = ScenarioConfig(source={"kind": "drivers", "ev_adoption": [1.0, 1.5, 2.5]})
MODEL = Model(unserved_penalty=PENALTY)
NOMINAL = MODEL.model_copy(update={"objective": measure_of({"measure": "nominal"})})
SCENARIOS = generate(REGION, SOURCE, num_scenarios=6, seed=1)
OPTIONS = SolveOptions(method="ef", gap=1e-7, ranks=1)
FEW = CompareConfig(scenarios=20, regret_scenarios=0, foresight_scenarios=0, redraws=0,
                    equal_spend=False)  # fmt: skip
EVERYTHING = Plan("everything", np.ones(3, dtype=bool), np.full((3, 1), 2))


def test_every_plan_is_judged_on_scenarios_that_none_has_seen() -> None:
    made = [
        (model, solve(REGION, SCENARIOS, model, OPTIONS, name=name))
        for name, model in (("robust", MODEL), ("nominal", NOMINAL))
    ]
    compared = compare_plans(
        [*made, EVERYTHING], REGION, SCENARIOS, MODEL, source=SOURCE, config=FEW, options=OPTIONS
    )
    found = compared.comparison
    assert (found.robust, found.nominal) == ("robust", "nominal")
    assert [one.name for one in compared.candidates] == ["robust", "nominal", "everything"]
    fresh = compared.main.scenarios
    assert len(fresh) == 20
    assert not np.isin(fresh.demand, SCENARIOS.demand).all()
    table = compared.evaluation
    rows = table[(table["plan"] == "everything") & (table["trial"] == compared.main.trial.name)]
    instance = replace(instances.random_instance(3, model=MODEL), scenarios=fresh)
    assert rows["cost"].to_numpy() == pytest.approx(true_costs(instance, EVERYTHING))


def test_two_plans_of_one_name_and_a_solve_without_a_plan_are_refused() -> None:
    with pytest.raises(InputError, match="two plans are called 'everything'"):
        compare_plans([EVERYTHING, EVERYTHING], REGION, SCENARIOS, MODEL, source=SOURCE)
    result = solve(REGION, SCENARIOS, MODEL, OPTIONS)
    with pytest.raises(InputError, match="found no plan"):
        compare_plans(
            [(MODEL, replace(result, plan=None))], REGION, SCENARIOS, MODEL, source=SOURCE
        )
