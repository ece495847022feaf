"""What a stochastic plan is worth (VSS), and what perfect foresight would be worth (EVPI)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np

from robustev.assess.config import InformationConfig
from robustev.assess.estimates import Estimator
from robustev.assess.input import ComparisonInput, JudgedPlan
from robustev.assess.judging import Judged
from robustev.assess.narrative.pairs import falling, pair_of
from robustev.assess.narrative.words import ends_of, money
from robustev.assess.questions.base import Answer, Question, Remark, register
from robustev.assess.scenario_optima import obeys, scenario_optima
from robustev.assess.schema import ComparisonFigures, Estimate, Information, Skipped
from robustev.assess.statistics.intervals import Draws, bracketed, mean_of
from robustev.core.arrays import FloatArray
from robustev.core.formatting import percent
from robustev.core.units import Units
from robustev.evaluate import Evaluation, evaluate
from robustev.evaluate.frames import IN_SAMPLE, evaluation_frame
from robustev.methods.wait_and_see import ScenarioOptima

BASIS = {"exact": "exact", "estimated": "estimated from a sample", "bracketed": "proven bounds"}


@register
class InformationQuestion(Question):
    """What is it worth to plan for many futures, and what would it be worth to know the future?"""

    key = "information"
    title = "VSS and EVPI"
    settings = InformationConfig
    example: ClassVar[dict[str, Any]] = {"foresight_scenarios": 3}

    def ask(self, case: ComparisonInput, main: Judged, part: str) -> Answer:
        """Return VSS and EVPI on the scenarios that the plans were made from, and their table."""
        instance = case.instance(case.in_sample)
        made = evaluate(instance, case.plans, comm=case.comm)
        found = information(case, made, main)
        missing: tuple[Skipped, ...] = ()
        if found.wait_and_see is None and case.config.foresight_scenarios:
            why = (
                "the scenarios that the plans were made from are weighted, so that only all of "
                f"them would do: set compare.foresight_scenarios to {len(case.in_sample)}"
            )
            missing = (Skipped(what="wait-and-see and EVPI", why=why),)
        frame = evaluation_frame(made, instance.region.types, trial=IN_SAMPLE)
        return Answer({"information": found}, frames=(frame,), missing=missing)

    def says(self, found: ComparisonFigures, names: tuple[str, str]) -> list[Remark]:
        """Return what both are worth, and whether another plan beats the robust one at home."""
        return [*worth(found.information, found.units), *unfinished(found, names[0])]


def information(case: ComparisonInput, made: list[Evaluation], fresh: Judged) -> Information:
    """Return WS, RP, EEV, VSS and EVPI. Birge and Louveaux (2011), chapter 4.

    RP, EEV, VSS and EVPI are about the scenarios that the plans were made from, where RP is
    bounded by the solve. They need a plan made for expected cost, and VSS a nominal plan, both
    without margin and under the judging model.
    """
    stochastic, nominal = _expected_plan(case), _nominal_plan(case)
    number = case.config.foresight_scenarios
    foresight = scenario_optima(case, case.in_sample, number, made, case.stress)
    named = {one.plan.name: one for one in made}
    best = None if stochastic is None else _best_known(case, made)
    recourse = None if stochastic is None or best is None else _recourse(stochastic, best)
    expected_value = None if nominal is None else _expected_value(named[nominal.name])
    return Information(
        wait_and_see=_wait_and_see(case, foresight, best),
        recourse=recourse,
        expected_value=expected_value,
        vss=_vss(expected_value, recourse),
        vss_out_of_sample=_vss_out_of_sample(fresh, stochastic, nominal),
        evpi=_evpi(case, recourse, foresight, best),
        stochastic=None if stochastic is None else stochastic.name,
        best_known=None if best is None else best.plan.name,
        num_scenarios=len(case.in_sample),
        wait_and_see_scenarios=0 if foresight is None else len(foresight.index),
    )


def _expected_plan(case: ComparisonInput) -> JudgedPlan | None:
    """Return the plan made for expected cost under the judging model."""
    return next((c for c in _solving(case) if c.goal is not None and c.goal.is_expected_cost), None)


def _nominal_plan(case: ComparisonInput) -> JudgedPlan | None:
    """Return the plan made for the mean under the judging model."""
    return next((c for c in _solving(case) if c.goal is not None and c.goal.mean_only), None)


def _solving(case: ComparisonInput) -> Iterator[JudgedPlan]:
    """Yield the plans that solve the judging model but for its measure."""
    same = {"objective": case.judging.objective}
    for one in case.candidates:
        model = one.model if one.demand_factor == 1 else None
        if model is not None and model.model_copy(update=same) == case.judging:
            yield one


def _ends(figure: Estimate) -> tuple[float | None, float | None]:
    """Return the ends of a figure's interval, or its value twice."""
    return figure.interval or (figure.value, figure.value)


