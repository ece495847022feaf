"""Dual ascent: bounds that no plan undercuts, designs of sites, and plans near the relaxation."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from robustev.core.arrays import FloatArray
from robustev.data.arcs import Arcs
from robustev.data.region import ChargerKind, Region, Sites, Zones
from robustev.data.scenarios import ScenarioSet
from robustev.data.travel import euclidean
from robustev.methods.base import SolveRun
from robustev.methods.benders.ascent import suits as suitable
from robustev.methods.benders.ascent.designs import Designs
from robustev.methods.benders.ascent.iterate import Ascent, Means
from robustev.methods.benders.ascent.judging import PlanJudge
from robustev.methods.benders.ascent.plans import PricedPlan, dive, plan_near, plan_of
from robustev.methods.benders.ascent.solver import AscentSolver
from robustev.methods.benders.ascent.suits import has_dear_openings, suits
from robustev.methods.options import SolveOptions
from robustev.methods.result import Status, StopRule
from robustev.methods.solve import solve_instance
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Budget, Model, Reach
from robustev.model.risk import ScenarioRisk
from robustev.recourse.arc_passes import ArcPasses
from robustev.recourse.recourse import Recourse
from robustev.verify.scenario_prices import has_scenario_prices, scenario_price_bound
from tests import instances

SHAPE = {"sites": 3, "zones": 4, "kinds": 2, "slots": 1}


def country(
    seed: int, *, sites: int, zones: int, scenarios: int, opening: float = 20.0
) -> Instance:
    """Return a made-up country: places of unequal size in a square, sites in the largest ones."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0, 100, (2, zones))
    demand = np.sort(5.0 * rng.pareto(1.2, zones) + 5.0)[::-1]
    slots = np.maximum(3 * demand[:sites] / 20, 10).astype(np.int64)
    region = Region(
        name="country",
        zones=Zones(tuple(f"z{j}" for j in range(zones)), x, y),
        sites=Sites(
            ids=tuple(f"i{i}" for i in range(sites)), slots=slots,
            existing=np.zeros((sites, 2), dtype=np.int64),
            existing_open=np.zeros(sites, dtype=bool), opening_cost=np.full(sites, opening),
            fixed_capacity=np.zeros((sites, 1)), x=x[:sites], y=y[:sites],
        ),
        kinds=(ChargerKind("slow", {"ev": 4.0}, cost=2.0),
               ChargerKind("fast", {"ev": 20.0}, cost=32.0)),
        types=("ev",),
        demand=demand[:, None],
        arcs=Arcs.of_matrix(euclidean(x[:sites], y[:sites], x, y)),
    )  # fmt: skip
    factor = rng.gamma(9.0, 1 / 9.0, (scenarios, 1)) * rng.gamma(9.0, 1 / 9.0, (scenarios, zones))
    drawn = ScenarioSet.equiprobable((demand * factor)[:, :, None], region.zones.ids, region.types)
    return build_instance(region, drawn, Model(unserved_penalty=20.0, reach=Reach(nearest=10)))


def ascent_of(instance: Instance, eps: float = 0.5) -> Ascent:
    passes = ArcPasses(instance.arcs, float(instance.unserved_price[0]))
    return Ascent(
        passes, Designs.of(instance), instance.demand[:, :, 0], instance.probability, (eps, 0.05)
    )


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("existing", [False, True])
def test_any_prices_and_tolls_bound_every_plan(seed: int, existing: bool) -> None:
    instance = instances.random_instance(seed, existing=existing, fixed=True, **SHAPE)
    best, _ = instances.brute_force(instance)
    rng = np.random.default_rng(seed)
    ascent = ascent_of(instance)
    for scale in (0.3, 2.0, 8.0):
        price = rng.uniform(0, scale, ascent.price.shape).astype(np.float32)
        toll = rng.uniform(0, scale, len(instance.arcs)) * (rng.random(len(instance.arcs)) < 0.5)
        assert ascent.bound(price, toll) + instance.fixed_cost <= best + 1e-9


@pytest.mark.parametrize("seed", range(3))
def test_an_ascent_comes_near_the_best_plan_from_below(seed: int) -> None:
    instance = instances.random_instance(seed, fixed=True, **SHAPE)
    best, _ = instances.brute_force(instance)
    ascent = ascent_of(instance)
    first = ascent.bound(ascent.price, ascent.toll)
    ascent.run(100)
    means = ascent.means()
    found = ascent.bound(means.price, means.toll) + instance.fixed_cost
    assert first + instance.fixed_cost < found <= best + 1e-9
    assert found >= 0.5 * best


