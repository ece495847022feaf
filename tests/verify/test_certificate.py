"""The bound derived from stored prices is the solver's own, and never above the optimum."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from robustev.core.errors import InputError
from robustev.methods.benders.engine import CutEngine
from robustev.methods.benders.solver import BendersSolver
from robustev.methods.bounds import Bounds
from robustev.methods.options import SolveOptions
from robustev.methods.solve import solve
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Budget, Levels, Model, Reach, Stations
from robustev.model.risk import CVaR, Expected, Regret, ScenarioRisk, TotalVariation, WorstCase
from robustev.recourse.certificate import Certificate, StoredDuals
from robustev.verify.certificate import derive
from robustev.verify.prices import without_prices
from tests import instances
from tests.instances import PENALTY

ACCURACY = 1e-5
COVERS_WORTH = 0.01
"""Most that flow covers, which fresh prices do without, raise a bound here."""
CASES: dict[str, tuple[Model, dict[str, object]]] = {
    "one type": (Model(unserved_penalty=PENALTY), {}),
    "cheap to leave unserved": (Model(unserved_penalty=3.0), {}),
    "two types": (Model(unserved_penalty=PENALTY), {"types": 2, "kinds": 2}),
    "shared split": (Model(unserved_penalty=PENALTY, split="shared"), {"types": 2}),
    "nobody left out": (Model(), {"slots": 4}),
    "nobody left out, shared split": (Model(split="shared"), {"types": 2, "slots": 3}),
    "one type left out": (Model(unserved_penalty={"type0": 9.0}), {"types": 2, "slots": 3}),
    "existing and a budget": (
        Model(unserved_penalty=PENALTY, budget=Budget(limit=9.0)),
        {"existing": True},
    ),
    "two nearest": (Model(unserved_penalty=PENALTY, reach=Reach(nearest=2)), {"sites": 5}),
    "p-median": (Model(capacitated=False, stations=Stations(exactly=2)), {"kinds": 0, "sites": 5}),
    "levels": (Model(unserved_penalty=PENALTY, levels=Levels(maximum=3)), {"types": 2}),
    "cvar": (
        Model(unserved_penalty=PENALTY, objective=CVaR(tail=0.4, weight=0.7)),
        {"sites": 4},
    ),
    "worst case": (
        Model(unserved_penalty=PENALTY, objective=WorstCase()),
        {"sites": 4},
    ),
    "total variation": (
        Model(unserved_penalty=PENALTY, objective=TotalVariation(radius=0.3)),
        {"sites": 4},
    ),
}


def relaxation(instance: Instance, risk: ScenarioRisk) -> tuple[float, Certificate]:
    """Return the bound of the solver's linear relaxation, and its certificate."""
    engine = CutEngine(instance, risk)
    solver = BendersSolver(engine, Bounds(), gap=0.0)
    solver.relax()
    return solver.state.relaxed, solver.certificate()


def plain(instance: Instance) -> ScenarioRisk:
    return ScenarioRisk(instance.model.objective, instance.probability)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("seed", [0, 1])
def test_the_relaxation_bound_is_derived_again_and_whole_numbers_close_the_rest(
    case: str, seed: int
) -> None:
    model, shape = CASES[case]
    instance = instances.random_instance(seed, model=model, **shape)
    bound, certificate = relaxation(instance, plain(instance))
    best = instances.brute_force(instance)[0]
    derived = derive(instance, certificate, target=np.inf, seconds=20.0)
    assert derived.relaxed >= bound - ACCURACY * abs(bound)
    assert derived.whole is not None
    assert derived.relaxed <= derived.whole <= best * (1 + ACCURACY)


@pytest.mark.parametrize("scenarios", [1, 3])
def test_regret_is_bounded_against_the_stored_optima(scenarios: int) -> None:
    goal = Regret(weight=0.8)
    model = Model(unserved_penalty=PENALTY, objective=goal)
    instance = instances.random_instance(3, model=model, sites=4, scenarios=scenarios)
    alone = instance.model.model_copy(update={"objective": Expected()})
    own = np.array(
        [
            instances.brute_force(replace(instance.subset([s]), model=alone))[0]
            for s in range(len(instance.scenarios))
        ]
    )
    risk = ScenarioRisk(goal, instance.probability, own)
    bound, certificate = relaxation(instance, risk)
    best = min(
        risk.value(instances.true_costs(instance, plan)) for plan in instances.every_plan(instance)
    )
    derived = derive(instance, certificate, target=np.inf, seconds=20.0)
    assert derived.whole is not None
    assert bound * (1 - ACCURACY) <= derived.relaxed <= derived.whole <= best * (1 + ACCURACY)
    with pytest.raises(InputError, match="own optima"):
        derive(instance, replace(certificate, own_optimum=None), target=bound, seconds=1.0)


def arbitrary(duals: StoredDuals, most: float, rng: np.random.Generator) -> StoredDuals:
    """Return random site prices and random covers, at random multipliers."""
    count, sites, types = duals.arrays["site"].shape
    covers = 0 if types > 1 else 6
    entries = np.arange(min(covers, count))
    multipliers = rng.uniform(0, most, len(entries))
    arrays = {
        "site": rng.uniform(0, most, (count, sites, types)),
        "cover_zones": rng.random((covers, duals.arrays["cover_zones"].shape[1])) < 0.6,
        "cover_sites": rng.integers(0, 3, (covers, sites)).astype(np.int8),
        "surcharge": np.column_stack([entries, entries, multipliers]),
    }
    return StoredDuals(duals.kernel, arrays)


