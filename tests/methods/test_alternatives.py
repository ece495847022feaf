"""Alternatives and the worth of sites, against all plans."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from robustev.core.errors import InfeasibleError
from robustev.data.plan import Plan
from robustev.methods.alternatives import Alternatives, alternatives
from robustev.methods.options import SolveOptions
from robustev.model.instance import Instance
from robustev.model.model import Model
from tests import instances
from tests.instances import PENALTY

EXACT = SolveOptions(method="benders", gap=1e-8)
SLACK = 1e-5


@cache
def solved(
    seed: int, within: float, method: str = "benders"
) -> tuple[Instance, Alternatives, list[tuple[Plan, float]]]:
    """Return an instance, its alternatives, and the cost of every plan."""
    model = Model(unserved_penalty=PENALTY)
    of = instances.random_instance(seed, model=model, sites=4, slots=1)
    options = EXACT.model_copy(update={"method": method})
    found = alternatives(of.region, of.scenarios, model, options, within=within, number=2)
    costs = [
        (plan, instances.true_objective(of, instances.true_costs(of, plan)))
        for plan in instances.every_plan(of)
    ]
    return of, found, costs


@pytest.mark.parametrize("seed", range(3))
def test_a_site_is_worth_what_the_best_plan_without_it_costs_more(seed: int) -> None:
    _, found, costs = solved(seed, 0.1)
    assert found.best.plan is not None
    best = min(cost for _, cost in costs)
    for i, worth in enumerate(found.sites):
        is_open = bool(found.best.plan.open[i])
        other = min(cost for plan, cost in costs if bool(plan.open[i]) != is_open)
        assert worth.is_open == is_open
        assert worth.low - SLACK <= other - best <= worth.high + SLACK
        assert worth.high - worth.low < 1e-4 * best
        costs_much = other - best > 0.1 * best
        assert worth.verdict == {
            (True, True): "irreplaceable", (True, False): "replaceable",
            (False, True): "never worth it", (False, False): "would do as well",
        }[is_open, costs_much]  # fmt: skip


@pytest.mark.parametrize("within", [0.02, 0.3])
@pytest.mark.parametrize(("seed", "method"), [(0, "benders"), (1, "benders"), (2, "ef")])
def test_the_first_alternative_differs_most_of_all_plans_within_the_share(
    seed: int, method: str, within: float
) -> None:
    _, found, costs = solved(seed, within, method)
    best = found.best
    assert best.plan is not None
    assert best.objective is not None
    near = [plan for plan, cost in costs if cost <= (1 + within) * best.objective * (1 + 1e-9)]
    most = max(int((plan.open != best.plan.open).sum()) for plan in near)
    if not most:
        assert found.plans == ()
        assert found.is_complete
        return
    first = found.plans[0]
    assert first.differs == first.most == most
    assert int((first.plan.open != best.plan.open).sum()) == most
    known = [best.plan, *(one.plan for one in found.plans)]
    for n, one in enumerate(found.plans):
        assert one.objective <= (1 + within) * best.objective * (1 + 1e-9)
        assert one.extra == pytest.approx(one.objective / best.objective - 1, abs=1e-9)
        assert one.differs == min(int((one.plan.open != k.open).sum()) for k in known[: n + 1])


def test_a_station_that_must_stay_is_in_every_plan() -> None:
    model = Model(unserved_penalty=PENALTY)
    of = instances.random_instance(2, model=model, existing=True)
    found = alternatives(of.region, of.scenarios, model, EXACT, number=0)
    assert found.sites[0].verdict == "no plan without it"
    assert np.isinf(found.sites[0].low)


def test_where_there_is_no_plan_it_says_why() -> None:
    model = Model(unserved_penalty=PENALTY, stations={"exactly": 9})
    of = instances.random_instance(2, model=Model())
    with pytest.raises(InfeasibleError, match="exactly 9 stations"):
        alternatives(of.region, of.scenarios, model, EXACT)
