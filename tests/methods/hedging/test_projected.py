"""Projected scenario models: relaxations of the explicit ones, however few cuts they have."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo
import pytest

from robustev.methods.hedging.projected import add_cut, projected_model
from robustev.model.first_stage import first_stage
from robustev.model.instance import Instance
from robustev.model.model import Model
from robustev.model.pyomo_model import scenario_model
from robustev.model.risk import CVaR, Expected, RiskMeasure
from robustev.model.variables import first_stage_columns
from robustev.recourse.recourse import Recourse
from tests import instances
from tests.instances import PENALTY


def least(m: pyo.ConcreteModel) -> float:
    pyo.SolverFactory("appsi_highs").solve(m)
    return float(pyo.value(m.objective))


def with_cuts(instance: Instance, seed: int, count: int) -> pyo.ConcreteModel:
    """Return scenario 0's projected model with the cuts of ``count`` random plans."""
    m = projected_model(instance, 0)
    recourse, rng = Recourse(instance), np.random.default_rng(seed)
    for number in range(count):
        plan = instances.random_plan(instance, rng)
        x = plan.open.astype(float)
        recourse.solve(0, x, instance.capacity(plan))
        chosen = [np.array([number]) for _ in recourse.kernels]
        cut = recourse.cut(np.zeros(1, dtype=np.int64), np.ones(1), chosen, x)
        add_cut(m, cut.columns(first_stage(instance)), cut.constant)
    return m


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("goal", [Expected(), CVaR(tail=0.3)], ids=lambda goal: goal.measure)
def test_more_cuts_bring_it_up_to_the_explicit_model(seed: int, goal: RiskMeasure) -> None:
    model = Model(unserved_penalty=PENALTY, objective=goal)
    instance = instances.random_instance(seed, model=model)
    explicit = least(scenario_model(instance, 0))
    bounds = [least(with_cuts(instance, seed, count)) for count in (0, 2, 40)]
    assert bounds == sorted(bounds)
    assert bounds[-1] <= explicit * (1 + 1e-6)
    assert bounds[-1] >= 0.8 * explicit


def test_its_columns_are_those_of_the_first_stage() -> None:
    instance = instances.random_instance(0, kinds=2)
    names = [v.name for v in first_stage_columns(projected_model(instance, 0))]
    assert names[:4] == ["open[0]", "open[1]", "open[2]", "chargers[0,0]"]
    assert len(names) == 3 + 6
