"""Budgets by area: what counts in which, and names that sites do not have."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.core.errors import ConfigError
from robustev.data.plan import Plan
from robustev.model.first_stage import compile_first_stage
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model
from tests import instances


def limited(**options: object) -> Instance:
    """Return a problem with sites i0 and i2 in area a, i1 in area b; i0 stands with a charger."""
    region = instances.region(0, kinds=2, existing=True)
    by = {"by": "area", **options}
    model = Model(unserved_penalty=40.0, budget_by_area=by)
    return build_instance(region, instances.scenario_set(0, region), model)


def test_what_must_stay_is_free_and_each_area_pays_for_its_own() -> None:
    instance = limited(limit=0.0)
    sites, cost = instance.region.sites, instance.region.charger_cost
    plan = Plan("some", np.array([True, True, False]), np.array([[1, 1], [0, 2], [0, 0]]))
    mine, other = cost[1], sites.opening_cost[1] + 2 * cost[1]
    assert instance.model.budget_by_area.broken(plan, instance) == [
        f"{mine:g} spent in area a, {mine:g} more than 0",
        f"{other:g} spent in area b, {other:g} more than 0",
    ]
    for limit, allowed in ((mine, False), (other, True), (other - 1, False)):
        one = limited(limit=float(limit))
        first = compile_first_stage(one, [one.model.budget_by_area])
        assert first.allows(plan) == allowed == (not one.model.budget_by_area.broken(plan, one))


def test_an_area_left_out_has_no_budget() -> None:
    instance = limited(limit={"b": 5.0})
    rows = instance.model.budget_by_area.rows(instance)
    assert rows.meaning == ("a budget of 5 in area b",)
    plan = Plan("some", np.array([True, False, True]), np.array([[2, 0], [0, 0], [2, 0]]))
    assert instance.model.budget_by_area.broken(plan, instance) == []


def test_unknown_areas_are_told_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="is 'area' meant"):
        limited(by="arae", limit=1.0)
    with pytest.raises(ConfigError) as raised:
        limited(limit={"c": 1.0, "A": 2.0, "b": 1.0})
    assert len(raised.value.faults) == 2
