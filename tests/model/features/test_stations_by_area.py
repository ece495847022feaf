"""Stations by area: limits for every area or by name, and names that sites do not have."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.core.errors import ConfigError
from robustev.data.plan import Plan
from robustev.model.features.stations_by_area import StationsByArea
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model
from tests import instances


def limited(**options: object) -> Instance:
    """Return a problem with sites i0 and i2 in area a, i1 and i3 in area b."""
    region = instances.region(0, sites=4)
    model = Model(unserved_penalty=40.0, stations_by_area={"by": "area", **options})
    return build_instance(region, instances.scenario_set(0, region), model)


def with_open(*sites: int) -> Plan:
    return Plan("some", np.isin(np.arange(4), sites), np.zeros((4, 1), dtype=np.int64))


def test_one_number_holds_in_every_area() -> None:
    rows = limited(maximum=1).model.stations_by_area.rows(limited(maximum=1))
    assert rows.meaning == ("at most 1 stations in area a", "at most 1 stations in area b")
    assert rows.matrices["open"].toarray().tolist() == [[1, 0, 1, 0], [0, 1, 0, 1]]


def test_an_area_left_out_has_no_limit() -> None:
    instance = limited(minimum={"a": 1}, maximum={"a": 1})
    rows = instance.model.stations_by_area.rows(instance)
    assert rows.meaning == ("at least 1 and at most 1 stations in area a",)
    assert instance.model.stations_by_area.broken(with_open(0, 1, 3), instance) == []


def test_every_area_that_is_outside_its_limits_is_told() -> None:
    instance = limited(minimum={"b": 2}, maximum={"a": 0})
    assert instance.model.stations_by_area.broken(with_open(0, 2, 3), instance) == [
        "2 stations in area a, 2 more than 0",
        "1 stations in area b, 1 fewer than 2",
    ]


def test_unknown_areas_are_all_told_with_the_nearest() -> None:
    region = instances.region(0)
    model = Model(stations_by_area={"by": "arae", "maximum": 1})
    with pytest.raises(ConfigError, match="is 'area' meant"):
        build_instance(region, instances.scenario_set(0, region), model)
    with pytest.raises(ConfigError) as raised:
        limited(minimum={"c": 1}, maximum={"A": 2, "b": 1})
    assert len(raised.value.faults) == 2


@pytest.mark.parametrize(
    ("minimum", "maximum", "said"),
    [
        (2, 1, "maximum 1 of every area is below minimum 2"),
        ({"a": 3}, 1, "maximum 1 of a is below minimum 3"),
        ({"a": 3}, {"a": 2}, "maximum 2 of a is below minimum 3"),
        (2, {"a": 3, "b": 1}, "maximum 1 of b is below minimum 2"),
    ],
)
def test_limits_that_no_number_keeps_are_refused(
    minimum: object, maximum: object, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        StationsByArea(by="area", minimum=minimum, maximum=maximum)
