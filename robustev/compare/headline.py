"""The comparison in words: one sentence that holds, what supports it, and what limits it."""

from __future__ import annotations

from robustev.compare.cautions import cautions, rival
from robustev.compare.evidence import evidence
from robustev.compare.pairs import pair_of
from robustev.compare.saving import saving
from robustev.compare.schema import Findings, Headline, PairFigures, PlanFacts
from robustev.compare.words import money, percent, range_of, share


def headline(found: Findings, robust: str | None, nominal: str | None) -> Headline:
    """Return the comparison in words, made from its figures alone."""
    if nominal is None or robust is None:
        missing = "nominal" if nominal is None else "robust"
        return Headline(answer=f"There is no {missing} plan to compare.", evidence=(), cautions=())
    fresh, names = found.trials[0], (robust, nominal)
    facts = next(p for p in found.plans if p.plan == robust)
    sentence = answer(facts, pair_of(fresh, *names), nominal, fresh.num_scenarios)
    margin = rival(fresh, found.plans, robust)
    if margin is not None:
        sentence = f"{sentence} A plain safety margin ({margin}) does as well."
    return Headline(
        answer=sentence,
        evidence=tuple(evidence(found, names)),
        cautions=tuple(cautions(found, names)),
    )


def answer(facts: PlanFacts, pair: PairFigures | None, nominal: str, count: int) -> str:
    """Return the one sentence: what robustness costs, what it saves, and how sure that is."""
    start = f"The robust plan ({facts.plan}) {_price(facts)} than the nominal plan ({nominal})"
    start = start.replace("nothing more than", "no more than")
    start += " if all goes as forecast"
    if pair is None or pair.mean_difference.value is None:
        return f"{start}; on fresh scenarios at least one of the two fails to serve demand it must."
    wins = share(pair.win_rate.value)
    return (
        f"{start}, {saving(pair.mean_difference, pair.relative_difference)} on average over "
        f"{count} fresh scenarios and {saving(pair.cvar90_difference)} in the worst tenth of "
        f"futures; it is the cheaper one in {wins} of them{range_of(pair.win_rate, percent)}."
    )


def _price(facts: PlanFacts) -> str:
    """Return what the plan costs above the nominal one if all goes as forecast."""
    price = facts.price_of_robustness
    if price is None or price.value is None:
        return "costs an unknown amount more"
    if abs(facts.price_of_robustness_share or 0.0) < 5e-5:
        return "costs nothing more"
    word = "more" if price.value > 0 else "less"
    return (
        f"costs {money(abs(price.value))} ({percent(abs(facts.price_of_robustness_share or 0))}) "
        f"{word}"
    )