@pytest.mark.parametrize(
    "case", ["one type", "two types", "shared split", "nobody left out", "cvar"]
)
def test_arbitrary_prices_still_prove_a_valid_bound(case: str) -> None:
    model, shape = CASES[case]
    instance = instances.random_instance(2, model=model, **shape)
    best = instances.brute_force(instance)[0]
    certificate = relaxation(instance, plain(instance))[1]
    rng = np.random.default_rng(0)
    for _ in range(5):
        wrong = replace(
            certificate,
            costs=tuple(arbitrary(duals, 30.0, rng) for duals in certificate.costs),
            shortages=tuple(arbitrary(duals, 1.0, rng) for duals in certificate.shortages),
        )
        derived = derive(instance, wrong, target=np.inf, seconds=5.0)
        assert derived.relaxed <= (derived.whole or -np.inf) <= best * (1 + ACCURACY)


def test_a_bound_that_is_reached_ends_the_search() -> None:
    instance = instances.random_instance(2)
    bound, certificate = relaxation(instance, plain(instance))
    derived = derive(instance, certificate, target=0.5 * bound, seconds=20.0)
    assert derived.whole is None
    assert derived.fresh == 0


@pytest.mark.parametrize("case", ["one type", "two types", "shared split", "cvar", "worst case"])
def test_fresh_prices_prove_what_stored_ones_leave_open(case: str) -> None:
    model, shape = CASES[case]
    instance = instances.random_instance(3, model=model, **shape)
    bound, certificate = relaxation(instance, plain(instance))
    poor = tuple(
        StoredDuals.plain(duals.kernel, np.zeros_like(duals.arrays["site"][:1]), instance.num_zones)
        for duals in certificate.costs
    )
    derived = derive(instance, replace(certificate, costs=poor), target=np.inf, seconds=20.0)
    assert derived.fresh > 0
    assert derived.relaxed >= bound - COVERS_WORTH * abs(bound)
    assert (derived.whole or -np.inf) <= instances.brute_force(instance)[0] * (1 + ACCURACY)


@pytest.mark.parametrize("case", ["one type", "shared split", "cvar", "worst case"])
def test_no_stored_prices_are_needed_where_scenarios_can_be_solved(case: str) -> None:
    model, shape = CASES[case]
    instance = instances.random_instance(1, model=model, **shape)
    best = instances.brute_force(instance)[0]
    derived = derive(instance, without_prices(instance), target=np.inf, seconds=20.0)
    assert derived.whole is not None
    assert derived.whole <= best * (1 + ACCURACY)
    assert derived.relaxed >= 0.9 * best


def change_last(duals: StoredDuals, value: float) -> StoredDuals:
    site = duals.arrays["site"].copy()
    site[-1, -1, -1] = value
    return replace(duals, arrays={**duals.arrays, "site": site})


@pytest.mark.parametrize("value", [-1.0, np.nan, np.inf])
def test_prices_that_are_not_dual_feasible_are_refused(value: float) -> None:
    instance = instances.random_instance(2)
    certificate = relaxation(instance, plain(instance))[1]
    wrong = replace(certificate, costs=(change_last(certificate.costs[0], value),))
    with pytest.raises(InputError, match="negative price"):
        derive(instance, wrong, target=np.inf, seconds=5.0)


def test_a_price_of_what_has_no_limit_is_refused() -> None:
    model, shape = CASES["p-median"]
    instance = instances.random_instance(2, model=model, **shape)
    certificate = relaxation(instance, plain(instance))[1]
    poor = [change_last(duals, 1.0) for duals in certificate.costs]
    with pytest.raises(InputError, match="no limit"):
        derive(instance, replace(certificate, costs=tuple(poor)), target=np.inf, seconds=5.0)


def test_prices_of_another_problem_are_refused() -> None:
    certificate = relaxation(instances.random_instance(2), plain(instances.random_instance(2)))[1]
    with pytest.raises(InputError, match="other sites"):
        derive(instances.random_instance(2, sites=4), certificate, target=np.inf, seconds=5.0)
    with pytest.raises(InputError, match="other sites or zones"):
        derive(instances.random_instance(2, zones=5), certificate, target=np.inf, seconds=5.0)
    with pytest.raises(InputError, match="of 1 services, not 2"):
        derive(instances.random_instance(2, types=2), certificate, target=np.inf, seconds=5.0)


@pytest.mark.parametrize("money", [2.0**-30, 2.0**34])
def test_the_unit_of_money_does_not_matter(money: float) -> None:
    plain = instances.random_instance(4, sites=4, kinds=2, model=Model(unserved_penalty=40.0))
    model = plain.model.model_copy(
        update={
            "unserved_penalty": 40.0 * money,
            "travel_weight": money,
            "infrastructure_weight": money,
        }
    )
    counted = build_instance(plain.region, plain.scenarios, model)
    found = []
    for instance in (plain, counted):
        options = SolveOptions(method="benders", gap=1e-7, ranks=1)
        result = solve(instance.region, instance.scenarios, instance.model, options)
        assert result.certificate is not None
        assert result.lower_bound is not None
        found.append(derive(instance, result.certificate, target=result.lower_bound, seconds=20.0))
    of_plain, of_counted = found
    assert of_counted.relaxed / money == pytest.approx(of_plain.relaxed, rel=1e-5)
    best = instances.brute_force(plain)[0]
    assert (of_counted.whole or of_counted.relaxed) / money <= best * (1 + 1e-6)
