"""A rule that is written outside the package is obeyed like any other."""

from __future__ import annotations

import numpy as np
import pytest

import robustev
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.methods.options import SolveOptions
from robustev.model.features.base import Feature, active_features
from robustev.model.instance import Instance
from robustev.model.layout import Block
from robustev.model.model import Model
from robustev.model.rows import Rows
from robustev.verify.first_stage import first_stage_rows, unchecked, violations
from tests import instances
from tests.instances import PENALTY
from tests.methods.conftest import METHODS


class EvenNumber(Feature):
    """The stations of every two sites in a row come together or not at all."""

    def rows(self, instance: Instance) -> Rows:
        pairs = np.eye(instance.num_sites)[::2] - np.eye(instance.num_sites)[1::2]
        names = [f"pair {pair}" for pair in range(len(pairs))]
        return Rows.of(names, lower=0.0, upper=0.0, open=pairs)

    def broken(self, plan: Plan, instance: Instance) -> list[str]:
        odd = plan.open[::2] != plan.open[1::2]
        return [f"pair {pair} has one station" for pair in np.flatnonzero(odd)]


class Unchecked(Feature):
    """At most one charger anywhere."""

    key = "few"
    title = "few chargers"

    def rows(self, instance: Instance) -> Rows:
        every = np.ones((1, instance.max_chargers.size))
        return Rows.of(["at most one charger"], upper=1.0, chargers=every)


class Liar(EvenNumber):
    """A rule whose rows forbid what its check allows."""

    def broken(self, plan: Plan, instance: Instance) -> list[str]:
        return []


class Upgrade(Feature):
    """Chargers beyond two in all need upgrades, of two chargers each and at a price."""

    price: float = 6.0

    def columns(self, instance: Instance) -> tuple[Block, ...]:
        cost = np.array([instance.model.infrastructure_weight * self.price])
        return (Block("upgrades", np.zeros(1), np.full(1, 9.0), cost),)

    def complete(self, plan: Plan, instance: Instance) -> dict[str, np.ndarray]:
        return {"upgrades": np.array([self._needed(plan)])}

    def further_cost(self, plan: Plan, region: Region) -> float:
        return self.price * self._needed(plan)

    def _needed(self, plan: Plan) -> float:
        return float(np.ceil(max(0, plan.chargers.sum() - 2) / 2))

    def rows(self, instance: Instance) -> Rows:
        every = np.ones((1, instance.max_chargers.size))
        return Rows.of(["grid"], upper=2.0, chargers=every, upgrades=np.full((1, 1), -2.0))

    def broken(self, plan: Plan, instance: Instance) -> list[str]:
        return ["more chargers than any upgrade allows"] if plan.chargers.sum() > 20 else []


def paired(seed: int) -> Instance:
    model = Model(unserved_penalty=PENALTY).with_features(EvenNumber())
    return instances.random_instance(seed, model=model, sites=4, slots=1)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", range(2))
def test_every_method_proves_the_best_of_the_plans_that_keep_it(method: str, seed: int) -> None:
    instance = paired(seed)
    plain = Model(unserved_penalty=PENALTY)
    optimum, _ = instances.brute_force(instance)
    found = robustev.solve(
        instance.region,
        instance.scenarios,
        plain,
        SolveOptions(method=method, gap=1e-7, ranks=1),
        features=[EvenNumber()],
    )
    assert found.objective == pytest.approx(optimum, rel=1e-6)
    assert found.lower_bound == pytest.approx(optimum, rel=1e-6)
    assert found.plan is not None
    assert (found.plan.open[::2] == found.plan.open[1::2]).all()


def test_it_costs_something_somewhere() -> None:
    plain = Model(unserved_penalty=PENALTY)
    free = [instances.random_instance(seed, model=plain, sites=4, slots=1) for seed in range(4)]
    dearer = [
        instances.brute_force(paired(seed))[0] - instances.brute_force(free[seed])[0]
        for seed in range(4)
    ]
    assert min(dearer) >= -1e-9
    assert max(dearer) > 0.1


def test_it_is_named_after_its_class_and_follows_the_model_everywhere() -> None:
    model = Model().with_features(EvenNumber())
    changed = model.model_copy(update={"utilisation": 0.5})
    assert [rule.key for rule in active_features(changed)][-1] == "evennumber"
    assert "evennumber" not in model.model_dump()


def test_a_plan_is_held_against_its_check() -> None:
    instance = paired(0)
    one = Plan("one", np.array([True, False, True, True]), np.zeros((4, 1)))
    assert violations(instance, one) == ["pair 0 has one station"]
    assert unchecked(instance.model) == []


def test_a_rule_without_a_check_is_named() -> None:
    model = Model().with_features(Unchecked())
    instance = instances.random_instance(0, model=model)
    many = Plan("many", np.ones(3, dtype=bool), np.full((3, 1), 2))
    assert violations(instance, many) == []
    assert unchecked(model) == ["few chargers"]


@pytest.mark.parametrize(("rule", "rows"), [(EvenNumber(), 2), (Unchecked(), 0), (Liar(), 0)])
def test_a_lower_bound_rests_on_its_rows_only_where_they_agree_with_its_check(
    rule: Feature, rows: int
) -> None:
    shape = {"sites": 4, "slots": 1}
    plain = instances.random_instance(0, model=Model(), **shape)
    ruled = instances.random_instance(0, model=Model().with_features(rule), **shape)
    more = len(first_stage_rows(ruled).meaning) - len(first_stage_rows(plain).meaning)
    assert more == rows


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("kinds", "seed"), [(1, 4), (2, 0)])
def test_a_rule_may_have_columns_of_its_own_that_cost(method: str, kinds: int, seed: int) -> None:
    rule, plain = Upgrade(), Model(unserved_penalty=PENALTY)
    instance = instances.random_instance(seed, model=plain, kinds=kinds)
    optimum = min(
        instances.true_objective(instance, instances.true_costs(instance, plan))
        + rule.further_cost(plan, instance.region)
        for plan in instances.every_plan(instance)
    )
    assert optimum > instances.brute_force(instance)[0] + 1e-6
    found = robustev.solve(
        instance.region,
        instance.scenarios,
        plain,
        SolveOptions(method=method, gap=1e-7, ranks=1),
        features=[rule],
    )
    assert found.objective == pytest.approx(optimum, rel=1e-6)
    assert found.lower_bound == pytest.approx(optimum, rel=1e-6)
