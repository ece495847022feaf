"""Service by population group adds up to service of all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from robustev.data.plan import Plan
from robustev.evaluate import evaluate
from robustev.evaluate.groups import service_by_group
from robustev.model.instance import Instance
from tests import instances


def grouped() -> Instance:
    instance = instances.random_instance(4, zones=4)
    zones = replace(instance.region.zones, groups={"side": ("left", "left", "right", "none")})
    region = replace(instance.region, zones=zones)
    demand = np.array(instance.demand)
    demand[:, 3] = 0.0
    scenarios = replace(instance.scenarios, demand=demand)
    return replace(instance, region=region, scenarios=scenarios)


def test_shares_of_groups_add_up() -> None:
    instance = grouped()
    plan = Plan("one", np.array([True, False, False]), np.array([[2], [0], [0]]))
    found = evaluate(instance, [plan], workers=1)[0]
    parts = service_by_group(found, instance.region)["side"]
    assert [part.group for part in parts] == ["left", "none", "right"]
    shares = {part.group: part for part in parts}
    assert sum(part.demand_share or 0.0 for part in parts) == pytest.approx(1.0)
    served = sum(
        (part.demand_share or 0.0) * (part.served_share or 0.0) for part in shares.values()
    )
    assert served == pytest.approx(1.0 - found.unserved_share)


def test_a_group_without_demand_has_no_figures() -> None:
    instance = grouped()
    plan = Plan("one", np.array([True, False, False]), np.array([[2], [0], [0]]))
    found = evaluate(instance, [plan], workers=1)[0]
    empty = service_by_group(found, instance.region)["side"][1]
    assert (empty.demand_share, empty.served_share, empty.mean_travel) == (0.0, None, None)
