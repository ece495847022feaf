"""Access to stations: Lorenz curves, Gini indices, and what each group has in reach."""

from __future__ import annotations

from collections.abc import Iterator

from robustev.core.formatting import amount, percent
from robustev.report.blocks import Block, Cell, Picture, Section, Table, View
from robustev.report.figures.lorenz import lorenz_figure
from robustev.report.texts import text
from robustev.results.folder import ResultFolder
from robustev.results.schema import AccessDocument, PlanAccess


def section(results: ResultFolder) -> Section | None:
    """Return the section; None where the experiment does not ask for it."""
    access = results.access
    if access is None:
        return None
    plans = {name: access.plans[name] for name in results.ordered if name in access.plans}
    if not plans:
        return None
    blocks: list[Block] = []
    if any(found.gini is not None for found in plans.values()):
        caption = text("access.caption")
        figure = {"": View(lorenz_figure(results))}
        blocks.append(Picture("lorenz", text("access.curve"), caption, figure))
    blocks.append(_table(plans))
    blocks += _by_group(plans)
    lead = text(f"access.lead_{access.of}", catchment=_catchment(results, access))
    return Section("access", text("section.access.title"), lead, blocks,
                   text("section.access.label"))  # fmt: skip


def _catchment(results: ResultFolder, access: AccessDocument) -> str:
    return f"{access.catchment:g} {results.units.travel}"


def _table(plans: dict[str, PlanAccess]) -> Table:
    rows = [
        [Cell(name), _number(found.gini), _number(found.mean, found.unit),
         Cell(percent(found.without), order=found.without)]
        for name, found in plans.items()
    ]  # fmt: skip
    columns = [text("access.plan"), text("access.gini"), text("access.mean"),
               text("access.without")]  # fmt: skip
    return Table(text("access.table"), columns, rows, frozenset(columns[1:]),
                 text("access.note"), sortable=True)  # fmt: skip


def _number(value: float | None, unit: str = "") -> Cell:
    """Return a number with three digits; an index or an amount for each of the people."""
    if value is None:
        return Cell("–")
    words = f"{value:.3f}" if not unit else amount(value)
    return Cell(words, text(f"access.{unit}") if unit else "", order=value)


def _by_group(plans: dict[str, PlanAccess]) -> Iterator[Table]:
    """Yield, for every attribute of the zones, the mean access of each group over the whole's."""
    attributes = dict.fromkeys(name for found in plans.values() for name in found.groups)
    for attribute in attributes:
        groups = dict.fromkeys(
            group for found in plans.values() for group in found.groups.get(attribute, {})
        )
        rows = [
            [Cell(group), *(_relative(found, attribute, group) for found in plans.values())]
            for group in groups
        ]
        title = text("access.groups", attribute=attribute.replace("_", " "))
        columns = [attribute.replace("_", " "), *plans]
        yield Table(title, columns, rows, frozenset(plans), folded=title, sortable=True)


def _relative(found: PlanAccess, attribute: str, group: str) -> Cell:
    value = found.groups.get(attribute, {}).get(group)
    if value is None or not found.mean:
        return Cell("–")
    return Cell(percent(value / found.mean, places=0), order=value / found.mean)
