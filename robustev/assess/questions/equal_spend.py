"""Equal spend: each robust plan against a nominal plan whose safety margin costs as much.

A robust plan often spends more than the nominal one. The fair question is whether the same money
in a plain margin would have done as well, so the margin is searched for that spends the same.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np

from robustev.assess.config import EqualSpendConfig
from robustev.assess.input import ComparisonInput, JudgedPlan
from robustev.assess.judging import Judged, Label, judge
from robustev.assess.narrative.pairs import negative
from robustev.assess.narrative.rivals import as_good, margins_as_good
from robustev.assess.narrative.words import money, range_of
from robustev.assess.questions.base import Answer, Question, Remark, register
from robustev.assess.schema import ComparisonFigures, PairFigures
from robustev.core.units import Units
from robustev.evaluate import evaluate
from robustev.evaluate.spending import spend

logger = logging.getLogger(__name__)

LARGEST_MARGIN = 2.0
FIRST_MARGIN = 0.1
SEARCH_STEPS = 7
"""Most plans made in search of one margin."""
CLOSE = 0.005
"""Relative difference of spending that counts as equal."""
INWARD = 0.1
"""Share of the interval that interpolation keeps away from its ends, so that it shrinks."""
TWIN = "{plan}_margin_twin"


@register
class EqualSpend(Question):
    """Would the same money in a plain safety margin have done as well?"""

    key = "equal_spend"
    title = "equal spend"
    settings = EqualSpendConfig
    example: ClassVar[dict[str, Any]] = {"equal_spend": True}

    def parts(self, case: ComparisonInput) -> tuple[str, ...]:
        """Return one part where it is asked for."""
        return ("",) if case.config.equal_spend else ()

    def ask(self, case: ComparisonInput, main: Judged, part: str) -> Answer:
        """Return the test of robust plans against the margins that spend as much."""
        twins = margin_twins(case)
        tests = (_judge_twins(case, twins, main),) if twins else ()
        return Answer(tests=tests, plans=tuple(twin for _, twin in twins))

    def says(self, found: ComparisonFigures, names: tuple[str, str]) -> list[Remark]:
        """Return how the margin that spends the same does; that it does worse only to reassure."""
        alone = not margins_as_good(found, names)
        return [Remark(text, supports=False) for text in twin_words(found, names[0], alone=alone)]


@dataclass(frozen=True, eq=False)
class Spending:
    """A nominal plan and what it spends; without a plan the margin asked for too much."""

    candidate: JudgedPlan | None
    money: float = np.inf


@dataclass(eq=False)
class MarginSearch:
    """Nominal plans by their margin, each made once.

    Parameters
    ----------
    nominal
        The nominal plan, whose model all of them share.
    known
        The plans so far, by margin.
    """

    case: ComparisonInput
    nominal: JudgedPlan
    known: dict[float, Spending] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.instance = self.case.instance(self.case.in_sample)
        for one in self.case.candidates:
            if one.role in ("nominal", "margin") and one.model == self.nominal.model:
                self.known[one.demand_factor - 1.0] = self._spending(one)

    def _spending(self, candidate: JudgedPlan) -> Spending:
        """Return the candidate with what it spends."""
        return Spending(candidate, spend(candidate.plan, self.instance))

    def make(self, margin: float) -> None:
        """Make the nominal plan for ``1 + margin`` times the mean demand."""
        assert self.nominal.model is not None
        demand = self.case.in_sample.mean().scaled(1.0 + margin)
        result = self.case.solve_all([(demand, self.nominal.model)])[0]
        if result.plan is None:
            self.known[margin] = Spending(None)
            return
        bounds = result.objective, result.lower_bound
        made = JudgedPlan(result.plan, self.nominal.model, 1.0 + margin, *bounds)
        self.known[margin] = self._spending(made)

    def twin(self, target: float) -> JudgedPlan | None:
        """Return the best margin found that spends ``target``, about, or else the most below.

        Spending rises with the margin but for the solver's gap, so the margin is closed in on by
        interpolation. Where several spend the target, as under a budget, the one that costs least
        on the scenarios that the plans were made from does the margins most justice.
        """
        close = CLOSE * max(abs(target), 1e-9)
        for _ in range(SEARCH_STEPS):
            margin = self._next(target, close)
            if margin is None:
                break
            self.make(margin)
        spent = [one for one in self.known.values() if one.money <= target + close]
        equal = [one for one in spent if one.money >= target - close]
        return self._best(equal or sorted(spent, key=lambda one: one.money)[-1:])

    def _best(self, choice: list[Spending]) -> JudgedPlan | None:
        """Return the candidate with the least mean cost; None without any."""
        candidates = [one.candidate for one in choice if one.candidate is not None]
        if len(candidates) < 2:
            return next(iter(candidates), None)
        found = evaluate(self.instance, [c.plan for c in candidates], comm=self.case.comm)
        return candidates[int(np.argmin([one.mean_cost for one in found]))]

    def _next(self, target: float, close: float) -> float | None:
        """Return the margin to try next; None once one spends the target, or the largest less."""
        money = {margin: one.money for margin, one in self.known.items()}
        if any(abs(value - target) <= close for value in money.values()):
            return None
        high = min((m for m, value in money.items() if value > target), default=None)
        below = [m for m, value in money.items() if value < target and (high is None or m < high)]
        low = max(below, default=0.0)
        if high is None:
            return min(max(2 * low, FIRST_MARGIN), LARGEST_MARGIN) if low < LARGEST_MARGIN else None
        part = 0.5
        if below and np.isfinite(money[high]):
            part = (target - money[low]) / (money[high] - money[low])
        return low + float(np.clip(part, INWARD, 1 - INWARD)) * (high - low)


def margin_twins(case: ComparisonInput) -> list[tuple[JudgedPlan, JudgedPlan]]:
    """Return every robust plan that spends more than the nominal one, with its margin twin."""
    nominal = case.nominal
    if nominal is None or nominal.model is None:
        return []
    instance = case.instance(case.in_sample)
    base = spend(nominal.plan, instance)
    search = MarginSearch(case, nominal)
    twins = []
    for candidate in case.candidates:
        target = spend(candidate.plan, instance)
        if candidate.role != "robust" or target <= base * (1 + CLOSE):
            continue
        found = search.twin(target)
        if found is None:
            logger.info("no margin spends as much as plan %s", candidate.name)
            continue
        name = TWIN.format(plan=candidate.name)
        twins.append((candidate, replace(found, plan=found.plan.renamed(name))))
    return twins


def _judge_twins(
    case: ComparisonInput, twins: list[tuple[JudgedPlan, JudgedPlan]], main: Judged
) -> Judged:
    """Return the trial of robust plans against the margins that spend as much."""
    label = Label(
        name="equal_spend",
        kind="equal_spend",
        title="equal spend",
        description=(
            "Each robust plan that spends more than the nominal one meets a nominal plan for as "
            "much more demand as makes it spend the same; the fresh scenarios again."
        ),
        where=f"{len(main.scenarios)} fresh scenarios",
    )
    plans = [plan for robust, twin in twins for plan in (robust.plan, twin.plan)]
    pairs = [(robust.name, twin.name) for robust, twin in twins]
    return judge(
        case, label, main.scenarios, plans,
        stress=case.stress, pairs=pairs, known=main.evaluations,
    )  # fmt: skip


def twin_words(found: ComparisonFigures, robust: str, *, alone: bool) -> list[str]:
    """Return how the margin that spends the same does; that it does worse only where ``alone``."""
    for trial in found.trials:
        if trial.kind != "equal_spend":
            continue
        for pair in trial.pairs:
            if pair.plan == robust:
                subject = "A nominal plan whose safety margin spends the same money"
                worse = (
                    f"{subject} {_behind(pair, found.units)}: the gain is not only a matter of "
                    "spending more."
                )
                return as_good(pair, subject, found.units) or ([worse] if alone else [])
    return []


def _behind(pair: PairFigures, units: Units) -> str:
    """Return by how much the other plan of a pair costs more."""
    value = pair.mean_difference.value
    if value is None:
        return "fails to serve demand that it must"
    interval = range_of(negative(pair.mean_difference), money)
    return f"costs {units.cost(money(abs(value)))} more on average{interval}"
