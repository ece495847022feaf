"""Redrawing the scenarios and planning again: site persistence and the SAA optimality gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from scipy import stats

from robustev.assess.config import RedrawConfig
from robustev.assess.input import ComparisonInput, JudgedPlan
from robustev.assess.judging import Judged
from robustev.assess.narrative.words import money
from robustev.assess.questions.base import Answer, Question, Remark, register
from robustev.assess.schema import (
    ChargerAgreement,
    ComparisonFigures,
    Estimate,
    SaaGap,
    SiteAgreement,
    SitePersistence,
    Skipped,
)
from robustev.assess.statistics.streams import REDRAW, REPLICATION, seed_for
from robustev.core.arrays import FloatArray
from robustev.core.formatting import count, percent
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.evaluate import evaluate
from robustev.evaluate.cost_space import cost_space
from robustev.methods.result import SolveResult
from robustev.model.instance import build_instance, with_levels
from robustev.model.model import Model
from robustev.model.risk import ScenarioRisk
from robustev.scenarios.generator import generate

SAFE, LIKELY, RARE = 0.95, 0.7, 0.05
"""Shares of redraws from which a decision is called safe, likely, and not needed."""


@register
class RedrawQuestion(Question):
    """Would other draws of the scenarios have given another plan, and how much better a one?"""

    key = "redraws"
    title = "site persistence and the SAA gap"
    settings = RedrawConfig
    example: ClassVar[dict[str, Any]] = {"redraws": 2}

    def parts(self, case: ComparisonInput) -> tuple[str, ...]:
        """Return one part where redraws are asked for and there is a robust plan."""
        return ("",) if case.config.redraws and case.robust is not None else ()

    def ask(self, case: ComparisonInput, main: Judged, part: str) -> Answer:
        """Return the SAA gap and the site persistence of the robust plan."""
        assert case.robust is not None
        if case.definition is None:
            why = "the scenarios come with the data, so that there is nothing to redraw"
            return Answer(missing=(Skipped(what=self.title, why=why),))
        found = redraw(case, case.robust)
        gap = gap_of(case, found)
        missing: tuple[Skipped, ...] = ()
        if gap is None:
            why = "it needs a plan for expected cost, and at least two redraws with a proven bound"
            missing = (Skipped(what="SAA gap", why=why),)
        figures = {"saa_gap": gap, "site_persistence": site_persistence(case, found)}
        return Answer(figures, missing=missing)

    def says(self, found: ComparisonFigures, names: tuple[str, str]) -> list[Remark]:
        """Return how much more scenarios could improve the plan, and which stations come back."""
        return [*gap_words(found), *persistence_words(found.site_persistence)]


@dataclass(frozen=True, eq=False)
class Redraws:
    """A plan's model solved again on other draws of the scenarios.

    Parameters
    ----------
    scenarios, results
        One each per redraw.
    """

    candidate: JudgedPlan
    model: Model
    scenarios: list[ScenarioSet]
    results: list[SolveResult]

    @property
    def plans(self) -> list[Plan]:
        """The plans that were found."""
        return [result.plan for result in self.results if result.plan is not None]


def redraw(case: ComparisonInput, candidate: JudgedPlan) -> Redraws:
    """Solve the candidate's model on ``redraws`` other draws, by the experiment's own sampling."""
    assert candidate.model is not None
    assert case.definition is not None
    number = case.config.redraw_scenarios or len(case.in_sample)
    sets = [
        generate(
            case.region, case.definition, num_scenarios=number,
            seed=seed_for(case.seed, REDRAW, r),
            cost_space=cost_space(case.region, candidate.model),
        )
        for r in range(case.config.redraws)
    ]  # fmt: skip
    return _solved(case, candidate, sets)


def _solved(
    case: ComparisonInput,
    candidate: JudgedPlan,
    sets: list[ScenarioSet],
    start: Sequence[Plan] = (),
) -> Redraws:
    """Solve the candidate's model on every set, for the demand that it was made for."""
    assert candidate.model is not None
    scaled = [scenarios.scaled(candidate.demand_factor) for scenarios in sets]
    results = case.solve_all([(scenarios, candidate.model) for scenarios in scaled], start=start)
    return Redraws(candidate, candidate.model, scaled, results)


