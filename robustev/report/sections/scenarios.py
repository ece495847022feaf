"""The futures that the plans were made for."""

from __future__ import annotations

from collections.abc import Sequence

from robustev.core.formatting import amount, count, percent
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
    lead = (
        f"{count(len(scenarios), 'scenario')} of demand in "
        f"{count(len(scenarios.zones), 'zone')}{_types(scenarios.types)}{_source(results)}. "
        "Plans are good against what these futures hold, and against nothing else."
    )
    return Section(
        "scenarios", text("section.scenarios.title"), lead, blocks, text("section.scenarios.label")
    )


def _source(results: ResultFolder) -> str:
    """Return where the scenarios come from; nothing where that is left to the region's data."""
    source = results.experiment.scenarios.source if results.experiment else None
    return f", from the source '{source.kind}'" if source else ""


def _types(names: Sequence[str]) -> str:
    """Return the demand types in words; nothing for a single one."""
    return f", by {len(names)} types ({', '.join(names)})" if len(names) > 1 else ""


def _totals(results: ResultFolder) -> Picture:
    past = results.region is not None and results.region.history is not None
    title = "Total demand, past and possible" if past else "Total demand over the scenarios"
    caption = "How much demand there is in all, and how far the scenarios disagree about it."
    return Picture("totals", title, caption, {"": View(fan_figure(results))},
                   table=_total_table(results))  # fmt: skip


def _total_table(results: ResultFolder) -> Table:
    assert results.scenarios is not None
    frame = total_summary(results.scenarios)
    rows = [
        [str(row.type), amount(row.mean), percent(row.relative_std),
         *(amount(v) for v in (row.min, row.q05, row.q50, row.q95, row.max))]
        for row in records(frame)
    ]  # fmt: skip
    columns = ["type", "mean", "spread", "lowest", "5 %", "median", "95 %", "highest"]
    return plain_table("Total demand, in demand units", columns, rows)


def _maps(results: ResultFolder) -> Picture:
    views = {
        "mean demand": View(mean_map(results), "Mean demand of each zone over the scenarios."),
        "spread": View(
            spread_map(results),
            "Standard deviation of each zone's demand over its mean: how unsure it is.",
        ),
    }
    return Picture("zones", "Where demand is, and how unsure it is",
                   "Hover or tap a zone for its numbers.", views, choose="Show",
                   zoomable=True)  # fmt: skip


def _drivers(results: ResultFolder) -> Picture:
    assert results.scenarios is not None
    frame = driver_summary(results.scenarios)
    rows = [
        [str(row.driver).replace("_", " "), f"{row.rank_correlation:+.2f}",
         *(amount(v) for v in (row.mean, row.q05, row.q50, row.q95))]
        for row in records(frame)
    ]  # fmt: skip
    columns = ["driver", "how closely", "mean", "5 %", "median", "95 %"]
    return Picture(
        "drivers", "What drives total demand",
        "How closely total demand follows each driver: 1 is in step, 0 not at all, −1 the other "
        "way round.",
        {"": View(driver_figure(results))},
        table=plain_table("Drivers over the scenarios, each in its own unit", columns, rows),
    )  # fmt: skip
