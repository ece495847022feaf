"""Whether the files of a result folder speak of the same plans, before a report is made of them."""

from __future__ import annotations

from robustev.core.errors import FaultCollector
from robustev.results.folder import ResultFolder, StoredPlan

SHOWN = 5


def refuse_contradictions(results: ResultFolder) -> None:
    """Refuse plans whose table and document list other stations, or sites that are not there.

    Raises
    ------
    InputError
        With every contradiction.
    """
    faults = FaultCollector()
    region = results.region
    known = None if region is None else set(region.sites["id"].astype(str))
    for name, plan in results.plans.items():
        if not plan.document.has_plan:
            continue
        listed = _sites(plan)
        unknown = sorted(listed - known) if known is not None else []
        if unknown:
            faults.add("stations at sites that the region does not have",
                       file=f"plans/{name}.json", found=_some(unknown))  # fmt: skip
        elif plan.table is not None and "id" in plan.table and plan.document.phases is None:
            others = sorted(listed ^ set(plan.table["id"].astype(str)))
            if others or plan.table["id"].duplicated().any():
                faults.add("other stations than the plan's own document",
                           file=f"plans/{name}.csv", found=_some(others) or "one twice",
                           expected=f"those of plans/{name}.json, once each")  # fmt: skip
    faults.raise_if_any()


def _sites(plan: StoredPlan) -> set[str]:
    document = plan.document
    return {*(document.open_sites or ()), *(document.chargers or {})}


def _some(sites: list[str]) -> str:
    shown = ", ".join(site[:40] for site in sites[:SHOWN])
    return shown + (", ..." if len(sites) > SHOWN else "")