def _best_known(case: ComparisonInput, made: list[Evaluation]) -> Evaluation | None:
    """Return the plan with the least expected cost of those made under the judging model's limits.

    It need not be the stochastic plan, whose solve may have stopped early.
    """
    return min(
        (one for one in made if obeys(case, one.plan.name)),
        key=lambda one: one.mean_cost, default=None,
    )  # fmt: skip


def _recourse(stochastic: JudgedPlan, best: Evaluation) -> Estimate:
    """Return RP: the best known plan's cost above, the stochastic plan's bound below."""
    how = (
        f"expected cost of the plan {best.plan.name} on the scenarios that the plans were made "
        "from; the optimum lies between the solver's proven bound and it"
    )
    return bracketed(best.mean_cost, stochastic.lower_bound, best.mean_cost, how)


def _expected_value(own: Evaluation) -> Estimate:
    """Return EEV, the expected cost of the nominal plan."""
    how = "expected cost of the nominal plan on the scenarios that the plans were made from"
    if not np.isfinite(own.mean_cost):
        how += ": infinite, it leaves demand unserved that must be served"
        return Estimate(value=None, basis="exact", how=how)
    return Estimate(value=own.mean_cost, basis="exact", how=how)


def _vss(expected_value: Estimate | None, recourse: Estimate | None) -> Estimate | None:
    """Return EEV - RP, bracketed as RP is."""
    if expected_value is None or recourse is None or recourse.value is None:
        return None
    if expected_value.value is None:
        return Estimate(value=None, basis="exact", how="infinite, as the nominal plan's cost is")
    low, high = _ends(recourse)
    top = None if low is None else expected_value.value - low
    value = expected_value.value - recourse.value
    how = (
        "EEV − RP on the scenarios that the plans were made from; EEV exact, RP bracketed by the "
        "solver's bounds"
    )
    # The nominal plan is one of those that RP chooses from, so VSS is never negative.
    bottom = None if high is None else max(0.0, expected_value.value - high)
    return bracketed(max(0.0, value), bottom, top, how)


def _vss_out_of_sample(
    fresh: Judged, stochastic: JudgedPlan | None, nominal: JudgedPlan | None
) -> Estimate | None:
    """Return the mean cost of the nominal plan less the stochastic one's, on fresh scenarios."""
    if stochastic is None or nominal is None:
        return None
    pair = pair_of(fresh.trial, nominal.name, stochastic.name)
    return None if pair is None else pair.mean_difference


def _wait_and_see(
    case: ComparisonInput, optima: ScenarioOptima | None, own: Evaluation | None
) -> Estimate | None:
    """Return the mean of the scenarios' own optima, bracketed, with sampling error if a subset.

    On a subset the best known plan, whose cost ``own`` is known in all scenarios, is the control
    variate: what foresight saves varies far less than costs do.
    """
    if optima is None:
        return None
    what = "mean of the scenarios' own optima"
    whole = len(optima.index) == len(case.in_sample)
    if whole or own is None or not np.isfinite(own.mean_cost):
        return _between(case, optima, optima.lower, optima.upper, what)
    cost = own.cost[optima.index]
    saved = _between(case, optima, cost - optima.upper, cost - optima.lower, what)
    found = falling(saved, lambda value: own.mean_cost - value)
    least = float(_weights(case, optima) @ (cost - optima.upper))
    return found.model_copy(update={"value": own.mean_cost - least})


