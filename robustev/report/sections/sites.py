"""The list of sites: what to build where, how full it gets, how safe the decision is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from robustev.assess.schema import SiteAgreement
from robustev.core.formatting import amount, percent
from robustev.report.blocks import Block, Cell, Picture, Section, Table, View
from robustev.report.figures.persistence import persistence_map
from robustev.report.rows import records
from robustev.results.folder import LEVEL, ResultFolder, StoredPlan

UNKNOWN = Cell("–")


def section(results: ResultFolder) -> Section | None:
    """Return the site lists of all plans, the first one open; None where no plan has sites."""
    if not results.drawn:
        return None
    blocks: list[Block] = []
    site_persistence = results.comparison.site_persistence if results.comparison else None
    if site_persistence is not None and results.region is not None:
        blocks.append(
            Picture(
                "persistence",
                f"Which decisions of {site_persistence.plan} are safe",
                f"The scenarios were redrawn {site_persistence.redraws:,} times "
                f"({site_persistence.scenarios_each:,} each) and the plan made anew each time.",
                {"": View(persistence_map(results), _overlap(site_persistence.mean_overlap))},
                zoomable=True,
            )
        )
    blocks += [
        site_table(results, plan, folded=number > 0) for number, plan in enumerate(results.drawn)
    ]
    return Section("sites", "The sites", "Click a column's head to sort by it.", blocks, "Sites")


def _overlap(value: float | None) -> str:
    if value is None:
        return ""
    return f"On average {percent(value, places=0)} of the sites of a redraw and the plan agree."


def site_table(results: ResultFolder, plan: StoredPlan, *, folded: bool = False) -> Table:
    """Return one row per open site of a plan."""
    safe = _persistence(results, plan.name)
    others = [other for other in results.drawn if other.name != plan.name]
    loads = _loads(plan)
    names = results.region.site_names if results.region else {}
    columns = ["site", *([plan.counted] if plan.kinds == (LEVEL,) else plan.kinds)]
    columns += ["capacity", "expected load", "utilisation"] if loads else []
    columns += ["in other plans"] if others else []
    columns += ["redraws that agree"] if safe else []
    rows = [
        [_place(names, site), *_chargers(plan, site),
         *(_load(loads.get(site, [])) if loads else []),
         *(_shared(site, others) if others else []), *(_agreement(safe, site) if safe else [])]
        for site in plan.chargers
    ]  # fmt: skip
    title = f"Stations of {plan.name}: {len(rows):,}"
    return Table(title, columns, rows, frozenset(columns[1:]), sortable=True,
                 folded=title if folded or len(rows) > 40 else "", printed=not folded)  # fmt: skip


def _place(names: Mapping[str, str], site: str) -> Cell:
    """Return the site's name, and its id in small print where that is another word."""
    name = names.get(site, site)
    return Cell(name, "" if name.casefold() == site.casefold() else site)


def _chargers(plan: StoredPlan, site: str) -> list[Cell]:
    counts = plan.chargers[site]
    return [Cell(f"{counts.get(k, 0):,}", order=float(counts.get(k, 0))) for k in plan.kinds]


def _loads(plan: StoredPlan) -> dict[str, list[Any]]:
    """Return the rows of the plan's loads by site; empty where it has not been evaluated."""
    found: dict[str, list[Any]] = {}
    for row in records(plan.loads) if plan.loads is not None else ():
        found.setdefault(row.site, []).append(row)
    return found


def _load(rows: list[Any]) -> list[Cell]:
    if not rows:
        return [UNKNOWN] * 3
    capacity, load = sum(row.capacity for row in rows), sum(row.load for row in rows)
    share = load / capacity if capacity else None
    by_type = ", ".join(f"{row.type} {percent(_share(row), places=0)}" for row in rows)
    return [
        Cell(amount(capacity), order=capacity),
        Cell(amount(load), order=load),
        Cell(percent(share, places=0), by_type if len(rows) > 1 else "", order=share),
    ]


def _share(row: Any) -> float | None:
    return row.load / row.capacity if row.capacity else None


def _shared(site: str, others: list[StoredPlan]) -> list[Cell]:
    number = sum(site in other.chargers for other in others)
    return [Cell(f"{number} of {len(others)}", order=float(number))]


def _persistence(results: ResultFolder, plan: str) -> dict[str, SiteAgreement]:
    site_persistence = results.comparison.site_persistence if results.comparison else None
    if site_persistence is None or site_persistence.plan != plan:
        return {}
    return {row.site: row for row in site_persistence.sites}


def _agreement(safe: dict[str, SiteAgreement], site: str) -> list[Cell]:
    row = safe.get(site)
    if row is None:
        return [UNKNOWN]
    ranges = ", ".join(
        f"{_span(k.lowest, k.highest)} {'levels' if k.kind == LEVEL else k.kind}"
        for k in row.chargers
    )
    text = f"{percent(row.open_share, places=0)}, {row.verdict}"
    return [Cell(text, ranges, order=row.open_share)]


def _span(lowest: int, highest: int) -> str:
    return f"{lowest:,}" if lowest == highest else f"{lowest:,}–{highest:,}"
