"""All plans on the same fresh scenarios: costs, regrets, pairs, service."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from robustev.assess.schema import (
    Comparison,
    Estimate,
    OutOfSampleTest,
    PairFigures,
    PlanFigures,
    PlanMetrics,
)
from robustev.core.formatting import amount, percent, signed_percent
from robustev.core.units import Units
from robustev.report.blocks import Block, Cell, Picture, Section, Table, View
from robustev.report.cells import LEGEND, figure_cell, origins_table, share_cell
from robustev.report.figures.costs import (
    cost_figure,
    cost_frame,
    excess_figure,
    excess_frame,
    has_regret,
    regret_figure,
)
from robustev.report.figures.stations import charger_text
from robustev.report.figures.style import faint
from robustev.report.rows import records
from robustev.report.texts import text
from robustev.results.folder import LEVEL, ResultFolder

COST_COLUMNS = {
    "mean": "mean cost",
    "std": "spread (std)",
    "cvar90": "worst 10 %",
    "cvar95": "worst 5 %",
    "worst": "worst",
}
REGRET_COLUMNS = {"mean_regret": "mean regret", "max_regret": "largest regret"}
SHARE_COLUMNS = {
    "unserved_share": "unserved",
    "short_share": "scenarios short",
    "utilisation": "utilisation",
}
TRAVEL_COLUMNS = {"mean": "mean", "p50": "median", "p90": "90 %", "p95": "95 %",
                  "longest": "longest"}  # fmt: skip


def section(results: ResultFolder) -> Section | None:
    """Return the comparison; a bare cost picture where only an evaluation is stored."""
    if results.comparison is None:
        return _evaluation_only(results)
    comparison = results.comparison
    blocks: list[Block] = [facts_table(comparison.plans, results.units), *_pictures(results)]
    for number, trial in enumerate(comparison.trials):
        blocks += _trial_tables(trial, comparison.robust, results.units, folded=number > 0)
    blocks.append(_origins(comparison))
    lead = comparison.trials[0].description if comparison.trials else ""
    return Section(
        "comparison",
        text("section.comparison.title"),
        lead,
        blocks,
        text("section.comparison.label"),
    )


def _evaluation_only(results: ResultFolder) -> Section | None:
    pictures = _pictures(results)
    if not pictures:
        return None
    return Section(
        "comparison", text("section.costs.title"), "", pictures, text("section.costs.label")
    )


def _pictures(results: ResultFolder) -> list[Block]:
    if results.main_evaluation is None:
        return []
    frame = cost_frame(results)
    names = ["mean", "q05", "q50", "q95", "cvar90", "worst"]
    rows = [
        [Cell(row.plan), *(Cell(amount(getattr(row, n))) for n in names)] for row in records(frame)
    ]
    columns = ["plan", "mean", "5 %", "median", "95 %", "worst 10 %", "worst"]
    table = Table("Cost over the scenarios", columns, rows, frozenset(columns[1:]))
    caption = (
        "Half of all scenarios lie in the box, nine in ten between the whiskers. "
        "Every plan meets the same scenarios."
    )
    pictures: list[Block] = [
        Picture("costs", "What each plan costs over the futures", caption, _cost_views(results),
                choose="Show", table=table)
    ]  # fmt: skip
    if has_regret(results):
        words = ("Share of scenarios in which regret stays below each amount: the curve that rises "
                "first is the plan that one regrets least.")  # fmt: skip
        figure = regret_figure(results)
        pictures.append(Picture("regret", "Regret: cost above the best plan for each future",
                                words + faint(figure), {"": View(figure)}))  # fmt: skip
    return pictures


def _cost_views(results: ResultFolder) -> dict[str, View]:
    views = {"cost": View(cost_figure(results))}
    base = results.comparison.nominal if results.comparison else None
    if base is not None and len(excess_frame(results, base)):
        words = f"Cost of each plan less that of {base} in the same scenario: left is cheaper."
        views = {f"less {base}'s": View(excess_figure(results, base), words)} | views
    return views


def facts_table(facts: Sequence[PlanMetrics], units: Units) -> Table:
    """Return what each plan builds, what it costs as forecast, and what its caution costs."""
    rows = [
        [
            Cell(row.plan, row.title),
            Cell(f"{row.stations:,}", order=row.stations),
            Cell(f"{sum(row.chargers.values()):,}" if row.chargers else "–",
                 charger_text(row.chargers) if len(row.chargers) > 1 else ""),
            Cell(amount(row.spend)),
            Cell(", ".join(signed_percent(v) for v in row.fractional_margin.values()) or "–",
                 " / ".join(row.fractional_margin) if len(row.fractional_margin) > 1 else ""),
            figure_cell(row.cost_as_forecast),
            Cell(signed_percent(row.price_of_robustness_share),
                 "" if row.price_of_robustness is None
                 else amount(row.price_of_robustness.value)),
        ]
        for row in facts
    ]  # fmt: skip
    levels = any(LEVEL in row.chargers for row in facts)
    columns = ["plan", "stations", f"{LEVEL}s" if levels else "chargers", "spend",
               "spare capacity", "cost as forecast",
               "price of robustness"]  # fmt: skip
    note = (
        f"Spend and cost in {units.money}. Spare capacity: what there is beyond the forecast "
        "demand. Price of robustness: cost if all goes as forecast, above that of the plan for the "
        "one forecast. " + LEGEND
    )
    return Table("What each plan builds", columns, rows, frozenset(columns[1:]), note=note)


def _trial_tables(
    trial: OutOfSampleTest, robust: str | None, units: Units, *, folded: bool
) -> list[Block]:
    title = f"{trial.title} ({trial.num_scenarios:,} scenarios)"
    blocks: list[Block] = [*figures_tables(trial.plans, title, units, folded=folded)]
    name = f"Pair by pair: {trial.title}"
    main = [pair for pair in trial.pairs if robust in (pair.plan, pair.other)]
    if main and not folded:
        blocks.append(pairs_table(main, f"{robust} against each other plan: {trial.title}"))
    if len(trial.pairs) > len(main) or (main and folded):
        blocks.append(pairs_table(trial.pairs, name, folded=name))
    if not folded:
        blocks.append(travel_table(trial.plans, units))
        blocks += group_tables(trial.plans)
    return blocks


def figures_tables(
    plans: Sequence[PlanFigures], caption: str, units: Units, *, folded: bool = False
) -> list[Table]:
    """Return cost, and regret and service, of every plan on one set of scenarios."""
    found = []
    for what, amounts, shares in (
        ("cost", COST_COLUMNS, {}),
        ("regret and service", REGRET_COLUMNS, SHARE_COLUMNS),
    ):
        rows = [
            [Cell(row.plan), *(figure_cell(getattr(row, name)) for name in amounts),
             *(share_cell(getattr(row, name)) for name in shares)]
            for row in plans
        ]  # fmt: skip
        columns = ["plan", *amounts.values(), *shares.values()]
        note = f"Costs in {units.money}; small print: intervals. {LEGEND}"
        title = f"{caption}: {what}"
        found.append(Table(title, columns, rows, frozenset(columns[1:]), note,
                           title if folded else "", sortable=True))  # fmt: skip
    return found


def pairs_table(pairs: Iterable[PairFigures], caption: str, *, folded: str = "") -> Table:
    """Return every pair of plans: difference of cost, and who wins how often."""
    rows = [
        [
            Cell(f"{row.plan} less {row.other}"),
            figure_cell(row.mean_difference, sign=True),
            share_cell(row.relative_difference, sign=True),
            figure_cell(row.cvar90_difference, sign=True),
            share_cell(row.win_rate),
            Cell(percent(row.tie_rate)),
        ]
        for row in pairs
    ]
    columns = ["pair", "mean difference", "relative", "worst 10 %", "first is cheaper in",
               "same in"]  # fmt: skip
    note = "Negative: the first of the two is cheaper. Differences are taken scenario by scenario."
    return Table(caption, columns, rows, frozenset(columns[1:]), note, folded, sortable=True)


def travel_table(plans: Iterable[PlanFigures], units: Units) -> Table:
    """Return how far demand travels under every plan."""
    rows = [
        [Cell(row.plan), *(figure_cell(getattr(row.travel, name)) for name in TRAVEL_COLUMNS)]
        for row in plans
    ]
    columns = ["plan", *TRAVEL_COLUMNS.values()]
    return Table("Travel of the served demand", columns, rows, frozenset(columns[1:]),
                 f"In {units.travel}; percentiles by demand.", sortable=True)  # fmt: skip


def group_tables(plans: Iterable[PlanFigures]) -> list[Block]:
    """Return, for every attribute of the zones, how its groups are served by each plan."""
    listed = list(plans)
    names = dict.fromkeys(name for row in listed for name in row.groups)
    return [_group_table(listed, name) for name in names]


def _group_table(plans: list[PlanFigures], name: str) -> Table:
    rows = [
        [Cell(group.group), Cell(row.plan), *(Cell(percent(v), order=v)
         for v in (group.demand_share, group.served_share)),
         *(Cell(amount(v), order=v) for v in (group.mean_travel, group.p90_travel))]
        for row in plans for group in row.groups.get(name, ())
    ]  # fmt: skip
    rows.sort(key=lambda row: row[0].text)
    columns = [name, "plan", "share of demand", "served", "mean travel", "90 % travel"]
    return Table(f"Service by {name}", columns, rows, frozenset(columns[2:]),
                 folded=f"Service by {name}", sortable=True)  # fmt: skip


def _origins(comparison: Comparison) -> Table:
    """Return how each column of the main tables was obtained."""
    figures: dict[str, Estimate | None] = {}
    if comparison.trials:
        first = comparison.trials[0]
        for row in first.plans[:1]:
            names = COST_COLUMNS | REGRET_COLUMNS | SHARE_COLUMNS
            figures |= {title: getattr(row, n) for n, title in names.items()}
            figures["travel"] = row.travel.mean
        for pair in first.pairs[:1]:
            figures |= {"mean difference": pair.mean_difference,
                        "difference in the worst 10 %": pair.cvar90_difference,
                        "first is cheaper in": pair.win_rate}  # fmt: skip
    for facts in comparison.plans[:1]:
        figures["cost as forecast"] = facts.cost_as_forecast
    return origins_table(figures, folded="How each figure was obtained")
