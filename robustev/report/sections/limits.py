"""What limits the validity of everything above."""

from __future__ import annotations

from robustev.assess.narrative.cautions import outside_limits
from robustev.core.formatting import count, percent
from robustev.report.blocks import Block, Section, Words
from robustev.report.texts import text
from robustev.report.words import PROVEN, STATUS
from robustev.results.folder import ResultFolder

MODEL = (
    "Demand is assumed to spread over the stations as is cheapest for all together; real drivers "
    "choose for themselves. Waiting counts only where a promise on it is among the rules.",
    "Travel costs, charger costs and capacities are the same in every scenario.",
)
NOW = "Everything is decided now: later extensions, and learning between, are not modelled."
BY_PHASE = (
    "What is built in a phase is decided before its own demand is seen, and stays for good; "
    "between phases nothing is built."
)


def section(results: ResultFolder) -> Section:
    """Return every limit that is known, those of this run first."""
    blocks: list[Block] = [Words(limits(results), listed=True, title="Of this run")]
    comparison = results.comparison
    if comparison is not None and comparison.skipped:
        skipped = [f"{row.what}: {row.why}" for row in comparison.skipped]
        blocks.append(Words(skipped, listed=True, title="Asked for and not there"))
    phased = any(plan.document.phases for plan in results.plans.values())
    blocks.append(Words((*MODEL, BY_PHASE if phased else NOW), listed=True, title="Of the model"))
    return Section("limits", text("section.limits.title"), "", blocks, text("section.limits.label"))


def limits(results: ResultFolder) -> list[str]:
    """Return the limits of this run, in sentences."""
    found = [*_of_scenarios(results), *_of_solves(results), *_of_comparison(results)]
    source = results.region.document.source if results.region else None
    if source:
        found.append(f"Data: {source}")
    if (results.manifest.commit or "").endswith("-dirty"):
        found.append("The code that made this had changes that no commit holds.")
    found += _of_outside(results)
    return [*found, *(f"Not read: {note}" for note in results.faults)]


def _of_outside(results: ResultFolder) -> list[str]:
    """Return the rules and measures of each plan that the package does not know."""
    return [
        f"{name} was made by a {part.kind} from outside the package, {part.key} ({part.title})."
        for name, plan in results.plans.items()
        for part in plan.document.outside
    ]


def _of_scenarios(results: ResultFolder) -> list[str]:
    if results.scenarios is None:
        return []
    number = len(results.scenarios)
    if number == 1:
        return ["The plans were made for one demand alone; nothing is known about other futures."]
    return [
        f"The plans were made from {count(number, 'scenario')}. What they do not hold, such as a "
        "wider range, another trend or a shock, the plans are not robust against."
    ]


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
            found.append(f"Nothing is proven about how close {name} is to the best plan.")
        elif gap > PROVEN:
            ended = f" ({STATUS[status]})" if status in STATUS else ""
            found.append(
                f"{name}{ended}: a plan may exist that is up to {percent(gap)} cheaper by what it "
                "was made to keep low."
            )
    return found


def _of_comparison(results: ResultFolder) -> list[str]:
    comparison, trial = results.comparison, results.trial
    if comparison is None:
        return ["Plans were not compared on fresh scenarios: which one is better is not known."]
    found = outside_limits(comparison.plans)
    found += [f"Intervals are {percent(comparison.confidence)} confidence intervals; they cover "
             "the luck of the draw, not a wrong choice of scenarios."]  # fmt: skip
    if trial is not None and trial.regret_scenarios < trial.num_scenarios:
        found.append(f"Regret was computed on {trial.regret_scenarios:,} of the "
                     f"{trial.num_scenarios:,} fresh scenarios.")  # fmt: skip
    if not any(row.kind == "misspecified" for row in comparison.trials):
        found.append("The plans were not tried on scenarios of another kind of forecast.")
    if not comparison.observed:
        found.append("The plans were not tried on years that really happened.")
    return found
