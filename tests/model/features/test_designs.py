"""A station has one of its designs, at that design's cost, in every count of money."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.core.errors import ConfigError
from robustev.data.plan import Plan
from robustev.evaluate.spending import spend
from robustev.methods.result import Status
from robustev.model.features.designs import Designs
from robustev.model.first_stage import first_stage
from robustev.model.instance import Instance
from robustev.model.model import Model
from robustev.verify.first_stage import violations
from tests import instances
from tests.instances import PENALTY
from tests.methods.conftest import METHODS, Solve, solve_by

__all__ = ["solve_by"]

EVERY = {
    "small": {"cost": 4.0, "chargers": {"kind0": 1}},
    "dear": {"cost": 6.0, "chargers": {"kind0": 1}},
    "large": {"cost": 5.0, "chargers": {"kind0": 1, "kind1": 1}},
    "huge": {"cost": 1.0, "chargers": {"kind0": 9}},
}
OWN = {"i1": {"mixed": {"cost": 2.0, "chargers": {"kind1": 2}}}, "i2": {}}


def small(seed: int = 0, sites: object = None, **options: object) -> Instance:
    """Return a problem where one charger stands at the first of three sites of two slots."""
    designs = {"every": EVERY, "sites": OWN if sites is None else sites}
    model = Model(**{"unserved_penalty": PENALTY, "designs": designs, **options})
    return instances.random_instance(seed, model=model, kinds=2, slots=2, existing=True)


def plan(*chargers: tuple[int, int]) -> Plan:
    """Return a plan that opens the sites with chargers."""
    return Plan("some", np.array([sum(n) > 0 for n in chargers]), np.array(chargers))


def test_a_station_costs_its_cheapest_design_and_what_stands_nothing() -> None:
    of = small(sites={})
    opening = of.region.sites.opening_cost
    assert spend(plan((1, 0), (0, 0), (0, 0)), of) == 0.0
    assert spend(plan((1, 1), (1, 0), (0, 0)), of) == pytest.approx(5.0 + opening[1] + 4.0)
    ignored = small(sites={}, keep_existing=False)
    assert spend(plan((1, 0), (0, 0), (0, 0)), ignored) == pytest.approx(4.0 + opening[0])


def test_a_plan_keeps_the_rows_if_every_station_is_a_design_and_costs_alike() -> None:
    of = small()
    first, allowed = first_stage(of), 0
    for tried in instances.every_plan(instances.random_instance(0, kinds=2, existing=True)):
        z = first.columns(tried)
        assert first.allows(tried) == (violations(of, tried) == [])
        if first.allows(tried):
            allowed += 1
            assert first.infrastructure_cost(z) == pytest.approx(of.infrastructure_cost(tried))
    assert allowed == 2 * 2  # as it stands or large; mixed or closed; nothing


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "options",
    [{}, {"budget": {"limit": 8.0}, "keep_existing": False}, {"removal": {"charger": 1.0}}],
    ids=["kept", "budget", "removal"],
)
def test_every_method_proves_the_best_of_all_plans(
    method: str, options: dict[str, object], solve_by: Solve
) -> None:
    of = small(2, sites={"i2": OWN["i1"]}, **options)
    optimum, _ = instances.brute_force(of)
    result = solve_by(of, method)
    assert result.status in (Status.OPTIMAL, Status.GAP_REACHED)
    assert result.objective == pytest.approx(optimum, rel=1e-6)
    assert result.lower_bound == pytest.approx(optimum, rel=1e-6)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"sites": {"i9": {}}}, "unknown name"),
        ({"sites": {"i1": {"odd": {"cost": 1.0, "chargers": {"kind7": 1}}}}}, "unknown name"),
        ({"sites": {"i1": {"huge": EVERY["huge"]}}}, "does not fit"),
        ({"levels": {"maximum": 2}}, "designs or in levels"),
        ({"phases": [{"name": "now", "growth": 1}, {"name": "on", "growth": 1}]}, "only grow"),
    ],
)
def test_what_has_no_meaning_is_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        small(**options)


def test_it_says_in_words_what_there_is() -> None:
    rule = Designs.model_validate({"every": EVERY, "sites": OWN})
    assert rule.text() == "stations to one of 4 designs, and 2 sites with their own"
