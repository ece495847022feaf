"""Plans in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from robustev.core.formatting import percent
from robustev.report.texts import text
from robustev.results.folder import LEVEL, ResultFolder, StoredPlan

STATUSES = frozenset(
    ("optimal", "gap_reached", "time_limit", "iteration_limit", "interrupted", "infeasible",
     "error")
)  # fmt: skip
MEASURES = frozenset(("expected", "cvar", "worst_case", "regret", "nominal"))
"""Measures with a title ``made_for.NAME`` and an objective ``objective.NAME`` among the texts."""
PROVEN = 1e-6


def status_words(status: str) -> str:
    """Return how a solve ended."""
    return text(f"status.{status}") if status in STATUSES else status


def counted(plan: StoredPlan) -> str:
    """Return what a plan's stations count: capacity levels where the model has those."""
    return text("column.levels" if plan.counted == "levels" else "column.chargers")


def listed(words: Sequence[str]) -> str:
    """Return words as one reads them out.

    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    if len(words) == 1:
        return words[0]
    return text("list.last", others=", ".join(words[:-1]), last=words[-1])


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
    words = text(f"made_for.{measure}", tail=percent(objective.get("tail", 0.1)))
    weight = objective.get("weight", 1.0)
    if weight < 1 and measure not in ("expected", "nominal"):
        words = text("made_for_mixed", words=words, weight=percent(weight))
    factor = spec.get("demand_factor", 1.0)
    if factor != 1:
        more = "made_for_more" if factor > 1 else "made_for_less"
        words = text(more, words=words, share=percent(abs(factor - 1)))
    return words


def objective_name(results: ResultFolder, plan: str) -> str:
    """Return what a plan's objective is."""
    spec = (results.config.get("plans") or {}).get(plan) or {}
    objective = (spec.get("model") or {}).get("objective") or {}
    measure, weight = objective.get("measure"), objective.get("weight", 1.0)
    if measure not in MEASURES or (weight < 1 and measure not in ("expected", "nominal")):
        return text("objective.other")
    return text(f"objective.{measure}", tail=percent(objective.get("tail", 0.1)))


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
        return text("has.nothing", plan=plan.name)
    kinds = dict.fromkeys(kind for site in plan.chargers.values() for kind in site)
    parts = [f"{plan.total(kind):,} {kind}" for kind in kinds if plan.total(kind)]
    values = {"plan": plan.name, "stations": text("count.station", len(plan.chargers))}
    if list(kinds) == [LEVEL]:
        return text("has.levels", levels=text("count.level", plan.total()), **values)
    if not parts:
        return text("has.stations", **values)
    return text("has.chargers", kinds=listed(parts), **values)


def proof_in_words(plan: StoredPlan) -> str:
    """Return what is proven about how good a plan is for its own objective."""
    gap = plan.document.gap
    if gap is None:
        return text("proof.none")
    if gap <= PROVEN:
        return text("proof.best")
    return text("proof.gap", gap=percent(gap))
