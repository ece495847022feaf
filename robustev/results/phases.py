"""The decisions of a plan of several phases, as the result folder keeps them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import singledispatch
from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd

from robustev.config.experiment import PlanSpec
from robustev.data.plan import Plan
from robustev.evaluate.spending import spend
from robustev.methods.result import SolveResult
from robustev.model.instance import Instance
from robustev.model.phases.instance import PhasedInstance
from robustev.results.folder import ResultFolder
from robustev.results.schema import DecisionDocument, PlanDocument
from robustev.results.tables import charger_counts, open_sites, plan_document


@dataclass(frozen=True)
class ValueOfWaiting:
    """What a tree saves against the path of the same problem, between proven ends.

    Parameters
    ----------
    path, tree
        Names of the plans.
    low, high
        The least and the most that the best tree costs less than the best path.
    cost
        Cost of the path.
    """

    path: str
    tree: str
    low: float
    high: float
    cost: float


def values_of_waiting(folder: ResultFolder) -> list[ValueOfWaiting]:
    """Return what waiting is worth by every path and tree that differ in nothing else.

    The best path costs at least its bound and at most the plan found, and so does the best tree;
    a tree may do what a path does, so that the difference is not negative.
    """
    plans = {} if folder.experiment is None else folder.experiment.plans
    build = {
        name: spec.model.phases.build
        for name, spec in plans.items()
        if name in folder.plans and spec.model.phases is not None
    }
    found = []
    for path, tree in permutations(build, 2):
        if (build[path], build[tree]) != ("path", "tree"):
            continue
        if _but_for_the_build(plans[path]) != _but_for_the_build(plans[tree]):
            continue
        worth = _difference(folder.plans[path].document, folder.plans[tree].document)
        if worth is not None:
            found.append(worth)
    return found


def _but_for_the_build(spec: PlanSpec) -> dict[str, Any]:
    """Return what a plan is made by, without how later phases are decided, and how it is solved."""
    return spec.model_dump(
        exclude={"solve": True, "model": {"phases": {"build", "branches", "sees"}}}
    )


def _difference(path: PlanDocument, tree: PlanDocument) -> ValueOfWaiting | None:
    ends = (path.objective, path.lower_bound, tree.objective, tree.lower_bound)
    if any(value is None for value in ends) or path.outside or tree.outside:
        return None
    cost, least, found, bound = (float(value or 0.0) for value in ends)
    return ValueOfWaiting(path.plan, tree.plan, max(0.0, least - found), cost - bound, cost)


@singledispatch
def decision_documents(instance: Instance, plan: Plan) -> tuple[DecisionDocument, ...] | None:
    """Return every decision of a plan; None for an instance of one phase."""
    return None


@decision_documents.register
def documents_of_phases(
    instance: PhasedInstance, plan: Plan
) -> tuple[DecisionDocument, ...] | None:
    """Return every decision of a plan of several phases."""
    parts, names = instance.parts(plan), instance.scenarios.names
    found = []
    for v, node in enumerate(instance.tree.nodes):
        region = instance.nodes[v].region
        seen_from, seen_to = node.seen or (None, None)
        own = instance.nodes[v]
        before = spend(parts[node.parent], own) if node.parent >= 0 else 0.0
        found.append(
            DecisionDocument(
                decision=node.name,
                phase=instance.phases.names[node.phase],
                after=instance.tree.nodes[node.parent].name if node.parent >= 0 else None,
                probability=node.probability,
                scenarios=tuple(names[s] for s in node.scenarios),
                seen_from=seen_from,
                seen_to=seen_to,
                spent=spend(parts[v], own) - before,
                open_sites=open_sites(parts[v], region),
                chargers=charger_counts(parts[v], region),
            )
        )
    return tuple(found)


def document_of(name: str, result: SolveResult, instance: Instance) -> PlanDocument:
    """Return the content of ``plans/<plan>.json``: of the first decision where there are several.

    Those of several phases all stand under ``phases``.
    """
    region, model = instance.region, instance.model
    if result.plan is None:
        return plan_document(name, result, region, model)
    now = replace(result, plan=instance.first_decision(result.plan))
    document = plan_document(name, now, region, model)
    return document.model_copy(update={"phases": decision_documents(instance, result.plan)})


def joined_decisions(parts: list[Plan], name: str) -> Plan:
    """Return the plan of several phases that consists of these decisions."""
    return Plan(
        name,
        np.concatenate([part.open for part in parts]),
        np.concatenate([part.chargers for part in parts]),
    )


def phase_table(decisions: tuple[DecisionDocument, ...], instance: Instance) -> pd.DataFrame:
    """Return one row per decision and station that it changes: what it opens and adds there."""
    region, first = instance.region, instance.blocks[0]
    kinds = [kind.name for kind in region.kinds]
    standing = Plan("standing", first.standing.open, first.standing.chargers)
    known: dict[str | None, tuple[set[str], dict[str, dict[str, int]]]] = {
        None: (set(open_sites(standing, region)), charger_counts(standing, region))
    }
    rows = []
    for one in decisions:
        opened, chargers = known[one.after]
        known[one.decision] = (set(one.open_sites), one.chargers)
        for site in one.open_sites:
            old, new = chargers.get(site, {}), one.chargers.get(site, {})
            added = {f"added_{kind}": new.get(kind, 0) - old.get(kind, 0) for kind in kinds}
            if site not in opened or any(added.values()):
                place = {"decision": one.decision, "phase": one.phase, "id": site}
                rows.append({**place, "opens": site not in opened, **added})
    columns = ["decision", "phase", "id", "opens", *(f"added_{kind}" for kind in kinds)]
    return pd.DataFrame(rows, columns=columns)
