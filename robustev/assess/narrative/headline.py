"""The comparison in words: one sentence that holds, what supports it, and what limits it."""

from __future__ import annotations

from robustev.assess.narrative.cautions import cautions, outside_limits
from robustev.assess.narrative.evidence import evidence
from robustev.assess.narrative.pairs import pair_of
from robustev.assess.narrative.rivals import rival
from robustev.assess.narrative.saving import saving
from robustev.assess.narrative.words import money, range_of, share
from robustev.assess.schema import (
    ComparisonFigures,
    Estimate,
    Headline,
    OutOfSampleTest,
    PairFigures,
    PlanMetrics,
)
from robustev.core.formatting import percent
from robustev.core.units import Units

SAVES = "saves "


def headline(found: ComparisonFigures, robust: str | None, nominal: str | None) -> Headline:
    """Return the comparison in words, made from its figures alone."""
    if nominal is None or robust is None:
        missing = "nominal" if nominal is None else "robust"
        text = f"There is no {missing} plan to compare."
        limits = tuple(outside_limits(found.plans))
        return Headline(answer=text, evidence=(), cautions=limits)
    names = (robust, nominal)
    sentences = [answer(found, names)]
    margin = rival(found.trials[0], found.plans, robust)
    if margin is not None:
        sentences.append(f"A plain safety margin ({margin}) does as well.")
    if pair_of(found.trials[0], *names) is not None:
        sentences.append(f"Ranges in brackets hold with {percent(found.confidence)} confidence.")
    return Headline(
        answer=" ".join(sentences),
        evidence=tuple(evidence(found, names)),
        cautions=tuple(cautions(found, names)),
    )


def answer(found: ComparisonFigures, names: tuple[str, str]) -> str:
    """Return the one sentence: what robustness costs, what it saves, and how sure that is.

    ``names`` are the robust and the nominal plan.
    """
    robust, nominal = names
    fresh, units = found.trials[0], found.units
    facts = next(one for one in found.plans if one.plan == robust)
    start = (
        f"{_called('robust', robust).capitalize()} {_price(facts, units)} than "
        f"{_called('nominal', nominal)} if all goes as forecast"
    ).replace("nothing more than", "no more than")
    pair = pair_of(fresh, *names)
    if pair is None or pair.mean_difference.value is None:
        return f"{start}; on fresh scenarios at least one of the two fails to serve demand it must."
    mean = saving(pair.mean_difference, units, pair.relative_difference)
    tail = saving(pair.cvar90_difference, units, _tail_share(fresh, names))
    if mean.startswith(SAVES):
        tail = tail.removeprefix(SAVES)
    return (
        f"{start}, {mean} on average over {fresh.num_scenarios:,} fresh scenarios and {tail} in "
        f"the worst tenth of futures; {_wins(pair)}."
    )


def _called(role: str, name: str) -> str:
    """Return how a sentence calls a plan.

    >>> _called("robust", "robust"), _called("robust", "cvar")
    ('the robust plan', 'the robust plan (cvar)')
    """
    return f"the {role} plan" if name == role else f"the {role} plan ({name})"


def _price(facts: PlanMetrics, units: Units) -> str:
    """Return what the plan costs above the nominal one if all goes as forecast."""
    price = facts.price_of_robustness
    if price is None or price.value is None:
        return "costs an unknown amount more"
    relative = abs(facts.price_of_robustness_share or 0.0)
    if relative < 5e-5:
        return "costs nothing more"
    word = "more" if price.value > 0 else "less"
    return f"costs {units.cost(money(abs(price.value)))} ({percent(relative)}) {word}"


def _tail_share(fresh: OutOfSampleTest, names: tuple[str, str]) -> Estimate | None:
    """Return the difference of the two plans' worst tenths over that of the nominal plan."""
    worst = {one.plan: one.cvar90.value for one in fresh.plans}
    ours, theirs = worst.get(names[0]), worst.get(names[1])
    if ours is None or not theirs:
        return None
    return Estimate(value=ours / theirs - 1, basis="estimated", how="ratio of the two figures")


def _wins(pair: PairFigures) -> str:
    """Return in how many scenarios the plan is the cheaper one, and in how many there is a tie."""
    rate = pair.win_rate
    ties = f", and costs the same in {share(pair.tie_rate)}" if pair.tie_rate >= 0.005 else ""
    return f"it is cheaper in {share(rate.value)} of the scenarios{range_of(rate, share)}{ties}"
