"""The words say what the figures say, and no more."""

from __future__ import annotations

import pytest

from robustev.assess.narrative.cautions import cautions
from robustev.assess.narrative.evidence import evidence
from robustev.assess.narrative.headline import headline
from robustev.assess.narrative.saving import saving
from robustev.assess.questions import REGISTER
from robustev.assess.questions.out_of_sample import best_plan
from robustev.assess.schema import (
    ComparisonFigures,
    Estimate,
    Information,
    ObservedPlan,
    ObservedYear,
    OutOfSampleTest,
    PairFigures,
    PlanFigures,
    PlanMetrics,
    Skipped,
)
from robustev.core.units import NEUTRAL, Units

NAMES = ("robust", "nominal")
NOTHING = Information.model_construct(vss=None, evpi=None, stochastic=None, best_known=None)


def figure(value: float | None, *interval: float) -> Estimate:
    ends = (interval[0], interval[1]) if interval else None
    return Estimate(value=value, interval=ends, basis="estimated", how="")


def pair(difference: Estimate, *, other: str = "nominal", ties: float = 0.0) -> PairFigures:
    return PairFigures(
        plan="robust",
        other=other,
        mean_difference=difference,
        relative_difference=figure(-0.04, -0.05, -0.03),
        cvar90_difference=figure(-500.0, -600.0, -400.0),
        win_rate=figure(0.7, 0.65, 0.75),
        tie_rate=ties,
    )


def facts(role: str = "robust", name: str = "robust", price: float = 12.0) -> PlanMetrics:
    return PlanMetrics(
        plan=name, title="", role=role, objective=1.0, lower_bound=1.0, gap=0.0, stations=1,
        chargers={}, spend=1.0, infrastructure=1.0, fractional_margin={},
        cost_as_forecast=figure(1000.0 + price), price_of_robustness=figure(price),
        price_of_robustness_share=price / 1000.0,
    )  # fmt: skip


def said_of(
    own: PlanMetrics, found: PairFigures, *, nominal: str = "nominal", units: Units = NEUTRAL
) -> str:
    """Return the answer about a robust plan and the nominal one, judged on 500 scenarios."""
    trial = fresh(found).model_copy(
        update={"plans": (tail(own.plan, 1500.0), tail(nominal, 2000.0))}
    )
    everything = findings(trial, plans=(own,)).model_copy(update={"units": units})
    return headline(everything, own.plan, nominal).answer


def tail(name: str, cost: float) -> PlanFigures:
    return PlanFigures.model_construct(
        plan=name, short_share=figure(0.0), mean=figure(None), cvar90=figure(cost)
    )


def test_the_sentence_has_price_saving_tail_certainty_and_units() -> None:
    found = pair(figure(-40.0, -50.0, -30.0), ties=0.1)
    assert said_of(facts(), found, units=Units(money="euro a day")) == (
        "The robust plan costs 12 euro a day (1.2 %) more than the nominal plan if all goes as "
        "forecast, saves 40 euro a day (4 %; 30 to 50) on average over 500 fresh scenarios and "
        "500 euro a day (25 %; 400 to 600) in the worst tenth of futures; it is cheaper in 70 % of "
        "the scenarios (65 % to 75 %), and costs the same in 10 %. Ranges in brackets hold with "
        "95 % confidence."
    )


def test_plans_are_named_where_their_names_say_more_than_their_roles() -> None:
    own = facts(name="cvar")
    found = pair(figure(-1.0)).model_copy(update={"plan": "cvar", "other": "forecast"})
    said = said_of(own, found, nominal="forecast")
    assert said.startswith(
        "The robust plan (cvar) costs 12 cost units (1.2 %) more than the nominal"
    )
    assert " plan (forecast) if all goes as forecast" in said


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        (figure(-40.0, -50.0, -30.0), "saves 40 euro (30 to 50)"),
        (figure(40.0, 30.0, 50.0), "costs 40 euro (30 to 50) more"),
        (figure(-40.0, -90.0, 10.0), "makes no difference that can be shown (−90 to 10 euro)"),
        (figure(0.0), "makes no difference that can be shown (0 to 0 euro)"),
        (figure(-40.0), "saves 40 euro"),
        (figure(None), "changes nothing that can be told"),
    ],
)
def test_a_saving_is_claimed_only_where_its_interval_allows(
    difference: Estimate, words: str
) -> None:
    assert saving(difference, Units(money="euro")) == words


