"""What limits the validity of everything above."""

from __future__ import annotations

from robustev.assess.narrative.cautions import outside_limits
from robustev.core.formatting import percent
from robustev.report.blocks import Block, Section, Words
from robustev.report.texts import text
from robustev.report.words import PROVEN, STATUSES, status_words
from robustev.results.folder import ResultFolder


def section(results: ResultFolder) -> Section:
    """Return every limit that is known, those of this run first."""
    blocks: list[Block] = [Words(limits(results), listed=True, title=text("limits.run"))]
    comparison = results.comparison
    if comparison is not None and comparison.skipped:
        skipped = [f"{row.what}: {row.why}" for row in comparison.skipped]
        blocks.append(Words(skipped, listed=True, title=text("limits.missing")))
    phased = any(plan.document.phases for plan in results.plans.values())
    model = [text("limits.spread"), text("limits.constant")]
    model.append(text("limits.by_phase" if phased else "limits.now"))
    blocks.append(Words(model, listed=True, title=text("limits.model")))
    return Section("limits", text("section.limits.title"), "", blocks, text("section.limits.label"))


def limits(results: ResultFolder) -> list[str]:
    """Return the limits of this run, in sentences."""
    found = [*_of_scenarios(results), *_of_solves(results), *_of_comparison(results)]
    source = results.region.document.source if results.region else None
    if source:
        found.append(text("limits.data", source=source))
    if (results.manifest.commit or "").endswith("-dirty"):
        found.append(text("limits.dirty"))
    found += _of_outside(results)
    return [*found, *(text("limits.not_read", note=note) for note in results.faults)]


def _of_outside(results: ResultFolder) -> list[str]:
    """Return the rules and measures of each plan that the package does not know."""
    return [
        text("limits.outside", plan=name, kind=part.kind, key=part.key, title=part.title)
        for name, plan in results.plans.items()
        for part in plan.document.outside
    ]


def _of_scenarios(results: ResultFolder) -> list[str]:
    if results.scenarios is None:
        return []
    number = len(results.scenarios)
    if number == 1:
        return [text("limits.one_demand")]
    return [text("limits.scenarios", count=text("count.scenario", number))]


def _of_solves(results: ResultFolder) -> list[str]:
    found = []
    for name in results.ordered:
        plan = results.plans.get(name)
        if plan is None or not plan.document.has_plan:
            continue
        gap, status = plan.document.gap, str(plan.document.status)
        if plan.document.method == "given":
            continue
        if gap is None:
            found.append(text("limits.unproven", plan=name))
        elif gap > PROVEN:
            ended = f"{name} ({status_words(status)})" if status in STATUSES else name
            found.append(text("limits.gap", plan=ended, gap=percent(gap)))
    return found


def _of_comparison(results: ResultFolder) -> list[str]:
    comparison, trial = results.comparison, results.trial
    if comparison is None:
        return [text("limits.not_compared")]
    found = outside_limits(comparison.plans)
    found.append(text("limits.intervals", level=percent(comparison.confidence)))
    if trial is not None and trial.regret_scenarios < trial.num_scenarios:
        some, whole = f"{trial.regret_scenarios:,}", f"{trial.num_scenarios:,}"
        found.append(text("limits.regret", some=some, whole=whole))
    if not any(row.kind == "misspecified" for row in comparison.trials):
        found.append(text("limits.not_misspecified"))
    if not comparison.observed:
        found.append(text("limits.not_observed"))
    return found