def replications(case: ComparisonInput, redraws: Redraws) -> Redraws:
    """Return independent samples and their solves, for the SAA gap.

    The redraws themselves serve where they are samples. Reduced sets are none: they estimate
    costs with a bias, and so would the gap be. Then as many others are drawn, all of whose
    scenarios are kept and equally likely.
    """
    assert case.definition is not None
    if case.definition.reduction is None:
        return redraws
    whole = case.definition.model_copy(update={"reduction": None})
    number = case.config.replication_scenarios or len(case.in_sample)
    return _solved(
        case,
        redraws.candidate,
        [
            generate(
                case.region, whole, num_scenarios=number, seed=seed_for(case.seed, REPLICATION, m)
            )
            for m in range(case.config.redraws)
        ],
        # Only bounds are asked for here. A redraw must not begin with the plan: within the gap it
        # could end with it, and look stable.
        start=[redraws.candidate.plan],
    )


def saa_gap(case: ComparisonInput, samples: Redraws) -> SaaGap | None:
    """Return the optimality gap of the plan for its own objective. Mak, Morton and Wood (1999).

    For replication m with its own scenarios, ``G_m = f_m(plan) - min f_m`` has a mean that is at
    least the plan's true gap, wherever the plan comes from. The minimum is replaced by the
    solver's proven bound, which only widens the gap. The upper limit is ``mean + t s / sqrt(M)``.
    It holds for the expected cost and scenarios that estimate it without bias (see
    :func:`replications`); other measures give no limit.
    """
    values = [replication_gap(case, samples, m) for m in range(len(samples.results))]
    known = np.array([value for value in values if value is not None])
    if not samples.model.objective.is_expected_cost or len(known) < max(2, len(values)):
        return None
    limit = one_sided_limit(known, case.config.confidence)
    own = samples.candidate.objective
    size = len(samples.scenarios[0])
    how = (
        f"mean over {len(known)} replications of {size} draws, none of them left out, of the "
        "plan's cost less a proven bound on the optimum; the interval runs from 0 to the one-sided "
        f"{100 * case.config.confidence:g} % limit"
    )
    return SaaGap(
        plan=samples.candidate.name,
        gap=Estimate(value=float(known.mean()), interval=(0.0, limit), basis="estimated", how=how),
        relative=limit / abs(own) if own else None,
        replications=len(known),
        scenarios_each=size,
    )


def one_sided_limit(gaps: FloatArray, confidence: float) -> float:
    """Return the upper confidence limit of the mean of independent gaps.

    >>> round(one_sided_limit(np.array([1.0, 2.0, 3.0]), 0.95), 4)
    3.6859
    """
    count = len(gaps)
    error = float(gaps.std(ddof=1)) / np.sqrt(count)
    return float(gaps.mean() + stats.t.ppf(confidence, count - 1) * error)


def replication_gap(case: ComparisonInput, redraws: Redraws, m: int) -> float | None:
    """Return ``G_m``; None where the optimum is not bounded or the plan fails."""
    bound = redraws.results[m].lower_bound
    if bound is None:
        return None
    instance = build_instance(case.region, redraws.scenarios[m], redraws.model)
    cost = evaluate(instance, [redraws.candidate.plan], comm=case.comm)[0].cost
    value = ScenarioRisk(instance.goal, instance.probability).value(cost)
    return value - bound if np.isfinite(value) else None


def site_persistence(case: ComparisonInput, redraws: Redraws) -> SitePersistence | None:
    """Return how often each site and charger count comes back; None without plans."""
    plans = redraws.plans
    if not plans:
        return None
    region = with_levels(case.region, redraws.model)
    own = redraws.candidate.plan
    return SitePersistence(
        plan=redraws.candidate.name,
        redraws=len(plans),
        scenarios_each=len(redraws.scenarios[0]),
        mean_overlap=float(np.mean([overlap(own, plan) for plan in plans])),
        sites=tuple(
            persistence_of(i, own, plans, region)
            for i in range(region.num_sites)
            if own.open[i] or any(plan.open[i] for plan in plans)
        ),
    )