def _evpi(
    case: ComparisonInput,
    recourse: Estimate | None,
    optima: ScenarioOptima | None,
    own: Evaluation | None,
) -> Estimate | None:
    """Return RP - WS; on a subset, from the differences scenario by scenario."""
    if recourse is None or optima is None or own is None:
        return None
    cost = own.cost[optima.index]
    lowest = _ends(recourse)[0]
    slack = 0.0 if lowest is None else own.mean_cost - lowest
    what = "RP − WS, with RP and the scenarios' own optima between proven bounds"
    found = _between(case, optima, cost - optima.upper - slack, cost - optima.lower, what)
    value = float(_weights(case, optima) @ (cost - optima.upper))
    if found.interval is None:
        return found
    # Foresight never costs, so EVPI is never negative.
    low, high = found.interval
    interval = (None if low is None else max(0.0, low), high)
    return found.model_copy(update={"value": value, "interval": interval})


def _weights(case: ComparisonInput, optima: ScenarioOptima) -> FloatArray:
    """Return the probabilities of the bounded scenarios, rescaled to sum to one."""
    weights = case.in_sample.probability[optima.index]
    return np.asarray(weights / weights.sum())


def _between(
    case: ComparisonInput,
    optima: ScenarioOptima,
    low: FloatArray,
    high: FloatArray,
    what: str,
) -> Estimate:
    """Return the mean of values that lie between two arrays, one pair for each bounded scenario."""
    weights, count = _weights(case, optima), len(case.in_sample)
    ends = float(weights @ low), float(weights @ high)
    if len(optima.index) == count:
        how = f"{what}; all {count} scenarios that the plans were made from"
        return bracketed(ends[1], ends[0], ends[1], how)
    where = f"{len(optima.index)} of the {count} scenarios that the plans were made from"
    draws = Draws.of(case.in_sample, case.stress).subset(optima.index)
    estimator = Estimator(draws, case.config.confidence, case.seed, where, ("information",))
    below, above = (estimator.figure(what, mean_of, values) for values in (low, high))
    interval = (
        below.interval[0] if below.interval else ends[0],
        above.interval[1] if above.interval else ends[1],
    )
    return Estimate(value=ends[1], interval=interval, basis="estimated", how=above.how)


def worth(info: Information, units: Units) -> list[Remark]:
    """Return what planning for many futures, and what knowing the future, is worth."""
    sentences = []
    for figure, text, short in (
        (info.vss, "Planning for many futures instead of their mean is worth {}", "VSS"),
        (info.evpi, "Knowing the future would be worth {} more", "EVPI"),
    ):
        if figure is not None and figure.value is not None:
            inner = f"{short}: {ends_of(figure)}{BASIS[figure.basis]}"
            sentence = f"{text.format(units.cost(money(figure.value)))} ({inner})."
            sentences.append(Remark(sentence, supports=True))
    return sentences


def unfinished(found: ComparisonFigures, robust: str) -> list[Remark]:
    """Return that another plan beats the robust one even where that was made; else nothing."""
    info = found.information
    if info.stochastic != robust or info.best_known in (None, robust):
        return []
    gap = next(facts.gap for facts in found.plans if facts.plan == robust)
    how_far = "an unknown part" if gap is None else percent(gap)
    sentence = (
        f"The robust plan is not the best known even for its own scenarios, which is "
        f"{info.best_known}: its solve stopped with {how_far} of its cost unproven."
    )
    return [Remark(sentence, supports=False)]
