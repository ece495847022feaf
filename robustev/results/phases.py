"""The decisions of a plan of several phases, as the result folder keeps them."""

from __future__ import annotations

from functools import singledispatch

import numpy as np
import pandas as pd

from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.model.instance import Instance
from robustev.model.phases.instance import PhasedInstance
from robustev.results.schema import DecisionDocument
from robustev.results.tables import charger_counts, open_sites


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
        before = _money(region, parts[node.parent]) if node.parent >= 0 else _standing(instance)
        found.append(
            DecisionDocument(
                decision=node.name,
                phase=instance.phases.names[node.phase],
                after=instance.tree.nodes[node.parent].name if node.parent >= 0 else None,
                probability=node.probability,
                scenarios=tuple(names[s] for s in node.scenarios),
                seen_from=seen_from,
                seen_to=seen_to,
                spent=_money(region, parts[v]) - before,
                open_sites=open_sites(parts[v], region),
                chargers=charger_counts(parts[v], region),
            )
        )
    return tuple(found)


def _money(region: Region, plan: Plan) -> float:
    """Return what stations and chargers cost together, existing ones included."""
    opened = float(region.sites.opening_cost[plan.open].sum())
    return opened + float((plan.chargers @ region.charger_cost).sum())


def _standing(instance: PhasedInstance) -> float:
    """Return the same of what must stay."""
    first = instance.nodes[0]
    return _money(first.region, Plan("standing", first.min_open, first.min_chargers))


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
    standing = Plan("standing", first.min_open, first.min_chargers)
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