def overlap(one: Plan, other: Plan) -> float:
    """Return the Jaccard overlap of the open sites of two plans; 1 where both have none."""
    either = int((one.open | other.open).sum())
    return int((one.open & other.open).sum()) / either if either else 1.0


def persistence_of(i: int, own: Plan, plans: Sequence[Plan], region: Region) -> SiteAgreement:
    """Return how site ``i`` fared over the redraws."""
    opened = float(np.mean([plan.open[i] for plan in plans]))
    counts = np.array([plan.chargers[i] for plan in plans])
    same = [
        plan.open[i] == own.open[i] and bool((plan.chargers[i] == own.chargers[i]).all())
        for plan in plans
    ]
    return SiteAgreement(
        site=region.sites.ids[i],
        name=None if region.sites.names is None else region.sites.names[i],
        planned=bool(own.open[i]),
        open_share=opened,
        same_share=float(np.mean(same)),
        verdict=verdict(opened),
        chargers=tuple(
            ChargerAgreement(
                kind=kind.name,
                planned=int(own.chargers[i, r]),
                mean=float(counts[:, r].mean()),
                lowest=int(counts[:, r].min()),
                highest=int(counts[:, r].max()),
                same_share=float((counts[:, r] == own.chargers[i, r]).mean()),
            )
            for r, kind in enumerate(region.kinds)
        ),
    )


def verdict(open_share: float) -> Literal["safe", "likely", "open question", "not needed"]:
    """Return what a planner may conclude from how often a site is opened.

    >>> verdict(1.0), verdict(0.5), verdict(0.0)
    ('safe', 'open question', 'not needed')
    """
    if open_share >= SAFE:
        return "safe"
    if open_share >= LIKELY:
        return "likely"
    return "open question" if open_share > RARE else "not needed"


def gap_of(case: ComparisonInput, redraws: Redraws) -> SaaGap | None:
    """Return the SAA gap, without drawing samples for a plan that can have none."""
    if not redraws.model.objective.is_expected_cost or case.config.redraws < 2:
        return None
    return saa_gap(case, replications(case, redraws))


def gap_words(found: ComparisonFigures) -> list[Remark]:
    """Return how much more scenarios could improve the plan."""
    saa_gap = found.saa_gap
    if saa_gap is None or saa_gap.gap.interval is None or saa_gap.gap.interval[1] is None:
        return []
    relative = "" if saa_gap.relative is None else f" ({percent(saa_gap.relative)})"
    most = found.units.cost(money(saa_gap.gap.interval[1]))
    sentence = (
        f"Planning with more scenarios could improve the plan {saa_gap.plan} by at most "
        f"{most}{relative}, with {percent(found.confidence)} confidence, from "
        f"{saa_gap.replications} independent samples of {saa_gap.scenarios_each} scenarios."
    )
    return [Remark(sentence, supports=True)]


def persistence_words(site_persistence: SitePersistence | None) -> list[Remark]:
    """Return how many stations come back when scenarios are redrawn."""
    if site_persistence is None:
        return []
    planned = [site for site in site_persistence.sites if site.planned]
    safe = sum(site.verdict == "safe" for site in planned)
    exact = sum(site.same_share >= 0.5 for site in planned)
    sentence = (
        f"When the scenarios were drawn anew ({count(site_persistence.redraws, 'time')}), "
        f"{_part(safe, len(planned))} came back every time or nearly so; "
        f"{_part(exact, len(planned))} kept exactly the same size in at least half of the draws."
    )
    return [Remark(sentence, supports=True)]


def _part(number: int, whole: int) -> str:
    """Return how many of the plan's stations these are.

    >>> _part(3, 3), _part(2, 3), _part(0, 3)
    ('each of the 3 stations', '2 of the 3 stations', 'none of the 3 stations')
    """
    words = "each" if number == whole else f"{number:,}" if number else "none"
    return f"{words} of the {count(whole, 'station')}"