def test_a_site_is_designed_for_the_price_of_its_capacity() -> None:
    instance = instances.random_instance(3, existing=True, fixed=True, **SHAPE)
    designs = Designs.of(instance)
    capacity, cost = instance.charger_capacity[:, 0], instance.charger_cost
    for price in (0.0, 0.4, 1.0, 3.0):
        toll = np.array([0.0, 3.0, 30.0])
        least = 0.0
        for i in range(instance.num_sites):
            earned = []
            for n in itertools.product(range(3), repeat=2):
                if sum(n) <= 1 and all(n >= instance.min_chargers[i]):
                    whole = instance.fixed_capacity[i, 0] + n @ capacity
                    built = instance.opening_cost[i] + n @ cost
                    earned.append(built - price * whole - toll[i])
            closed = [] if instance.min_open[i] else [0.0]
            least += min(earned + closed)
        found = designs.least(np.full(instance.num_sites, price), toll)
        assert found == pytest.approx(least)


def test_capacity_costs_what_its_chargers_do() -> None:
    instance = country(0, sites=20, zones=60, scenarios=2)
    designs, x = Designs.of(instance), np.ones(20)
    for share in (0.0, 0.1, 0.5, 0.9, 1.0):
        chargers = designs.chargers(share * designs.most(x), x)
        assert (chargers >= 0).all()
        assert (chargers.sum(axis=1) <= instance.region.sites.slots).all()
        capacity = chargers @ instance.charger_capacity[:, 0]
        assert np.abs(capacity - share * designs.most(x)).max() <= 8.0
        spent = float((chargers @ instance.charger_cost).sum() + instance.opening_cost.sum())
        assert designs.cost(x, capacity) == pytest.approx(spent)


def prox(designs: Designs, start: float, price: float, step: float) -> FloatArray:
    """Return the nearest capacity of site 0 by trying many."""
    grid = np.linspace(0.0, float(designs.most(np.ones(20))[0]), 20_001)
    cost = np.array([designs.cost(np.eye(20)[0], np.eye(20)[0] * c) for c in grid[::50]])
    value = cost - price * grid[::50] + (grid[::50] - start) ** 2 / (2 * step)
    return grid[::50][value.argmin()]


@pytest.mark.parametrize("price", [0.1, 1.0, 1.8, 4.0])
def test_capacities_move_to_where_price_and_cost_balance(price: float) -> None:
    instance = country(0, sites=20, zones=60, scenarios=2)
    designs = Designs.of(instance)
    for start in (5.0, 60.0):
        found = designs.nearest(
            np.full(20, start), np.full(20, price), np.full(20, 15.0), np.ones(20)
        )[0]
        width = float(designs.most(np.ones(20))[0]) / 400
        assert found == pytest.approx(prox(designs, start, price, 15.0), abs=width)


@pytest.fixture
def taken_when_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suitable, "FEWEST_SITES", 50)
    monkeypatch.setattr(suitable, "FEWEST_ARCS", 1000)


@pytest.mark.usefixtures("taken_when_small")
def test_a_country_is_solved_to_the_gap_and_its_certificate_proves_the_bound() -> None:
    instance = country(1, sites=60, zones=400, scenarios=10)
    assert suits(instance)
    result = solve_instance(instance, SolveOptions(method="benders", gap=0.01, ranks=1))
    assert result.status is Status.GAP_REACHED
    assert {row.source for row in result.trace} == {"dual ascent", "plan near the ascent"}
    assert result.plan is not None
    costs = Recourse(instance).costs(result.plan) + instance.infrastructure_cost(result.plan)
    assert result.objective == pytest.approx(float(instance.probability @ costs), rel=1e-9)
    assert result.certificate is not None
    assert has_scenario_prices(result.certificate)
    bound, _ = scenario_price_bound(instance, result.certificate)
    assert bound == pytest.approx(result.lower_bound, rel=1e-9)


