"""What supports the answer, one sentence each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from robustev.assess.narrative.pairs import pair_of
from robustev.assess.narrative.saving import saving
from robustev.assess.narrative.words import money, percent, share
from robustev.assess.schema import (
    ComparisonFigures,
    Estimate,
    Information,
    ObservedYear,
    OutOfSampleTest,
    PlanFigures,
    Stability,
)
from robustev.assess.statistics.intervals import EQUAL
from robustev.core.formatting import count, listed
from robustev.core.units import Units

BASIS = {"exact": "exact", "estimated": "estimated from a sample", "bracketed": "proven bounds"}


def evidence(found: ComparisonFigures, names: tuple[str, str]) -> list[str]:
    """Return the sentences; ``names`` are the robust and the nominal plan."""
    best = best_plan(found.trials[0], names[0])
    return [
        *(said.sentence for said in best if said.supports),
        *_information(found.information, found.units),
        *_gap(found),
        *(said.sentence for said in elsewhere(found, names) if said.supports),
        *_stability(found.stability),
    ]


@dataclass(frozen=True)
class Outcome:
    """How the robust plan fares, and whether that speaks for it."""

    sentence: str
    supports: bool


def best_plan(fresh: OutOfSampleTest, robust: str) -> list[Outcome]:
    """Return which plan is best on average, and which in the tail; nothing about fewer than two."""
    known = [p for p in fresh.plans if p.mean.value is not None]
    if len(known) < 2:
        return []
    mean, tail = _lowest(known, "mean"), _lowest(known, "cvar90")
    sentence = (
        f"Of all plans, {_have(mean)} the lowest mean cost over the {fresh.num_scenarios:,} fresh "
        "scenarios, and "
    )
    sentence += "in their" if mean == tail else f"{_have(tail)} the lowest in their"
    return [Outcome(f"{sentence} worst tenth.", supports=robust in mean)]


def _lowest(plans: Sequence[PlanFigures], field: str) -> list[str]:
    """Return the plans with the lowest figure of that name."""
    values = {one.plan: _value(getattr(one, field)) for one in plans}
    least = min(values.values())
    return [name for name, v in values.items() if v - least <= EQUAL * max(1.0, abs(least))]


def _have(names: list[str]) -> str:
    """Return the names with their verb.

    >>> _have(["a"]), _have(["a", "b"])
    ('a has', 'a and b have')
    """
    return f"{listed(names)} {'has' if len(names) == 1 else 'have'}"


def _value(figure: Estimate) -> float:
    """Return the figure's value, infinite where it has none."""
    return float("inf") if figure.value is None else figure.value


def _information(info: Information, units: Units) -> list[str]:
    """Return what planning for many futures, and what knowing the future, is worth."""
    sentences = []
    for figure, text, short in (
        (info.vss, "Planning for many futures instead of their mean is worth {}", "VSS"),
        (info.evpi, "Knowing the future would be worth {} more", "EVPI"),
    ):
        if figure is not None and figure.value is not None:
            inner = f"{short}: {_ends(figure)}{BASIS[figure.basis]}"
            sentences.append(f"{text.format(units.cost(money(figure.value)))} ({inner}).")
    return sentences


def _ends(figure: Estimate) -> str:
    """Return the ends of the figure's interval with a comma after them; nothing without one."""
    if figure.interval is None or None in figure.interval:
        return ""
    low, high = (money(float(end or 0.0)) for end in figure.interval)
    return "" if low == high else f"{low} to {high}, "


def _gap(found: ComparisonFigures) -> list[str]:
    """Return how much more scenarios could improve the plan."""
    saa_gap = found.saa_gap
    if saa_gap is None or saa_gap.gap.interval is None or saa_gap.gap.interval[1] is None:
        return []
    relative = "" if saa_gap.relative is None else f" ({percent(saa_gap.relative)})"
    most = found.units.cost(money(saa_gap.gap.interval[1]))
    return [
        f"Planning with more scenarios could improve the plan {saa_gap.plan} by at most "
        f"{most}{relative}, with {percent(found.confidence)} confidence, from "
        f"{saa_gap.replications} independent samples of {saa_gap.scenarios_each} scenarios."
    ]


def elsewhere(found: ComparisonFigures, names: tuple[str, str]) -> list[Outcome]:
    """Return how the plan does in other worlds and in real years, against the nominal one."""
    units, others = found.units, (one for one in found.trials if one.kind == "misspecified")
    worlds = (_in_world(trial, names, units) for trial in others)
    years = (_in_year(year, names, units) for year in found.observed)
    return [said for said in (*worlds, *years) if said is not None]


def _in_world(trial: OutOfSampleTest, names: tuple[str, str], units: Units) -> Outcome | None:
    """Return how the plan does in another world; None where the pair was not tried there."""
    pair = pair_of(trial, *names)
    if pair is None:
        return None
    found = saving(pair.mean_difference, units, pair.relative_difference)
    sentence = f"In another world ({trial.title}) the robust plan {found} on average."
    return Outcome(sentence, pair.mean_difference.value is not None and found.startswith("saves"))


def _in_year(year: ObservedYear, names: tuple[str, str], units: Units) -> Outcome:
    """Return how the plan would have done in a year that really happened."""
    costs = {one.plan: one.cost.value for one in year.plans}
    a, b = (costs.get(name) for name in names)
    if a is None or b is None:
        sentence = f"In the real {year.year} at least one of the two plans fails to serve demand."
        return Outcome(sentence, supports=a is not None)
    place = ""
    if year.forecast_quantile is not None:
        place = (
            f"; {share(year.forecast_quantile)} of the fresh scenarios have less demand than "
            "there was"
        )
    sentence = (
        f"In the real {year.year} the robust plan would have cost "
        f"{units.cost(money(abs(a - b)))} {'less' if a < b else 'more'} than the nominal "
        f"one{place}; the cheapest of all was {year.cheapest}."
    )
    return Outcome(sentence, supports=a < b)


def _stability(stability: Stability | None) -> list[str]:
    """Return how many stations come back when scenarios are redrawn."""
    if stability is None:
        return []
    planned = [site for site in stability.sites if site.planned]
    safe = sum(site.verdict == "safe" for site in planned)
    exact = sum(site.same_share >= 0.5 for site in planned)
    return [
        f"When the scenarios were drawn anew ({count(stability.redraws, 'time')}), "
        f"{_part(safe, len(planned))} came back every time or nearly so; "
        f"{_part(exact, len(planned))} kept exactly the same size in at least half of the draws."
    ]


def _part(number: int, whole: int) -> str:
    """Return how many of the plan's stations these are.

    >>> _part(3, 3), _part(2, 3), _part(0, 3)
    ('each of the 3 stations', '2 of the 3 stations', 'none of the 3 stations')
    """
    words = "each" if number == whole else f"{number:,}" if number else "none"
    return f"{words} of the {count(whole, 'station')}"