def test_a_plan_that_cannot_serve_is_said_to_fail() -> None:
    said = said_of(facts(), pair(figure(None)))
    assert "at least one of the two fails to serve demand it must." in said


@pytest.mark.parametrize(
    ("price", "words"), [(-3.0, "3 cost units (0.3 %) less"), (0.0, "no more than")]
)
def test_a_price_below_or_at_nothing_is_told_so(price: float, words: str) -> None:
    assert words in said_of(facts(price=price), pair(figure(-1.0)))


def fresh(*pairs: PairFigures) -> OutOfSampleTest:
    own = PlanFigures.model_construct(
        plan="robust", short_share=figure(0.0), mean=figure(None), cvar90=figure(None)
    )
    return OutOfSampleTest.model_construct(
        name="out_of_sample", kind="out_of_sample", title="", description="", num_scenarios=500,
        regret_scenarios=0, plans=(own,), pairs=pairs,
    )  # fmt: skip


def findings(
    *trials: OutOfSampleTest,
    plans: tuple[PlanMetrics, ...] = (),
    observed: tuple[ObservedYear, ...] = (),
    skipped: tuple[Skipped, ...] = (),
) -> ComparisonFigures:
    return ComparisonFigures.model_construct(
        trials=trials, plans=plans or (facts(),), observed=observed, skipped=skipped,
        information=NOTHING, saa_gap=None, site_persistence=None, confidence=0.95,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            pair(figure(-5.0, -9.0, 2.0), other="margin_10"),
            "does as well on average: the robust plan costs 5 cost units less, which may be chance "
            "(9 less to 2 more).",
        ),
        (pair(figure(5.0, 2.0, 9.0), other="margin_10"), "does better on average, by 5"),
        (pair(figure(0.0, 0.0, 0.0), other="margin_10", ties=1.0), "costs the same in every"),
        (pair(figure(-60.0, -90.0, -20.0), other="margin_10"), None),
    ],
)
def test_a_margin_that_does_as_well_is_admitted(found: PairFigures, words: str | None) -> None:
    plans = (facts(), facts("margin", "margin_10"))
    said = cautions(findings(fresh(pair(figure(-100.0)), found), plans=plans), NAMES)
    assert (said == []) if words is None else (words in said[0])


@pytest.mark.parametrize(
    ("difference", "ending"),
    [
        (figure(-5.0, -9.0, 2.0), " A plain safety margin (margin_10) does as well."),
        (figure(5.0, 2.0, 9.0), " A plain safety margin (margin_10) does as well."),
        (figure(-60.0, -90.0, -20.0), "of the scenarios (65 % to 75 %)."),
    ],
)
def test_the_answer_itself_admits_a_margin_that_does_as_well(
    difference: Estimate, ending: str
) -> None:
    trial = fresh(pair(figure(-100.0)), pair(difference, other="margin_10"))
    found = findings(trial, plans=(facts(), facts("margin", "margin_10")))
    said = headline(found, *NAMES).answer
    assert said.startswith("The robust plan costs 12 cost units (1.2 %) more")
    assert said.removesuffix(" Ranges in brackets hold with 95 % confidence.").endswith(ending)


@pytest.mark.parametrize(
    ("gap", "tail", "ending"),
    [
        (0.01, -5.0, ""),
        (0.05, -5.0, ", no more than the robust plan's own proven gap"),
        (0.01, 7.0, ", and 7 cost units dearer in the worst tenth of futures"),
    ],
)
def test_a_margin_that_gets_most_of_the_saving_is_named(
    gap: float, tail: float, ending: str
) -> None:
    near = pair(figure(-5.0, -9.0, -2.0), other="margin_10")
    near = near.model_copy(update={"cvar90_difference": figure(tail, tail - 1, tail + 1)})
    own = facts().model_copy(update={"gap": gap})
    plans = (own, facts("margin", "margin_10"))
    said = cautions(findings(fresh(pair(figure(-100.0)), near), plans=plans), NAMES)
    assert said == [
        "A plain safety margin (margin_10) gets 95 % of that saving on average: the robust plan "
        f"is 5 cost units (4 %) cheaper{ending}."
    ]