@pytest.mark.usefixtures("taken_when_small")
def test_where_the_ascent_ends_cuts_go_on_from_its_bound_and_plan() -> None:
    instance = country(2, sites=50, zones=60, scenarios=2, opening=300.0)
    alone = SolveRun(
        instance=instance, stop=StopRule(gap=1e-3),
        risk=ScenarioRisk(instance.model.objective, instance.probability),
    )  # fmt: skip
    ascent = AscentSolver(alone)
    ascent.solve()
    assert not ascent.is_over
    limits = SolveOptions(method="benders", gap=1e-3, ranks=1, iteration_limit=2)
    result = solve_instance(instance, limits)
    assert result.lower_bound is not None
    assert result.lower_bound >= ascent.proven - 1e-9
    by_cuts = result.lower_bound > ascent.proven + 1e-9
    assert has_scenario_prices(result.certificate) != by_cuts


def settled(instance: Instance, steps: int = 120) -> tuple[Ascent, Means]:
    """Return an ascent that has come near its end, and the means of its last steps."""
    ascent = ascent_of(instance)
    ascent.run(steps)
    ascent.clear()
    ascent.run(20)
    return ascent, ascent.means()


def value(instance: Instance, judge: PlanJudge, priced: PricedPlan) -> float:
    costs = judge.costs(priced)
    assert costs is not None
    return float(instance.probability @ costs)


def test_costs_that_begin_at_a_plans_prices_are_exact_and_its_prices_bound_them() -> None:
    instance = country(4, sites=30, zones=150, scenarios=4)
    ascent, means = settled(instance, steps=30)
    judge = PlanJudge(instance, ascent.passes)
    priced = plan_near(ascent, means, "near")
    fixed = instance.infrastructure_cost(priced.plan)
    true = Recourse(instance).costs(priced.plan) + fixed
    assert judge.costs(priced) == pytest.approx(true, rel=1e-9)
    assert judge.at_least(priced) <= float(instance.probability @ true) + 1e-6
    assert judge.costs(priced, lambda: -1.0) is None
    nonsense = replace(priced, price=np.full_like(priced.price, 3.0))
    assert judge.costs(nonsense) == pytest.approx(true, rel=1e-9)
    assert judge.at_least(nonsense) <= float(instance.probability @ true) + 1e-6


def test_a_dive_finds_a_better_plan_than_rounding_where_stations_are_dear() -> None:
    instance = country(7, sites=40, zones=200, scenarios=4, opening=2500.0)
    ascent, means = settled(instance)
    judge = PlanJudge(instance, ascent.passes)
    opened = dive(ascent, means, 0.2, lambda: False)
    assert opened is not None
    assert (np.minimum(means.x, 1.0 - means.x) > 0.05).sum() >= 5
    rounded = value(instance, judge, plan_near(ascent, means, "rounded"))
    assert value(instance, judge, plan_of(ascent, opened, "dive")) < rounded
    assert ascent.bounds[0].sum() == 0


def test_a_dive_ends_when_someone_asks() -> None:
    ascent, means = settled(country(3, sites=40, zones=200, scenarios=4, opening=2500.0), steps=20)
    assert dive(ascent, means, 0.2, lambda: True) is None


def test_an_ascent_within_bounds_keeps_them() -> None:
    instance = country(5, sites=20, zones=80, scenarios=3, opening=100.0)
    ascent = ascent_of(instance)
    least, most = np.zeros(20), np.ones(20)
    least[:5], most[15:] = 1.0, 0.0
    held = ascent.within(least, most)
    held.run(30)
    assert (held.x >= least).all()
    assert (held.x <= most).all()
    assert (held.toll[instance.arcs.site >= 15] == held.passes.ceiling).all()
    assert not held.has_fixed_openings
    assert ascent.within(most, most).has_fixed_openings


def test_openings_are_dear_where_they_cost_more_than_the_chargers() -> None:
    shape = {"sites": 20, "zones": 40, "scenarios": 2}
    assert not has_dear_openings(country(1, **shape, opening=100.0))
    assert has_dear_openings(country(1, **shape, opening=2000.0))


def test_small_problems_and_other_rules_are_left_to_cuts() -> None:
    instance = country(1, sites=60, zones=100, scenarios=2)
    assert not suits(instance)
    large = country(1, sites=450, zones=500, scenarios=450)
    assert suits(large)
    with_budget = large.model.model_copy(update={"budget": Budget(limit=1e6)})
    assert not suits(build_instance(large.region, large.scenarios, with_budget))
    forbidden = replace(large, unserved_price=np.array([np.inf]))
    assert not suits(forbidden)
