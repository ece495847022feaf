"""Grid limits: the upgrades that a plan needs, what they cost, and names that nobody knows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robustev.core.errors import ConfigError
from robustev.data.plan import Plan
from robustev.model.features.grid import Grid
from robustev.model.first_stage import compile_first_stage
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model
from tests import instances

UPGRADES = {"kw": 50.0, "cost": 7.0, "most": 2}


def limited(*, weight: float = 1.0, **options: object) -> Instance:
    """Return a problem with sites i0 and i2 in area a, i1 in area b; chargers of 22 and 50 kW."""
    region = instances.region(0, kinds=2, slots=9)
    by = {"by": "area", "power": {"kind0": 22.0, "kind1": 50.0}, **options}
    model = Model(unserved_penalty=40.0, infrastructure_weight=weight, grid=by)
    return build_instance(region, instances.scenario_set(0, region), model)


def plan(*chargers: tuple[int, int]) -> Plan:
    return Plan("some", np.ones(len(chargers), dtype=bool), np.array(chargers))


def test_a_plan_needs_the_fewest_upgrades_and_pays_for_them() -> None:
    instance = limited(limit=100.0, upgrades=UPGRADES, weight=3.0)
    rule, free = instance.model.grid, limited(limit=1e6, weight=3.0)
    for tried, steps in (
        (plan((1, 1), (2, 1), (0, 0)), [0, 0]),  # 72 and 94 kW
        (plan((0, 1), (0, 2), (0, 1)), [0, 0]),  # 100 kW in both
        (plan((0, 1), (0, 2), (1, 1)), [1, 0]),  # 122 kW in a
        (plan((0, 1), (0, 4), (0, 2)), [1, 2]),  # 150 and 200 kW
    ):
        assert rule.complete(tried, instance)["upgrades"].tolist() == steps
        assert rule.further_cost(tried, instance.region) == 7.0 * sum(steps)
        more = instance.infrastructure_cost(tried) - free.infrastructure_cost(tried)
        assert more == pytest.approx(3.0 * 7.0 * sum(steps))
        first = compile_first_stage(instance, [rule])
        assert first.allows(tried)
        assert first.infrastructure_cost(first.columns(tried)) == pytest.approx(
            instance.infrastructure_cost(tried)
        )


def test_power_beyond_every_upgrade_is_told() -> None:
    instance = limited(limit=100.0, upgrades={"b": UPGRADES})
    assert instance.model.grid.broken(plan((0, 1), (1, 4), (1, 1)), instance) == [
        "122 kW in area a, 22 more than 100 with every upgrade",
        "222 kW in area b, 22 more than 200 with every upgrade",
    ]


def test_a_group_left_out_has_no_limit() -> None:
    instance = limited(limit={"b": 22.0})
    assert instance.model.grid.broken(plan((0, 9), (1, 0), (0, 9)), instance) == []
    rows = instance.model.grid.rows(instance)
    assert rows.meaning == ("at most 22 kW in area b",)
    assert instance.model.grid.columns(instance) == ()


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=3),
    st.sampled_from([0.0, 0.3, 22.0, 123.4]),
    st.sampled_from([0.1, 7.0, 50.0]),
    st.sampled_from([0.0, 0.1, 22.0]),
)
def test_fewer_upgrades_than_a_plan_is_given_break_its_rows(
    chargers: list[tuple[int, int]], limit: float, step: float, power: float
) -> None:
    upgrades = {"kw": step, "cost": 1.0, "most": 10_000}
    instance = limited(limit=limit, power={"kind0": power, "kind1": 0.1}, upgrades=upgrades)
    rule, tried = instance.model.grid, plan(*chargers)
    first = compile_first_stage(instance, [rule])
    z = first.columns(tried)
    assert first.holds(z)
    for column in first.layout.columns("upgrades"):
        if z[column] > 0:
            fewer = z.copy()
            fewer[column] -= 1
            assert not first.holds(fewer)


def test_the_power_of_a_kind_left_out_is_that_of_the_region() -> None:
    region = instances.region(0, kinds=2, slots=9)
    kinds = (replace(region.kinds[0], power_kw=11.0), replace(region.kinds[1], power_kw=None))
    region = replace(region, kinds=kinds)
    scenarios = instances.scenario_set(0, region)
    model = Model(grid={"by": "area", "limit": 10.0, "power": {"kind1": 1.0}})
    instance = build_instance(region, scenarios, model)
    assert instance.model.grid.broken(plan((0, 9), (1, 0), (0, 0)), instance) == [
        "11 kW in area b, 1 more than 10 with every upgrade"
    ]
    with pytest.raises(ConfigError, match="how many kW a kind1 charger has"):
        build_instance(region, scenarios, Model(grid={"by": "area", "limit": 10.0}))


def test_every_unknown_name_is_told() -> None:
    with pytest.raises(ConfigError, match="is 'area' meant"):
        limited(by="arae", limit=1.0)
    with pytest.raises(ConfigError) as raised:
        limited(limit={"c": 1.0, "b": 1.0}, power={"knd0": 1.0, "kind0": 1.0, "kind1": 2.0})
    assert len(raised.value.faults) == 2
    assert "is 'kind0' meant" in str(raised.value)


def test_upgrades_of_a_group_without_a_limit_are_refused() -> None:
    with pytest.raises(ValueError, match="upgrades of b, which has no limit"):
        Grid(by="area", limit={"a": 1.0}, upgrades={"b": UPGRADES})