def year(robust: float, nominal: float) -> ObservedYear:
    plans = [
        ObservedPlan(plan=name, cost=figure(cost), regret=figure(0.0), unserved_share=0.0,
                     mean_travel=None)
        for name, cost in (("robust", robust), ("nominal", nominal))
    ]  # fmt: skip
    return ObservedYear(
        year=2018, total_demand=1.0, forecast_quantile=0.45, plans=tuple(plans), cheapest="nominal"
    )


def test_a_real_year_stands_on_the_side_that_it_speaks_for() -> None:
    found = findings(observed=(year(1.0, 3.0), year(5.0, 3.0)))
    good, bad = REGISTER["observed"].says(found, NAMES)
    assert good.supports
    assert "would have cost 2 cost units less than the nominal one" in good.sentence
    assert not bad.supports
    assert bad.sentence in cautions(findings(fresh(), observed=(year(5.0, 3.0),)), NAMES)


@pytest.mark.parametrize(
    ("difference", "supports"),
    [
        (figure(-40.0, -50.0, -30.0), True),
        (figure(-40.0, -90.0, 10.0), False),
        (figure(40.0, 30.0, 50.0), False),
        (figure(None), False),
    ],
)
def test_another_forecast_supports_the_plan_only_where_it_saves(
    difference: Estimate, supports: bool
) -> None:
    world = fresh(pair(difference)).model_copy(update={"kind": "misspecified", "title": "boom"})
    (found,) = REGISTER["misspecified"].says(findings(world), NAMES)
    assert found.supports is supports
    assert found.sentence.startswith("Under another forecast (boom) the robust plan")


@pytest.mark.parametrize(("robust", "supports"), [("a", True), ("c", False)])
def test_plans_that_tie_for_the_best_are_all_named(robust: str, supports: bool) -> None:
    plans = tuple(
        PlanFigures.model_construct(plan=name, mean=figure(mean), cvar90=figure(tail))
        for name, mean, tail in (("a", 2.0, 5.0), ("b", 2.0, 4.0), ("c", 3.0, 6.0))
    )
    (said,) = best_plan(fresh().model_copy(update={"plans": plans}), robust)
    assert said.supports is supports
    assert said.sentence == (
        "Of all plans, a and b have the lowest mean cost over the 500 fresh scenarios, and b has "
        "the lowest in their worst tenth."
    )


def test_the_best_plan_stands_on_the_side_that_it_speaks_for() -> None:
    own, other = (tail(name, cost) for name, cost in (("robust", 2.0), ("margin_10", 1.0)))
    plans = tuple(
        one.model_copy(update={"mean": figure(mean), "short_share": figure(0.0)})
        for one, mean in ((own, 2.0), (other, 1.0))
    )
    found = findings(fresh().model_copy(update={"plans": plans}))
    sentence = "Of all plans, margin_10 has the lowest mean cost over the 500 fresh scenarios"
    assert evidence(found, NAMES) == []
    assert any(said.startswith(sentence) for said in cautions(found, NAMES))


def test_what_is_missing_is_said() -> None:
    skipped = (Skipped(what="plan regret", why="it was not made"),)
    said = cautions(findings(fresh(), skipped=skipped), NAMES)
    assert said == ["Not there: plan regret, for it was not made."]


@pytest.mark.parametrize(("best", "said"), [("robust", False), ("margin_10", True)])
def test_a_robust_plan_that_another_beats_on_its_own_scenarios_is_unfinished(
    best: str, said: bool
) -> None:
    info = NOTHING.model_copy(update={"stochastic": "robust", "best_known": best})
    own = facts().model_copy(update={"gap": 0.018})
    found = findings(fresh(), plans=(own,)).model_copy(update={"information": info})
    sentences = cautions(found, NAMES)
    assert bool(sentences) is said
    if said:
        assert "which is margin_10: its solve stopped with 1.8 % of its cost" in sentences[0]
