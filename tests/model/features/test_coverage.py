"""Coverage: what counts, how many stations it takes, and sites that nobody looked at."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robustev.core.errors import ConfigError
from robustev.data.plan import Plan
from robustev.data.reach import Reach
from robustev.data.region import Region
from robustev.model.features.coverage import Coverage
from robustev.model.first_stage import compile_first_stage, first_stage
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model
from tests import instances
from tests.instances import PENALTY

TRAVEL = np.array([[1.0, 2.0, 9.0, 1.0], [1.5, 9.0, 3.0, 1.0], [9.0, 9.0, 2.0, 1.0]])


def line(travel: np.ndarray = TRAVEL, **others: object) -> Region:
    """Return a region of these travel costs (sites, zones), with demand 1, 2, 3, ..."""
    demand = np.arange(1.0, travel.shape[1] + 1)
    region = Region.from_arrays(demand, travel, **others)
    people = 10.0 * demand[::-1]
    return replace(region, zones=replace(region.zones, population=people))


def covering(region: Region, **options: object) -> Instance:
    """Return a problem on a region, of which the model wants as many arcs as were read."""
    read = region.reach
    wanted = {"nearest": read.nearest, "max_travel": read.most if np.isfinite(read.most) else None}
    model = Model(unserved_penalty=40.0, coverage=Coverage(**options), reach=wanted)
    return build_instance(region, instances.scenario_set(0, region), model)


def with_open(instance: Instance, *sites: int) -> Plan:
    chosen = np.isin(np.arange(instance.num_sites), sites)
    return Plan("some", chosen, np.zeros((instance.num_sites, 0), dtype=np.int64))


def test_zones_near_the_same_sites_share_a_column_and_those_out_of_reach_have_none() -> None:
    instance = covering(line(np.array([[1.0, 1.0, 5.0, 1.0], [1.0, 1.0, 5.0, 7.0]])),
                        radius=2.0, share=0.5)  # fmt: skip
    (block,) = instance.model.coverage.columns(instance)
    assert block.size == 2
    rows = instance.model.coverage.rows(instance)
    expected = [[1, 0], [0, 1], [0.3, 0.4]]
    assert rows.matrices["covered"].toarray() == pytest.approx(np.array(expected))
    assert rows.matrices["open"].toarray().tolist() == [[-1, -1], [-1, 0], [0, 0]]


def test_a_site_at_exactly_the_radius_covers() -> None:
    instance = covering(line(), radius=2.0, share=0.3)
    assert instance.model.coverage.broken(with_open(instance, 0), instance) == []  # z1, z2, z4
    assert instance.model.coverage.broken(with_open(instance), instance) == [
        "0 of demand covered, not 0.3"
        " (3 short of at least 0.3 of demand within 2 of an open station)"
    ]


def test_demand_and_population_count_differently() -> None:
    region = line()  # site 3 covers zones 3 and 4: 7 of 10 of demand, 30 of 100 people
    for of, kept in (("demand", True), ("population", False)):
        instance = covering(region, radius=2.0, share=0.5, of=of)
        assert (instance.model.coverage.broken(with_open(instance, 2), instance) == []) == kept


def test_two_stations_are_asked_for_where_two_are_meant() -> None:
    instance = covering(line(), radius=2.0, share=0.4, stations=2)
    rule = instance.model.coverage
    assert rule.broken(with_open(instance, 0), instance)
    assert rule.broken(with_open(instance, 1, 2), instance) == []  # z4 alone: 4 of 10
    (block,) = rule.columns(instance)
    assert block.size == 2  # zones 1 and 4; the others have one site


@given(
    st.integers(0, 10_000),
    st.floats(0.5, 9.0),
    st.sampled_from([0.0, 0.25, 0.5, 1.0]),
    st.integers(1, 2),
    st.sampled_from([None, "district"]),
)
def test_rows_and_check_agree(
    seed: int, radius: float, share: float, stations: int, by: str | None
) -> None:
    region = instances.region(seed, sites=4, zones=6)
    instance = covering(region, radius=radius, share=share, stations=stations, by=by)
    rule = instance.model.coverage
    first = compile_first_stage(instance, [rule])
    for number in range(16):
        plan = Plan("some", np.array([number >> i & 1 for i in range(4)]), np.zeros((4, 1)))
        assert first.allows(plan) == (rule.broken(plan, instance) == [])


def test_sites_that_the_region_was_read_without_are_a_fault() -> None:
    """Zone 1 may have a second site within 2; the others' one site is as far, or they have all."""
    cut = Reach(nearest=1)
    near = line()
    region = replace(near, arcs=cut.of(near.arcs), reach=cut)
    with pytest.raises(ConfigError, match="1 of 4 zones may have sites within 2 that"):
        covering(region, radius=2.0, share=0.5)
    region = replace(near, arcs=Reach(2.0).of(near.arcs), reach=Reach(2.0))
    covering(region, radius=2.0, share=0.5)
    with pytest.raises(ConfigError, match="4 of 4 zones"):
        covering(region, radius=2.5, share=0.5)


def test_nearest_sites_that_go_as_far_as_the_radius_are_enough() -> None:
    near, cut = line(), Reach(nearest=2)
    region = replace(near, arcs=cut.of(near.arcs), reach=cut)
    known = covering(region, radius=1.4, share=0.5)
    whole = covering(near, radius=1.4, share=0.5)
    for sites in ((), (0,), (1,), (2,), (0, 1), (0, 2), (1, 2)):
        found = known.model.coverage.broken(with_open(known, *sites), known)
        assert found == whole.model.coverage.broken(with_open(whole, *sites), whole)


def test_people_and_groups_that_the_region_lacks_are_all_told() -> None:
    region = instances.region(0)
    with pytest.raises(ConfigError) as raised:
        covering(region, radius=1.0, share=0.5, of="population", by="distrct")
    assert len(raised.value.faults) == 2
    assert "is 'district' meant" in str(raised.value)


@pytest.mark.parametrize("unit", [1e-9, 1e9])
def test_the_unit_of_demand_does_not_matter(unit: float) -> None:
    rule = {"radius": 6.0, "share": 0.5, "by": "district"}
    plain = instances.random_instance(4, model=Model(unserved_penalty=PENALTY, coverage=rule))
    region = replace(plain.region, demand=unit * plain.region.demand)
    counted = build_instance(region, plain.scenarios, plain.model)
    of_plain, of_counted = first_stage(plain), first_stage(counted)
    plans = list(instances.every_plan(replace(plain, model=Model())))
    assert {of_plain.allows(plan) for plan in plans} == {True, False}
    assert all(of_counted.allows(plan) == of_plain.allows(plan) for plan in plans)
    assert abs(of_counted.matrix - of_plain.matrix).max() < 1e-12
