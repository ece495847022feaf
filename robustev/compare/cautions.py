"""What limits the answer, one sentence each; first where a safety margin does as well."""

from __future__ import annotations

from collections.abc import Sequence

from robustev.compare.pairs import negative, pair_of
from robustev.compare.schema import PairFigures, PlanFacts, Skipped, Trial
from robustev.compare.words import money, percent, range_of

ALL = 1 - 1e-9


def cautions(
    trials: Sequence[Trial], plans: Sequence[PlanFacts], skipped: Sequence[Skipped], robust: str
) -> list[str]:
    """Return the sentences about the robust plan of that name."""
    margins = _margins(trials[0], plans, robust)
    return [
        *margins,
        *_twins(trials, robust, reassure=not margins),
        *_short(trials[0], robust),
        *(f"Not there: {one.what}. {one.why}" for one in skipped),
    ]


def _margins(fresh: Trial, plans: Sequence[PlanFacts], robust: str) -> list[str]:
    """Return a caution for each safety margin that does as well as, or better than, the plan."""
    sentences = []
    for facts in plans:
        pair = pair_of(fresh, robust, facts.plan) if facts.role == "margin" else None
        if pair is not None:
            sentences += _as_good(pair, f"A plain safety margin ({facts.plan})")
    return sentences


def _as_good(pair: PairFigures, subject: str) -> list[str]:
    difference = pair.mean_difference
    if difference.value is None:
        return []
    if pair.tie_rate > ALL:
        return [f"{subject} costs the same in every scenario: it is as good as the robust plan."]
    low, high = difference.interval or (difference.value, difference.value)
    if low is None or high is None or high < 0:
        return []
    if low > 0:
        return [f"{subject} does better on average, by {money(difference.value)}."]
    return [
        f"{subject} does as well on average: the difference, {money(difference.value)}, lies "
        f"between {money(low)} and {money(high)}."
    ]


def _twins(trials: Sequence[Trial], robust: str, *, reassure: bool) -> list[str]:
    """Return how the margin that spends the same does; that it does worse only to ``reassure``."""
    for trial in trials:
        if trial.kind != "equal_spend":
            continue
        for pair in trial.pairs:
            if pair.plan == robust:
                subject = "A nominal plan whose safety margin spends the same money"
                worse = (
                    f"{subject} {_behind(pair)}: the gain is not only a matter of spending more."
                )
                return _as_good(pair, subject) or ([worse] if reassure else [])
    return []


def _behind(pair: PairFigures) -> str:
    value = pair.mean_difference.value
    if value is None:
        return "fails to serve demand that it must"
    interval = range_of(negative(pair.mean_difference), money)
    return f"costs {money(abs(value))} more on average{interval}"


def _short(fresh: Trial, robust: str) -> list[str]:
    figures = next(p for p in fresh.plans if p.plan == robust)
    value = figures.short_share.value
    if not value:
        return []
    return [
        f"Even the robust plan leaves demand unserved in {percent(value)} of the fresh scenarios, "
        f"{percent(figures.unserved_share.value or 0.0)} of all demand."
    ]
