"""The same problem in other units has the same plan, and bounds that are true."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from robustev.data.arcs import Arcs
from robustev.data.scenarios import ScenarioSet
from robustev.methods.options import SolveOptions
from robustev.methods.result import Status
from robustev.methods.scaling import Scaling
from robustev.methods.solve import solve
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model
from tests import instances
from tests.methods.conftest import METHODS

UNITS = [(1.0, 1e-8), (1.0, 1e8), (1e-7, 1.0), (1e6, 1.0), (1e6, 1e9)]


def in_units(demand: float, money: float) -> Instance:
    """Return one small instance with demand and money in units so many times smaller."""
    of = instances.region(9, sites=4, zones=5, kinds=1, fixed=True)
    region = replace(
        of,
        demand=of.demand * demand,
        kinds=tuple(
            replace(
                kind,
                capacity={k: c * demand for k, c in kind.capacity.items()},
                cost=kind.cost * money,
            )
            for kind in of.kinds
        ),
        sites=replace(
            of.sites,
            opening_cost=of.sites.opening_cost * money,
            fixed_capacity=of.sites.fixed_capacity * demand,
        ),
    )
    scenarios = instances.scenario_set(9, of)
    scaled = ScenarioSet(
        scenarios.demand * demand, scenarios.probability, scenarios.names, scenarios.zones,
        scenarios.types,
    )  # fmt: skip
    price = money / demand
    model = Model(unserved_penalty=instances.PENALTY * price, travel_weight=price)
    return build_instance(region, scaled, model)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("demand", "money"), UNITS)
def test_units_change_neither_plan_nor_bounds(method: str, demand: float, money: float) -> None:
    optimum, best = instances.brute_force(in_units(1.0, 1.0))
    instance = in_units(demand, money)
    options = SolveOptions(method=method, gap=1e-6, ranks=1, time_limit=20.0)
    result = solve(instance.region, instance.scenarios, instance.model, options)
    assert best is not None
    assert result.plan is not None
    assert result.objective == pytest.approx(optimum * money, rel=2e-6)
    assert result.lower_bound == pytest.approx(optimum * money, rel=2e-6)
    assert result.lower_bound <= optimum * money * (1 + 1e-9)
    assert all(
        row.lower_bound is None or row.lower_bound <= optimum * money * (1 + 1e-9)
        for row in result.trace
    )


def test_ordinary_numbers_stay_as_they_are() -> None:
    instance = instances.random_instance(3)
    assert Scaling.of(instance).is_none
    assert Scaling.of(instance).scaled(instance) is instance


@pytest.mark.parametrize(("demand", "money"), UNITS)
def test_factors_are_powers_of_two_and_lead_to_ordinary_numbers(
    demand: float, money: float
) -> None:
    instance = in_units(demand, money)
    scaling = Scaling.of(instance)
    for factor in (scaling.money, scaling.demand):
        assert np.log2(factor) == int(np.log2(factor))
    assert Scaling.of(scaling.scaled(instance)).is_none


def test_the_certificate_is_in_the_units_of_the_user() -> None:
    one, other = (
        solve(of.region, of.scenarios, of.model, SolveOptions(method="benders", gap=1e-6, ranks=1))
        for of in (in_units(1.0, 1.0), in_units(2.0**20, 2.0**30))
    )
    assert one.certificate is not None
    assert other.certificate is not None
    highest = [
        max(duals.arrays["site"].max() for duals in of.certificate.costs) for of in (one, other)
    ]  # type: ignore[union-attr]
    assert highest[1] == pytest.approx(highest[0] * 2.0**10, rel=0.5)


@pytest.mark.parametrize("method", METHODS)
def test_an_optimum_of_nothing_is_proven(method: str) -> None:
    """Existing stations serve all demand where it arises, and nothing else costs anything."""
    of = instances.region(2, sites=3, zones=3, existing=True)
    free = replace(
        of,
        arcs=Arcs.of_matrix(np.where(np.eye(3, dtype=bool), 0.0, 9.0)),
        sites=replace(of.sites, opening_cost=np.zeros(3), slots=np.full(3, 9)),
        kinds=tuple(replace(kind, cost=0.0) for kind in of.kinds),
    )
    instance = build_instance(
        free, instances.scenario_set(2, free), Model(unserved_penalty=instances.PENALTY)
    )
    options = SolveOptions(method=method, gap=1e-4, ranks=1, time_limit=10.0)
    result = solve(instance.region, instance.scenarios, instance.model, options)
    assert result.status is Status.OPTIMAL
    assert result.objective == pytest.approx(0.0, abs=1e-9)
    assert result.gap == 0.0


def test_where_all_is_free_but_unserved_demand_its_price_tells_the_size_of_costs() -> None:
    model = Model(unserved_penalty=1e-9, travel_weight=0.0, infrastructure_weight=0.0)
    instance = instances.random_instance(3, model=model)
    assert Scaling.of(instance).money > 1e6
    assert Scaling.of(instances.random_instance(3)).is_none
