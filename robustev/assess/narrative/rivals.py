"""Whether a plain safety margin does as well as the robust plan, in words."""

from __future__ import annotations

from collections.abc import Sequence

from robustev.assess.narrative.pairs import pair_of
from robustev.assess.narrative.words import money, share
from robustev.assess.schema import ComparisonFigures, OutOfSampleTest, PairFigures, PlanMetrics
from robustev.core.formatting import percent
from robustev.core.units import NEUTRAL, Units

ALL = 1 - 1e-9
MOST = 0.5
"""Share of the saving from which a margin that is dearer than the robust plan is worth naming."""


def margins_as_good(found: ComparisonFigures, names: tuple[str, str]) -> list[str]:
    """Return a caution for each safety margin that does as well as the plan, or nearly."""
    robust, nominal = names
    fresh, units = found.trials[0], found.units
    gap = max((facts.gap or 0.0 for facts in found.plans if facts.plan == robust), default=0.0)
    saved = pair_of(fresh, robust, nominal)
    sentences = []
    for facts in found.plans:
        pair = pair_of(fresh, robust, facts.plan) if facts.role == "margin" else None
        if pair is not None:
            subject = f"A plain safety margin ({facts.plan})"
            near = _nearly(pair, saved, subject, gap, units)
            sentences += as_good(pair, subject, units) or near
    return sentences


def _nearly(
    pair: PairFigures, saved: PairFigures | None, subject: str, gap: float, units: Units
) -> list[str]:
    """Return what share of the saving over the nominal plan the other plan gets, if it is most.

    ``gap`` is what the robust plan's solve left open, relative to its cost.
    """
    ahead, relative = pair.mean_difference.value, pair.relative_difference.value
    whole = None if saved is None else saved.mean_difference.value
    if ahead is None or relative is None or whole is None or whole >= 0 or ahead >= 0:
        return []
    part = 1 - ahead / whole
    if part < MOST:
        return []
    size = f"{units.cost(money(-ahead))} ({percent(-relative)})"
    open_yet = ", no more than the robust plan's own proven gap" if -relative <= gap else ""
    return [
        f"{subject} gets {share(part)} of that saving on average: the robust plan is {size} "
        f"cheaper{open_yet}{_tail(pair, units)}."
    ]


def _tail(pair: PairFigures, units: Units) -> str:
    """Return that the other plan is better in bad futures, where its interval shows that."""
    figure = pair.cvar90_difference
    low = (figure.interval or (figure.value,))[0]
    if figure.value is None or low is None or low <= 0:
        return ""
    return f", and {units.cost(money(figure.value))} dearer in the worst tenth of futures"


def as_good(pair: PairFigures, subject: str, units: Units) -> list[str]:
    """Return that a pair's other plan is as good as the robust one, or better; else nothing."""
    difference = pair.mean_difference
    if difference.value is None:
        return []
    if pair.tie_rate > ALL:
        return [f"{subject} costs the same in every scenario: it is as good as the robust plan."]
    low, high = difference.interval or (difference.value, difference.value)
    if low is None or high is None or high < 0:
        return []
    if low > 0:
        size = units.cost(money(difference.value))
        return [f"{subject} does better on average, by {size}."]
    return [
        f"{subject} does as well on average: the robust plan costs "
        f"{change(difference.value, units)}, which may be chance "
        f"({change(low)} to {change(high)})."
    ]


def change(value: float, units: Units | None = None) -> str:
    """Return a difference in words, with its unit if there is one.

    >>> change(-5.0), change(5.0, Units(money="euro"))
    ('5 less', '5 euro more')
    """
    size = money(abs(value)) if units is None else units.cost(money(abs(value)))
    return f"{size} {'less' if value < 0 else 'more'}"


def rival(fresh: OutOfSampleTest, plans: Sequence[PlanMetrics], robust: str) -> str | None:
    """Return the best safety margin that does as well as the robust plan, or better; else None."""
    found = {}
    for facts in plans:
        pair = pair_of(fresh, robust, facts.plan) if facts.role == "margin" else None
        if pair is not None and as_good(pair, "", NEUTRAL):
            found[facts.plan] = pair.mean_difference.value or 0.0
    return max(found, key=lambda name: found[name]) if found else None
