"""The futures that the plans were made for."""

from __future__ import annotations

from collections.abc import Sequence

from robustev.core.formatting import amount, percent
from robustev.report.blocks import Block, Picture, Section, Table, View, plain_table
from robustev.report.figures.scenarios import (
    driver_figure,
    fan_figure,
    has_drivers,
    mean_map,
    spread_map,
)
from robustev.report.rows import records
from robustev.report.texts import text
from robustev.results.folder import ResultFolder
from robustev.scenarios.summary import driver_summary, total_summary


def section(results: ResultFolder) -> Section | None:
    """Return the section about the scenarios; None where none are stored."""
    scenarios = results.scenarios
    if scenarios is None:
        return None
    blocks: list[Block] = []
    if len(scenarios) > 1:
        blocks.append(_totals(results))
        if results.region is not None:
            blocks.append(_maps(results))
        if has_drivers(results):
            blocks.append(_drivers(results))
    else:
        blocks.append(_total_table(results))
    lead = text(
        "scenarios.lead", scenarios=text("count.scenario", len(scenarios)),
        zones=text("count.zone", len(scenarios.zones)), types=_types(scenarios.types),
        source=_source(results),
    )  # fmt: skip
    return Section(
        "scenarios", text("section.scenarios.title"), lead, blocks, text("section.scenarios.label")
    )


def _source(results: ResultFolder) -> str:
    """Return where the scenarios come from; nothing where that is left to the region's data."""
    source = results.experiment.scenarios.source if results.experiment else None
    return text("scenarios.source", kind=source.kind) if source else ""


def _types(names: Sequence[str]) -> str:
    """Return the demand types in words; nothing for a single one."""
    if len(names) < 2:
        return ""
    return text("scenarios.types", number=len(names), names=", ".join(names))


def _totals(results: ResultFolder) -> Picture:
    past = results.region is not None and results.region.history is not None
    title = text("scenarios.past_and_future" if past else "scenarios.future")
    return Picture("totals", title, text("scenarios.totals"), {"": View(fan_figure(results))},
                   table=_total_table(results))  # fmt: skip


def _total_table(results: ResultFolder) -> Table:
    assert results.scenarios is not None
    frame = total_summary(results.scenarios)
    rows = [
        [str(row.type), amount(row.mean), percent(row.relative_std),
         *(amount(v) for v in (row.min, row.q05, row.q50, row.q95, row.max))]
        for row in records(frame)
    ]  # fmt: skip
    names = ("mean", "relative", "lowest", "q05", "q50", "q95", "highest")
    columns = [text("column.type"), *(text(f"spread.{name}") for name in names)]
    return plain_table(text("scenarios.table"), columns, rows)


def _maps(results: ResultFolder) -> Picture:
    views = {
        text("view.mean_demand"): View(mean_map(results), text("scenarios.mean_map")),
        text("view.spread"): View(spread_map(results), text("scenarios.spread_map")),
    }
    return Picture("zones", text("scenarios.maps"), text("scenarios.maps_caption"), views,
                   choose=text("picture.show"), zoomable=True)  # fmt: skip


def _drivers(results: ResultFolder) -> Picture:
    assert results.scenarios is not None
    frame = driver_summary(results.scenarios)
    rows = [
        [str(row.driver).replace("_", " "), f"{row.rank_correlation:+.2f}",
         *(amount(v) for v in (row.mean, row.q05, row.q50, row.q95))]
        for row in records(frame)
    ]  # fmt: skip
    columns = [text("column.driver"), text("column.how_closely")]
    columns += [text(f"spread.{name}") for name in ("mean", "q05", "q50", "q95")]
    return Picture(
        "drivers", text("scenarios.drivers"), text("scenarios.drivers_caption"),
        {"": View(driver_figure(results))},
        table=plain_table(text("scenarios.drivers_table"), columns, rows),
    )  # fmt: skip
