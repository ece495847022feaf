"""What limits the answer, one sentence each; first where a safety margin does as well."""

from __future__ import annotations

from collections.abc import Sequence

from robustev.assess.narrative.rivals import margins_as_good
from robustev.assess.questions import REGISTER
from robustev.assess.schema import ComparisonFigures, OutOfSampleTest, PlanMetrics
from robustev.core.formatting import percent

NAMED = 3
"""Broken limits of one plan that are named in a sentence; all are in the comparison."""


def cautions(found: ComparisonFigures, names: tuple[str, str]) -> list[str]:
    """Return the sentences; ``names`` are the robust and the nominal plan."""
    remarks = [said for question in REGISTER.values() for said in question.says(found, names)]
    return [
        *margins_as_good(found, names),
        *(said.sentence for said in remarks if not said.supports),
        *_short(found.trials[0], names[0]),
        *outside_limits(found.plans),
        *(f"Not there: {one.what}, for {one.why.rstrip('.')}." for one in found.skipped),
    ]


def outside_limits(plans: Sequence[PlanMetrics]) -> list[str]:
    """Return a caution for each plan that breaks limits of the experiment's model."""
    sentences = []
    for facts in plans:
        if facts.violations:
            more = len(facts.violations) - NAMED
            shown = list(facts.violations[:NAMED]) + ([f"{more} more"] if more > 0 else [])
            sentences.append(
                f"{facts.plan} breaks limits of the experiment's model: {'; '.join(shown)}."
            )
    return sentences


def _short(fresh: OutOfSampleTest, robust: str) -> list[str]:
    """Return how much demand even the robust plan leaves unserved; nothing if it serves all."""
    figures = next(p for p in fresh.plans if p.plan == robust)
    value = figures.short_share.value
    if not value:
        return []
    return [
        f"Even the robust plan leaves demand unserved in {percent(value)} of the fresh scenarios, "
        f"{percent(figures.unserved_share.value or 0.0)} of all demand."
    ]
