"""Frontiers: each point is optimal for its value, and a looser limit never costs more."""

from __future__ import annotations

import pytest

from robustev.assess.config import SWEPT_RULES, FrontierConfig
from robustev.assess.questions.frontier import shared_along, telling, trace_frontier, varied
from robustev.core.errors import ConfigError
from robustev.methods.result import SolveResult, Status
from robustev.model.features.spacing import Spacing
from robustev.model.instance import build_instance
from robustev.model.model import Model, Stations
from robustev.model.risk import CVaR, TotalVariation
from tests import instances
from tests.assess.cases import plan_of, small_case


def test_a_budget_frontier_has_the_optimum_of_brute_force_at_every_value() -> None:
    case = small_case(4)
    frontier = trace_frontier(case, "f", FrontierConfig(vary="budget", values=(30, 0, 12)))
    assert [point.x for point in frontier.points] == [0, 12, 30]
    objectives = []
    for point in frontier.points:
        model = varied(case.model, "budget", point.x)
        instance = build_instance(case.region, case.in_sample, model)
        assert point.objective == pytest.approx(instances.brute_force(instance)[0])
        assert point.mean_cost == pytest.approx(point.objective)
        assert point.spend is not None
        assert point.spend <= point.x + 1e-9
        objectives.append(point.objective)
    assert objectives == sorted(objectives, reverse=True)


def test_more_weight_on_the_tail_never_lowers_the_mean_cost() -> None:
    case = small_case(3, scenarios=4)
    config = FrontierConfig(vary="weight", values=(0.0, 0.5, 1.0))
    points = trace_frontier(case, "f", config).points
    means = [point.mean_cost or 0.0 for point in points]
    tails = [point.cvar90 or 0.0 for point in points]
    assert means[0] == pytest.approx(min(means))
    assert tails[-1] == pytest.approx(min(tails))


def test_a_frontier_on_the_reference_demand_is_about_it() -> None:
    case = small_case(3)
    config = FrontierConfig(vary="stations", values=(1, 3), demand="reference")
    point = trace_frontier(case, "f", config).points[-1]
    assert point.mean_cost == pytest.approx(point.cost_as_forecast)
    assert point.fractional_margin is not None
    assert point.stations is not None
    assert point.stations <= 3


def test_a_margin_frontier_buys_more_for_more_demand() -> None:
    case = small_case(3)
    points = trace_frontier(case, "f", FrontierConfig(vary="margin", values=(0.0, 0.8))).points
    assert (points[1].spend or 0) >= (points[0].spend or 0)


def result(objective: float | None, bound: float | None) -> SolveResult:
    plan = (
        None
        if objective is None
        else plan_of(instances.random_instance(1), 1, 0, 0, name=str(objective))
    )
    return SolveResult("benders", plan, objective, bound, Status.GAP_REACHED, 1.0)


def test_plans_go_up_the_frontier_and_bounds_come_down() -> None:
    shared = shared_along([result(10, 8), result(11, 9), result(None, None), result(7, 6)])
    assert [one.objective for one in shared] == [10, 10, 10, 7]
    assert [one.lower_bound for one in shared] == [9, 9, 6, 6]
    assert all(one.lower_bound <= one.objective for one in shared)


def test_of_equally_good_plans_the_one_that_needs_least_is_kept() -> None:
    first, second = result(10, 8), result(10 + 1e-12, 8)
    assert shared_along([first, second])[1].plan is first.plan


def test_a_frontier_is_about_what_varies_along_it() -> None:
    case = small_case(3, scenarios=2)
    frontier = trace_frontier(case, "f", FrontierConfig(vary="budget", values=(0, 12, 30)))
    constant = [frontier.points[-1]] * 2
    assert frontier.y[0] == "mean_cost"
    assert len(frontier.y) > 1
    assert telling(frontier.y, constant) == ("mean_cost",)


@pytest.mark.parametrize(
    ("vary", "value", "expected"),
    [
        ("stations", 3.0, {"stations": Stations(maximum=3)}),
        ("tail", 0.2, {"objective": CVaR(tail=0.2)}),
        ("weight", 0.3, {"objective": CVaR(weight=0.3)}),
        ("radius", 0.3, {"objective": TotalVariation(radius=0.3)}),
        ("spacing", 2.5, {"spacing": Spacing(least=2.5)}),
    ],
)
def test_one_parameter_is_changed(vary: str, value: float, expected: dict[str, object]) -> None:
    assert varied(Model(), vary, value) == Model(**expected)  # type: ignore[arg-type]


@pytest.mark.parametrize("vary", sorted(SWEPT_RULES))
def test_every_rule_with_a_frontier_is_varied_from_its_example(vary: str) -> None:
    kind = SWEPT_RULES[vary]
    assert kind.frontier is not None
    FrontierConfig(vary=vary, values=(1.0,))
    model = varied(Model(**{vary: kind.example}), vary, 1.0)
    assert getattr(getattr(model, vary), kind.frontier.option) == 1.0
    given = {k: v for k, v in kind.example.items() if k in kind.model_fields}
    assert varied(model, vary, given[kind.frontier.option]) == Model(
        **{vary: kind.swept(given[kind.frontier.option], kind.model_validate(kind.example))}
    )


def test_the_price_of_spacing_is_a_frontier_by_brute_force() -> None:
    case = small_case(4)
    frontier = trace_frontier(case, "f", FrontierConfig(vary="spacing", values=(0.1, 4.0, 9.0)))
    assert frontier.x_title == "minimum spacing"
    for point in frontier.points:
        model = varied(case.model, "spacing", point.x)
        instance = build_instance(case.region, case.in_sample, model)
        assert point.objective == pytest.approx(instances.brute_force(instance)[0])


def test_an_exact_number_of_stations_stays_exact() -> None:
    model = varied(Model(stations=Stations(exactly=1)), "stations", 2)
    assert model.stations == Stations(exactly=2)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (
            FrontierConfig(vary="stations", values=(1.5,)),
            "maximum: Input should be a valid int",
        ),
        (FrontierConfig(vary="budget", values=(1,), plan="ghost"), "no plan 'ghost' was made"),
    ],
)
def test_what_cannot_be_traced_is_refused(config: FrontierConfig, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        trace_frontier(small_case(1), "f", config)
