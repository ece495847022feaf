"""Fewest chargers: new stations, stations that stand already, and sites that are too small."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from robustev.core.errors import ConfigError
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.model.features.minimum_chargers import MinimumChargers
from robustev.model.first_stage import compile_first_stage
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model
from tests import instances


def asked(*, keep_existing: bool = True, **options: object) -> Instance:
    """Return a problem in which i0 stands with one charger of kind0, and i2 has one slot."""
    region = instances.region(0, kinds=2, existing=True, slots=3)
    region = replace(region, sites=replace(region.sites, slots=np.array([3, 3, 1])))
    model = Model(unserved_penalty=40.0, keep_existing=keep_existing, minimum_chargers=options)
    return build_instance(region, instances.scenario_set(0, region), model)


def plan(*chargers: tuple[int, int] | None) -> Plan:
    """Return a plan with these chargers of each kind by site; None is closed."""
    is_open = np.array([here is not None for here in chargers])
    return Plan("some", is_open, np.array([here or (0, 0) for here in chargers]))


def verdict(instance: Instance, tried: Plan) -> list[str]:
    """Return what is broken, once it is sure that the rows say the same."""
    rule = instance.model.minimum_chargers
    broken = rule.broken(tried, instance)
    assert compile_first_stage(instance, [rule]).allows(tried) == (broken == [])
    return broken


def test_a_new_station_has_the_full_number() -> None:
    instance = asked(number=2, of_kind={"kind1": 1})
    assert verdict(instance, plan((1, 0), (1, 1), None)) == []
    assert verdict(instance, plan((1, 0), (1, 0), None)) == [
        "1 chargers at i1, 1 fewer than 2",
        "0 kind1 chargers at i1, 1 fewer than 1",
    ]


def test_a_station_that_must_stay_may_keep_what_it_has_and_grow_by_less_than_it_lacks() -> None:
    instance = asked(number=3, of_kind={"kind1": 1})
    assert verdict(instance, plan((1, 0), None, None)) == []
    assert verdict(instance, plan((2, 0), None, None)) == []
    free = asked(number=3, keep_existing=False)
    assert verdict(free, plan((2, 0), None, None)) == ["2 chargers at i0, 1 fewer than 3"]
    assert verdict(free, plan(None, None, None)) == []


def test_a_site_with_too_few_slots_gets_no_new_station() -> None:
    instance = asked(number=2)
    assert verdict(instance, plan((1, 0), None, (1, 0))) == ["1 chargers at i2, 1 fewer than 2"]


def test_unknown_kinds_and_a_region_without_chargers_are_faults() -> None:
    with pytest.raises(ConfigError, match="is 'kind1' meant"):
        asked(of_kind={"knd1": 1})
    region = Region.from_arrays([1.0], [[1.0]])
    with pytest.raises(ConfigError, match="the region has no charger kinds"):
        build_instance(
            region, instances.scenario_set(0, region), Model(minimum_chargers={"number": 1})
        )


def test_a_rule_that_asks_for_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="one of 'number' and 'of_kind'"):
        MinimumChargers()
