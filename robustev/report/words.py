"""Plans in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from robustev.core.formatting import count, listed, percent
from robustev.results.folder import ResultFolder, StoredPlan

STATUS = {
    "optimal": "proven the cheapest",
    "gap_reached": "within the gap that was asked for",
    "time_limit": "stopped by the time limit",
    "iteration_limit": "stopped where more rounds brought nothing, or were not allowed",
    "interrupted": "interrupted",
    "infeasible": "no plan satisfies the constraints",
    "error": "failed",
}
MEASURES = {
    "expected": "the lowest expected cost",
    "cvar": "the lowest cost in the worst {tail}",
    "worst_case": "the lowest cost in the worst scenario",
    "regret": "the lowest maximum regret",
    "nominal": "the one mean forecast",
}
OBJECTIVES = {
    "expected": "its expected cost",
    "cvar": "its mean cost in the worst {tail}",
    "worst_case": "its cost in the worst scenario",
    "regret": "its largest regret",
    "nominal": "its cost for the mean forecast",
}
PROVEN = 1e-6


def plan_title(results: ResultFolder, plan: str) -> str:
    """Return what a plan was made for; empty where that is not stored."""
    if results.comparison is not None:
        for facts in results.comparison.plans:
            if facts.plan == plan:
                return facts.title
    return title_from_config((results.config.get("plans") or {}).get(plan) or {})


def title_from_config(spec: Mapping[str, Any]) -> str:
    """Return what a plan of a resolved experiment was made for.

    >>> title_from_config({"model": {"objective": {"measure": "nominal"}}, "demand_factor": 1.1})
    'made for the one mean forecast, with 10 % more demand'
    """
    objective = (spec.get("model") or {}).get("objective") or {}
    measure = objective.get("measure")
    if measure not in MEASURES:
        return ""
    text = f"made for {MEASURES[measure].format(tail=percent(objective.get('tail', 0.1)))}"
    weight = objective.get("weight", 1.0)
    if weight < 1 and measure not in ("expected", "nominal"):
        text += f" (weight {percent(weight)}) and the lowest expected cost"
    factor = spec.get("demand_factor", 1.0)
    if factor != 1:
        text += f", with {percent(abs(factor - 1))} {'more' if factor > 1 else 'less'} demand"
    return text


def objective_name(results: ResultFolder, plan: str) -> str:
    """Return what a plan's objective is."""
    spec = (results.config.get("plans") or {}).get(plan) or {}
    objective = (spec.get("model") or {}).get("objective") or {}
    measure, weight = objective.get("measure"), objective.get("weight", 1.0)
    if measure not in OBJECTIVES or (weight < 1 and measure not in ("expected", "nominal")):
        return "what it was made to keep low"
    return OBJECTIVES[measure].format(tail=percent(objective.get("tail", 0.1)))


def plan_in_words(plan: StoredPlan) -> str:
    """Return what a plan builds.

    >>> from robustev.results.schema import PlanDocument
    >>> plan = PlanDocument(open_sites=("s",), chargers={"s": {"slow": 2}})
    >>> plan_in_words(StoredPlan("a", plan))
    'a has 1 station with 2 slow chargers'
    >>> plan = PlanDocument(open_sites=("s",), chargers={"s": {"level": 2}})
    >>> plan_in_words(StoredPlan("a", plan))
    'a has 1 station with 2 capacity levels'
    """
    if not plan.document.has_plan:
        return f"{plan.name}: there is no plan"
    kinds = dict.fromkeys(kind for site in plan.chargers.values() for kind in site)
    parts = [f"{plan.total(kind):,} {kind}" for kind in kinds if plan.total(kind)]
    text = f"{plan.name} has {count(len(plan.chargers), 'station')}"
    if list(kinds) == ["level"]:
        return f"{text} with {count(plan.total(), 'capacity level')}"
    return f"{text} with {listed(parts)} chargers" if parts else text


def proof_in_words(plan: StoredPlan) -> str:
    """Return what is proven about how good a plan is for its own objective."""
    gap = plan.document.gap
    if gap is None:
        return "nothing is proven about how good that is"
    if gap <= PROVEN:
        return "it is proven that no plan does better"
    return f"it is proven that no plan can be more than {percent(gap)} cheaper"
