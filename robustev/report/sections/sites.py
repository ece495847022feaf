"""The list of sites: what to build where, how full it gets, how safe the decision is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from robustev.assess.schema import SiteAgreement
from robustev.core.formatting import amount, percent
from robustev.report.blocks import Block, Cell, Picture, Section, Table, View, Words
from robustev.report.building import PlanBuilding, SiteBuilding, building_of
from robustev.report.figures.persistence import persistence_map, verdict_key
from robustev.report.rows import records
from robustev.report.texts import text
from robustev.results.folder import LEVEL, ResultFolder, StoredPlan
from robustev.results.layout import Layout
from robustev.results.schema import GROUP

UNKNOWN = Cell("–")
MAX_ROWS = 400
"""Stations that a table shows at most; files hold all."""
MOST_ROWS = 400
"""Stations in all tables that a page has room for; the first plan's are always there."""
MAX_GROUPS = 3
"""Groups of a region that a table has room for."""
IN = Layout(Path())


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
                text("sites.safe", plan=site_persistence.plan),
                text(
                    "sites.redrawn",
                    site_persistence.redraws,
                    scenarios=text("count.scenario", site_persistence.scenarios_each),
                ),
                {"": View(persistence_map(results), _overlap(site_persistence.mean_overlap))},
                zoomable=True,
            )
        )
    room, shown = MOST_ROWS, 0
    for number, plan in enumerate(results.drawn):
        if number and len(plan.chargers) > room:
            continue
        blocks.append(site_table(results, plan, folded=number > 0))
        room, shown = room - len(plan.chargers), shown + 1
    if shown < len(results.drawn):
        blocks.append(Words([text("sites.others", folder=IN.plans.as_posix())]))
    return Section(
        "sites",
        text("section.sites.title"),
        text("sites.lead"),
        blocks,
        text("section.sites.label"),
    )


def _overlap(value: float | None) -> str:
    if value is None:
        return ""
    return text("sites.overlap", share=percent(value, places=0))


def site_table(results: ResultFolder, plan: StoredPlan, *, folded: bool = False) -> Table:
    """Return one row per open site of a plan."""
    safe = _persistence(results, plan.name)
    others = [other for other in results.drawn if other.name != plan.name]
    loads, built = _loads(plan), building_of(plan)
    groups = _groups(plan)
    names = results.region.site_names if results.region else {}
    kinds = [text("column.levels")] if plan.kinds == (LEVEL,) else list(plan.kinds)
    new = built is not None and built.something_stands
    numbers = [*kinds, *([text("sites.cost")] if built else [])]
    numbers += [text("sites.load")] if loads else []
    numbers += [text("sites.in_others")] if others else []
    numbers += [text("sites.agree")] if safe else []
    shown = _most_built(plan, built)[:MAX_ROWS]
    rows = [
        [_place(names, site), *([_change(built, site)] if new else []),
         *(Cell(labels.get(site, "")) for labels in groups.values()),
         *_chargers(plan, site, built if new else None), *([_cost(built, site)] if built else []),
         *([_load(loads.get(site, []))] if loads else []),
         *(_shared(site, others) if others else []), *(_agreement(safe, site) if safe else [])]
        for site in shown
    ]  # fmt: skip
    words = [text("change.title")] if new else []
    title = text("sites.title", plan=plan.name, stations=f"{len(plan.chargers):,}")
    file = IN.plan_table(plan.name).as_posix()
    note = text("sites.more", shown=f"{MAX_ROWS:,}", every=f"{len(plan.chargers):,}", file=file)
    columns = [text("column.site"), *words, *groups, *numbers]
    return Table(title, columns, rows, frozenset(numbers),
                 note if len(shown) < len(plan.chargers) else "", sortable=True,
                 folded=title if folded or len(rows) > 40 else "", printed=not folded)  # fmt: skip


def _groups(plan: StoredPlan) -> dict[str, dict[str, str]]:
    """Return the region's own groups: the label of every site, by attribute."""
    if plan.table is None:
        return {}
    names = [str(name) for name in plan.table.columns if str(name).startswith(GROUP)]
    return {
        name.removeprefix(GROUP).replace("_", " "): dict(
            zip(plan.table["id"], plan.table[name], strict=True)
        )
        for name in names[:MAX_GROUPS]
    }


def _most_built(plan: StoredPlan, built: PlanBuilding | None) -> list[str]:
    """Return the sites, those with most to build first; in their own order where all are shown."""
    sites = list(plan.chargers)
    if built is None or len(sites) <= MAX_ROWS:
        return sites
    return sorted(sites, key=lambda site: -built.sites[site].cost)


def _change(built: PlanBuilding | None, site: str) -> Cell:
    return Cell(text(f"change.{built.sites[site].change}")) if built else UNKNOWN


def _cost(built: PlanBuilding, site: str) -> Cell:
    cost = built.sites[site].cost
    return Cell(amount(cost), order=cost)


def _place(names: Mapping[str, str], site: str) -> Cell:
    """Return the site's name, and its id in small print where that is another word."""
    name = names.get(site, site)
    return Cell(name, "" if name.casefold() == site.casefold() else site)


def _chargers(plan: StoredPlan, site: str, built: PlanBuilding | None) -> list[Cell]:
    """Return the chargers of each kind, in small print how many of them are new or go."""
    counts, cells = plan.chargers[site], []
    for kind in plan.kinds:
        number = counts.get(kind, 0)
        detail = "" if built is None else _detail(built.sites[site], kind)
        cells.append(Cell(f"{number:,}", detail, order=float(number)))
    return cells


def _detail(site: SiteBuilding, kind: str) -> str:
    there, added = site.existing[kind], site.added[kind]
    if not there or not added:
        return ""
    if added > 0:
        return text("change.detail", existing=f"{there:,}", added=f"{added:,}")
    return text("change.detail_less", existing=f"{there:,}", removed=f"{-added:,}")


def _loads(plan: StoredPlan) -> dict[str, list[Any]]:
    """Return the rows of the plan's loads by site; empty where it has not been evaluated."""
    found: dict[str, list[Any]] = {}
    for row in records(plan.loads) if plan.loads is not None else ():
        found.setdefault(row.site, []).append(row)
    return found


def _load(rows: list[Any]) -> Cell:
    """Return the share of capacity that is expected to be used; the load without a capacity."""
    if not rows:
        return UNKNOWN
    capacity, load = sum(row.capacity for row in rows), sum(row.load for row in rows)
    if not capacity or not math.isfinite(capacity):
        return Cell(amount(load), order=load)
    share = load / capacity
    by_type = ", ".join(f"{row.type} {percent(_share(row), places=0)}" for row in rows)
    whole = text("sites.load_of", load=amount(load), capacity=amount(capacity))
    return Cell(percent(share, places=0), by_type if len(rows) > 1 else whole, order=share)


def _share(row: Any) -> float | None:
    return row.load / row.capacity if row.capacity else None


def _shared(site: str, others: list[StoredPlan]) -> list[Cell]:
    number = sum(site in other.chargers for other in others)
    words = text("sites.of_others", some=number, whole=len(others))
    return [Cell(words, order=float(number))]


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
        f"{_span(k.lowest, k.highest)} {text('column.levels') if k.kind == LEVEL else k.kind}"
        for k in row.chargers
    )
    words = f"{percent(row.open_share, places=0)}, {text(verdict_key(row.verdict))}"
    return [Cell(words, ranges, order=row.open_share)]


def _span(lowest: int, highest: int) -> str:
    return f"{lowest:,}" if lowest == highest else f"{lowest:,}–{highest:,}"
