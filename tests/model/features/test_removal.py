"""What stands may go at a cost, and every count of money says so."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.core.errors import ConfigError
from robustev.data.plan import Plan
from robustev.evaluate.building import CLOSED, REDUCED, building
from robustev.evaluate.spending import spend
from robustev.methods.result import Status
from robustev.model.features.removal import Removal
from robustev.model.first_stage import first_stage
from robustev.model.instance import Instance
from robustev.model.model import Model
from robustev.verify.first_stage import violations
from tests import instances
from tests.instances import PENALTY
from tests.methods.conftest import METHODS, Solve, solve_by

__all__ = ["solve_by"]


def small(seed: int = 0, **options: object) -> Instance:
    """Return a problem where one charger stands at the first of three sites."""
    model = Model(**{"unserved_penalty": PENALTY, "removal": {}, **options})
    return instances.random_instance(seed, model=model, kinds=2, slots=1, existing=True)


def nothing(of: Instance) -> Plan:
    """Return the plan that removes all there is."""
    return Plan("nothing", np.zeros(of.num_sites, dtype=bool), np.zeros((of.num_sites, 2), int))


def test_what_goes_costs_its_removal_less_what_it_is_sold_for() -> None:
    of = small(removal={"charger": {"kind0": 5.0}, "station": 11.0, "salvage": {"kind0": 2.0}})
    assert spend(nothing(of), of) == pytest.approx(5.0 - 2.0 + 11.0)
    assert of.infrastructure_cost(nothing(of)) == pytest.approx(14.0)
    built = building(nothing(of), of.region, of.model)
    assert (built.change[0], built.added[0].tolist()) == (CLOSED, [-1, 0])
    assert built.cost.tolist() == pytest.approx([14.0, 0.0, 0.0])
    assert built.further_cost == 0.0


def test_what_stays_costs_nothing() -> None:
    of = small(removal={"charger": 5.0, "station": 11.0})
    as_it_is = Plan.existing(of.region)
    assert spend(as_it_is, of) == 0.0
    assert of.infrastructure_cost(as_it_is) == pytest.approx(0.0)


def test_a_charger_that_is_exchanged_is_bought_and_removed() -> None:
    of = small(removal={"charger": 5.0})
    chargers = np.array(of.region.sites.existing)
    chargers[0] = [0, 1]
    plan = Plan("other", of.region.sites.existing_open, chargers)
    assert spend(plan, of) == pytest.approx(of.region.kinds[1].cost + 5.0)
    less = Plan("less", of.region.sites.existing_open, np.zeros_like(chargers))
    assert building(less, of.region, of.model).change[0] == REDUCED


def test_what_is_built_and_removed_is_one_amount_in_rows_and_plans() -> None:
    of = small(3, removal={"charger": 3.0, "station": 2.5, "salvage": 1.0}, budget={"limit": 9.0})
    first = first_stage(of)
    for plan in instances.every_plan(small(3, removal={"charger": 3.0})):
        z = first.columns(plan)
        assert first.infrastructure_cost(z) == pytest.approx(of.infrastructure_cost(plan))
        assert first.allows(plan) == (spend(plan, of) <= 9.0 + 1e-6)
        assert first.allows(plan) == (violations(of, plan) == [])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "options",
    [
        {"removal": {"charger": 0.5, "salvage": {"kind0": 1.0}, "station": 1.0}},
        {"removal": {"charger": 2.0}, "budget": {"limit": 12.0}, "existing_cost": "counted"},
        {"removal": {}, "budget_by_area": {"by": "area", "limit": 10.0}},
    ],
    ids=["salvage", "budget", "budget by area"],
)
def test_every_method_proves_the_best_of_all_plans(
    method: str, options: dict[str, object], solve_by: Solve
) -> None:
    for seed in range(2):
        of = small(seed, **options)
        optimum, _ = instances.brute_force(of)
        result = solve_by(of, method)
        assert result.status in (Status.OPTIMAL, Status.GAP_REACHED)
        assert result.objective == pytest.approx(optimum, rel=1e-6)
        assert result.lower_bound == pytest.approx(optimum, rel=1e-6)


def test_some_best_plan_takes_a_charger_away() -> None:
    removed = []
    for seed in range(8):
        of = small(seed, removal={"salvage": 1.0})
        _, plan = instances.brute_force(of)
        assert plan is not None
        removed.append(bool((plan.chargers < of.region.sites.existing).any()))
    assert any(removed)
    assert not all(removed)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"removal": {"salvage": 1000.0}}, "would pay more"),
        ({"removal": {"charger": {"kind7": 1.0}}}, "unknown name"),
        ({"removal": {}, "keep_existing": False}, "ignored"),
        (
            {"removal": {}, "phases": [{"name": "now", "growth": 1}, {"name": "on", "growth": 1}]},
            "only grow",
        ),
    ],
)
def test_what_has_no_meaning_is_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        small(**options)


def test_it_says_in_words_what_may_go() -> None:
    assert Removal().text() == "existing chargers and stations may be removed at a cost"
    assert Removal(closes=False).text() == "existing chargers may be removed at a cost"
