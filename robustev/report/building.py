"""What a stored plan builds, against what stands there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from robustev.evaluate.building import CLOSED, ENLARGED, NEW, REDUCED, UNCHANGED
from robustev.results.folder import StoredPlan


@dataclass(frozen=True)
class SiteBuilding:
    """What happens at one site.

    ``added`` are chargers by kind beyond those that stand, negative where some go; ``existing``
    those that stand. ``cost`` is the money for it.
    """

    change: str
    existing: Mapping[str, int]
    added: Mapping[str, int]
    cost: float


@dataclass(frozen=True)
class PlanBuilding:
    """What a plan builds in all.

    Parameters
    ----------
    sites
        By id, for every open site.
    changes
        Number of sites by what happens to them, those that close included.
    spend, further_cost
        Money for stations and chargers, and for what rules add.
    removed
        Chargers that go, by kind.
    """

    sites: Mapping[str, SiteBuilding]
    changes: Mapping[str, int]
    spend: float
    further_cost: float
    removed: Mapping[str, int]

    def added(self) -> dict[str, int]:
        """Return how many chargers are new, by kind; kinds without any are left out."""
        total: Counter[str] = Counter()
        for site in self.sites.values():
            total.update({kind: max(0, number) for kind, number in site.added.items()})
        return {kind: number for kind, number in total.items() if number}

    def places(self, change: str, *, with_chargers: bool = True) -> int:
        """Return at how many sites of that change there are new chargers, or there are none."""
        return sum(
            site.change == change and any(n > 0 for n in site.added.values()) == with_chargers
            for site in self.sites.values()
        )

    @property
    def something_stands(self) -> bool:
        """Whether a station stands somewhere today that the plan knows of."""
        return any(self.changes[word] for word in (ENLARGED, REDUCED, UNCHANGED, CLOSED))


def building_of(plan: StoredPlan) -> PlanBuilding | None:
    """Return what a plan builds; None where its table does not say."""
    if plan.table is None or "change" not in plan.table:
        return None
    sites = {
        row["id"]: SiteBuilding(
            row["change"],
            {kind: int(row[f"existing_{kind}"]) for kind in plan.kinds},
            {kind: int(row[f"new_{kind}"]) for kind in plan.kinds},
            float(row["cost"]),
        )
        for row in plan.table.to_dict("records")
    }
    counts = Counter(site.change for site in sites.values())
    spend = plan.document.spend  # what closing costs stands at no open site
    counts[CLOSED] = len(plan.document.closed_sites)
    return PlanBuilding(
        sites=sites,
        changes={word: counts[word] for word in (NEW, ENLARGED, REDUCED, UNCHANGED, CLOSED)},
        spend=sum(site.cost for site in sites.values()) if spend is None else spend,
        further_cost=plan.document.further_cost or 0.0,
        removed=plan.document.removed,
    )
