"""What foresight is worth: VSS, EVPI, the optimality gap of the sample, the years that came."""

from __future__ import annotations

from robustev.assess.schema import Comparison, ObservedYear, SaaGap
from robustev.core.formatting import amount, interval, percent
from robustev.report.blocks import Block, Cell, Picture, Section, Table, View
from robustev.report.cells import BASIS_WORDS, figure_cell
from robustev.report.figures.costs import cost_frame, excess_frame
from robustev.report.figures.observed import observed_figure
from robustev.report.texts import text
from robustev.results.folder import ResultFolder

INFORMATION = {
    "wait_and_see": "Wait-and-see (WS): every future known beforehand",
    "recourse": "Optimum of the expected cost (RP)",
    "expected_value": "Expected cost of the plan for the one forecast (EEV)",
    "vss": "Value of the stochastic solution (VSS = EEV − RP)",
    "vss_out_of_sample": "The same on fresh scenarios",
    "evpi": "Value of perfect information (EVPI = RP − WS)",
}


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
    for name, title in INFORMATION.items():
        figure = getattr(comparison.information, name)
        if figure is not None:
            cell = figure_cell(figure)
            rows.append([Cell(title), cell, Cell(BASIS_WORDS[figure.basis], figure.how)])
    return Table("Value of the stochastic solution, and of perfect information",
                 ["figure", "value", "how it was obtained"], rows,
                 frozenset(["value"]))  # fmt: skip


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
    columns = ["plan", "mean gap", f"{percent(confidence)} interval", "at most, of mean cost",
               "replications × scenarios"]  # fmt: skip
    caption = "How far the plan may be from the best for the true distribution"
    note = f"Mak, Morton and Wood (1999): {gap.gap.how}."
    return Table(caption, columns, rows, frozenset(columns[1:]), note)


def observed_picture(results: ResultFolder, comparison: Comparison) -> Picture:
    """Return each plan's cost in the real years, beside what the fresh scenarios forecast."""
    views = {"cost": View(observed_figure(results))}
    base = comparison.nominal
    if base is not None and len(excess_frame(results, base)):
        words = f"Cost of each plan less that of {base} in the same scenario or year."
        views = {f"less {base}'s": View(observed_figure(results, base), words)} | views
    caption = (
        "Boxes: half of the fresh scenarios, whiskers nine in ten. Marks: years that really "
        "happened, of which nothing that made the plans knew."
    )
    return Picture("observed", "The real years against the forecast", caption, views, choose="Show")


def observed_table(years: tuple[ObservedYear, ...]) -> Table:
    """Return what each plan would have cost in years that really happened."""
    rows = [
        [
            Cell(str(year.year), _where(year)),
            Cell(plan.plan, "cheapest" if plan.plan == year.cheapest else ""),
            figure_cell(plan.cost),
            figure_cell(plan.regret),
            Cell(percent(plan.unserved_share), order=plan.unserved_share),
            Cell(amount(plan.mean_travel), order=plan.mean_travel),
        ]
        for year in years
        for plan in year.plans
    ]
    columns = ["year", "plan", "cost", "regret", "unserved", "mean travel"]
    note = "Demand of these years was held back from everything that made the plans."
    return Table("In years that really happened", columns, rows, frozenset(columns[2:]), note,
                 sortable=True)  # fmt: skip


def _where(year: ObservedYear) -> str:
    total = f"total {amount(year.total_demand)}"
    if year.forecast_quantile is None:
        return total
    return f"{total}, above {percent(year.forecast_quantile, places=0)} of the scenarios"
