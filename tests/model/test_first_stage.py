"""The first stage as arrays says the same as its Pyomo model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyomo.environ as pyo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robustev.model.first_stage import first_stage
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Budget, Model, Stations
from robustev.model.objective import infrastructure
from robustev.model.pyomo_model import first_stage_model
from robustev.model.variables import first_stage_columns
from tests import instances

MODELS = st.builds(
    Model,
    unserved_penalty=st.just(9.0),
    stations=st.sampled_from(
        [Stations(), Stations(exactly=2), Stations(minimum=1, maximum=2), Stations(maximum=1)]
    ),
    budget=st.sampled_from([None, Budget(limit=15.0), Budget(limit=40.0)]),
    keep_existing=st.booleans(),
    existing_cost=st.sampled_from(["sunk", "counted"]),
    infrastructure_weight=st.sampled_from([1.0, 0.0, 3.0]),
    utilisation=st.sampled_from([1.0, 0.5]),
)
PROBLEMS = st.builds(
    instances.random_instance,
    st.integers(0, 1000),
    model=MODELS,
    sites=st.integers(1, 4),
    kinds=st.integers(0, 2),
    types=st.integers(1, 2),
    existing=st.booleans(),
    fixed=st.booleans(),
)


def largest_violation(m: pyo.ConcreteModel) -> float:
    """Return by how much the model's values break a constraint or bound, the worst of all."""
    parts = [0.0]
    for c in m.component_data_objects(pyo.Constraint, active=True):
        parts += [-slack for slack in (c.lslack(), c.uslack())]
    for v in m.component_data_objects(pyo.Var):
        parts += [v.lb - v.value, v.value - v.ub]
    return max(parts)


@settings(max_examples=60, deadline=None)
@given(instance=PROBLEMS, data=st.data())
def test_arrays_and_pyomo_agree_at_any_point(instance: Instance, data: st.DataObject) -> None:
    first, m = first_stage(instance), first_stage_model(instance)
    number = st.integers(-1, 4).map(lambda quarter: quarter / 2)
    z = np.array(data.draw(st.tuples(*[number] * first.num_columns)))
    for v, value in zip(first_stage_columns(m), z, strict=True):
        v.set_value(float(value), skip_validation=True)
    assert first.violation(z) == pytest.approx(largest_violation(m))
    cost = pyo.value(infrastructure(m, instance))
    assert first.cost @ z + first.constant == pytest.approx(cost)


@settings(max_examples=60, deadline=None)
@given(instance=PROBLEMS, seed=st.integers(0, 1000))
def test_a_plan_survives_the_way_through_columns(instance: Instance, seed: int) -> None:
    first = first_stage(instance)
    plan = instances.random_plan(instance, np.random.default_rng(seed))
    z = first.columns(plan)
    assert first.plan(z + 1e-7, "again").same_as(plan)
    assert first.cost @ z + first.constant == pytest.approx(instance.infrastructure_cost(plan))
    capacity = (first.capacity @ z).reshape(instance.num_sites, -1)
    assert capacity == pytest.approx(instance.capacity(plan))


def test_a_site_without_a_limit_is_listed_and_its_capacity_left_out() -> None:
    instance = instances.random_instance(0, model=Model(capacitated=False), kinds=1)
    first = first_stage(instance)
    assert first.unlimited.all()
    assert np.isfinite(first.capacity.toarray()).all()


@settings(max_examples=30, deadline=None)
@given(instance=PROBLEMS)
def test_the_plans_within_the_rows_are_those_that_keep_every_rule(instance: Instance) -> None:
    first = first_stage(instance)
    allowed = [first.columns(plan) for plan in instances.every_plan(instance)]
    assert all(first.violation(z) <= 1e-9 for z in allowed)
    ranges = [range(int(hi) + 1) for hi in first.upper]
    if np.prod([len(r) for r in ranges]) <= 2000:
        grid = np.stack(np.meshgrid(*ranges, indexing="ij"), axis=-1).reshape(-1, len(ranges))
        within = [z for z in grid.astype(float) if first.violation(z) <= 1e-9]
        assert len(within) == len(allowed)


@pytest.mark.parametrize("money", [1e-9, 1.0, 1e9])
def test_a_budget_binds_whatever_the_unit_of_money(money: float) -> None:
    of = instances.region(3, sites=4, kinds=1)
    region = replace(
        of,
        sites=replace(of.sites, opening_cost=money * of.sites.opening_cost),
        kinds=tuple(replace(kind, cost=money * kind.cost) for kind in of.kinds),
    )
    model = Model(unserved_penalty=1.0, budget={"limit": 20.0 * money})
    first = first_stage(build_instance(region, instances.scenario_set(3, of), model))
    (row,) = (r for r, key in enumerate(first.rules) if key == "budget")
    coefficients = np.abs(first.matrix[[row]].toarray())
    assert 1e-3 < coefficients.max() < 1e8
    spent = np.zeros(first.num_columns)
    first.openings(spent)[:] = 1.0
    assert not first.holds(spent)
    assert first.row_upper[row] / coefficients.max() == pytest.approx(
        20 / of.sites.opening_cost.max()
    )
