"""What foresight is worth: VSS, EVPI, the optimality gap of the sample, the years that came."""

from __future__ import annotations

from robustev.assess.schema import Comparison, ObservedYear, SaaGap
from robustev.core.formatting import amount, interval, percent
from robustev.report.blocks import Block, Cell, Picture, Section, Table, View
from robustev.report.cells import figure_cell
from robustev.report.figures.costs import cost_frame, excess_frame
from robustev.report.figures.observed import observed_figure
from robustev.report.texts import text
from robustev.results.folder import ResultFolder

INFORMATION = ("wait_and_see", "recourse", "expected_value", "vss", "vss_out_of_sample", "evpi")
"""Figures, each with a title ``worth.NAME`` among the texts."""


def section(results: ResultFolder) -> Section | None:
    """Return the section; None without a comparison."""
    comparison = results.comparison
    if comparison is None:
        return None
    blocks: list[Block] = []
    if any(getattr(comparison.information, name) is not None for name in INFORMATION):
        blocks.append(information_table(comparison))
    if comparison.saa_gap is not None:
        blocks.append(saa_table(comparison.saa_gap, comparison.confidence))
    if comparison.observed:
        if len(cost_frame(results)):
            blocks.append(observed_picture(results, comparison))
        blocks.append(observed_table(comparison.observed))
    if not blocks:
        return None
    return Section("worth", text("section.worth.title"), "", blocks, text("section.worth.label"))


def information_table(comparison: Comparison) -> Table:
    """Return WS, RP, EEV, VSS and EVPI, each with how it was obtained."""
    rows = []
    for name in INFORMATION:
        figure = getattr(comparison.information, name)
        if figure is not None:
            basis = Cell(text(f"basis.{figure.basis}"), figure.how)
            rows.append([Cell(text(f"worth.{name}")), figure_cell(figure), basis])
    columns = [text(f"column.{name}") for name in ("figure", "value", "obtained")]
    return Table(text("worth.table"), columns, rows, frozenset(columns[1:2]))


def saa_table(gap: SaaGap, confidence: float) -> Table:
    """Return the estimated gap to the best plan for the true distribution."""
    ends = gap.gap.interval
    rows = [[
        Cell(gap.plan),
        Cell(amount(gap.gap.value)),
        Cell(interval(*ends) if ends else "–"),
        Cell(percent(gap.relative)),
        Cell(f"{gap.replications:,} × {gap.scenarios_each:,}"),
    ]]  # fmt: skip
    columns = [
        text("column.plan"), text("column.mean_gap"),
        text("saa.interval", level=percent(confidence)), text("saa.at_most"),
        text("saa.replications"),
    ]  # fmt: skip
    note = text("saa.note", how=gap.gap.how)
    return Table(text("saa.caption"), columns, rows, frozenset(columns[1:]), note)


def observed_picture(results: ResultFolder, comparison: Comparison) -> Picture:
    """Return each plan's cost in the real years, beside what the fresh scenarios forecast."""
    views = {text("view.cost"): View(observed_figure(results))}
    base = comparison.nominal
    if base is not None and len(excess_frame(results, base)):
        less = View(observed_figure(results, base), text("observed.excess", base=base))
        views = {text("view.less", base=base): less} | views
    title, caption = text("observed.title"), text("observed.caption")
    return Picture("observed", title, caption, views, choose=text("picture.show"))


def observed_table(years: tuple[ObservedYear, ...]) -> Table:
    """Return what each plan would have cost in years that really happened."""
    rows = [
        [
            Cell(str(year.year), _where(year)),
            Cell(plan.plan, text("observed.cheapest") if plan.plan == year.cheapest else ""),
            figure_cell(plan.cost),
            figure_cell(plan.regret),
            Cell(percent(plan.unserved_share), order=plan.unserved_share),
            Cell(amount(plan.mean_travel), order=plan.mean_travel),
        ]
        for year in years
        for plan in year.plans
    ]
    names = ("year", "plan", "cost", "regret", "unserved", "mean_travel")
    columns = [text(f"column.{name}") for name in names]
    return Table(text("observed.table"), columns, rows, frozenset(columns[2:]),
                 text("observed.note"), sortable=True)  # fmt: skip


def _where(year: ObservedYear) -> str:
    total = amount(year.total_demand)
    if year.forecast_quantile is None:
        return text("observed.total", total=total)
    share = percent(year.forecast_quantile, places=0)
    return text("observed.total_above", total=total, share=share)
