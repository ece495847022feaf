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
from robustev.report.cells import figure_cell, origins_table, share_cell
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

COSTS = ("mean", "std", "cvar90", "cvar95", "worst")
REGRETS = ("mean_regret", "max_regret")
SHARES = ("unserved_share", "short_share", "utilisation")
TRAVEL = ("mean", "p50", "p90", "p95", "longest")
"""Figures of a plan, each with a title ``figure.NAME`` or ``travel.NAME`` among the texts."""


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
    columns = [text("column.plan"), *(text(f"spread.{name}") for name in names)]
    table = Table(text("comparison.over"), columns, rows, frozenset(columns[1:]))
    pictures: list[Block] = [
        Picture("costs", text("comparison.costs"), text("comparison.costs_caption"),
                _cost_views(results), choose=text("picture.show"), table=table)
    ]  # fmt: skip
    if has_regret(results):
        figure = regret_figure(results)
        words = text("comparison.regret_caption") + faint(figure)
        title = text("comparison.regret")
        pictures.append(Picture("regret", title, words, {"": View(figure)}))
    return pictures


def _cost_views(results: ResultFolder) -> dict[str, View]:
    views = {text("view.cost"): View(cost_figure(results))}
    base = results.comparison.nominal if results.comparison else None
    if base is not None and len(excess_frame(results, base)):
        words = text("comparison.excess", base=base)
        excess = View(excess_figure(results, base), words)
        views = {text("view.less", base=base): excess} | views
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
    names = ("plan", "stations", "levels" if levels else "chargers", "spend", "spare_capacity",
             "cost_as_forecast", "price_of_robustness")  # fmt: skip
    columns = [text(f"column.{name}") for name in names]
    note = text("comparison.facts_note", money=units.money, legend=text("basis.legend"))
    return Table(text("comparison.facts"), columns, rows, frozenset(columns[1:]), note=note)


def _trial_tables(
    trial: OutOfSampleTest, robust: str | None, units: Units, *, folded: bool
) -> list[Block]:
    title = f"{trial.title} ({text('count.scenario', trial.num_scenarios)})"
    blocks: list[Block] = [*figures_tables(trial.plans, title, units, folded=folded)]
    name = text("comparison.pairs", trial=trial.title)
    main = [pair for pair in trial.pairs if robust in (pair.plan, pair.other)]
    if main and not folded:
        caption = text("comparison.pairs_of", plan=robust, trial=trial.title)
        blocks.append(pairs_table(main, caption))
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
        ("comparison.costs_of", COSTS, ()),
        ("comparison.service_of", REGRETS, SHARES),
    ):
        rows = [
            [Cell(row.plan), *(figure_cell(getattr(row, name)) for name in amounts),
             *(share_cell(getattr(row, name)) for name in shares)]
            for row in plans
        ]  # fmt: skip
        columns = [text("column.plan"), *(text(f"figure.{name}") for name in (*amounts, *shares))]
        note = text("comparison.figures_note", money=units.money, legend=text("basis.legend"))
        title = text(what, trial=caption)
        found.append(Table(title, columns, rows, frozenset(columns[1:]), note,
                           title if folded else "", sortable=True))  # fmt: skip
    return found


def pairs_table(pairs: Iterable[PairFigures], caption: str, *, folded: str = "") -> Table:
    """Return every pair of plans: difference of cost, and who wins how often."""
    rows = [
        [
            Cell(text("comparison.less", plan=row.plan, other=row.other)),
            figure_cell(row.mean_difference, sign=True),
            share_cell(row.relative_difference, sign=True),
            figure_cell(row.cvar90_difference, sign=True),
            share_cell(row.win_rate),
            Cell(percent(row.tie_rate)),
        ]
        for row in pairs
    ]
    names = ("pair", "mean_difference", "relative", "worst_tenth", "wins", "ties")
    columns = [text(f"column.{name}") for name in names]
    note = text("comparison.pairs_note")
    return Table(caption, columns, rows, frozenset(columns[1:]), note, folded, sortable=True)


def travel_table(plans: Iterable[PlanFigures], units: Units) -> Table:
    """Return how far demand travels under every plan."""
    rows = [
        [Cell(row.plan), *(figure_cell(getattr(row.travel, name)) for name in TRAVEL)]
        for row in plans
    ]
    columns = [text("column.plan"), *(text(f"travel.{name}") for name in TRAVEL)]
    note = text("comparison.travel_note", travel=units.travel)
    return Table(text("comparison.travel"), columns, rows, frozenset(columns[1:]), note,
                 sortable=True)  # fmt: skip


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
    names = ("plan", "share_of_demand", "served", "mean_travel", "p90_travel")
    columns = [name, *(text(f"column.{one}") for one in names)]
    title = text("comparison.groups", groups=name)
    return Table(title, columns, rows, frozenset(columns[2:]), folded=title, sortable=True)


def _origins(comparison: Comparison) -> Table:
    """Return how each column of the main tables was obtained."""
    figures: dict[str, Estimate | None] = {}
    if comparison.trials:
        first = comparison.trials[0]
        for row in first.plans[:1]:
            names = (*COSTS, *REGRETS, *SHARES)
            figures |= {text(f"figure.{name}"): getattr(row, name) for name in names}
            figures[text("column.travel")] = row.travel.mean
        for pair in first.pairs[:1]:
            figures |= {text("column.mean_difference"): pair.mean_difference,
                        text("column.tail_difference"): pair.cvar90_difference,
                        text("column.wins"): pair.win_rate}  # fmt: skip
    for facts in comparison.plans[:1]:
        figures[text("column.cost_as_forecast")] = facts.cost_as_forecast
    return origins_table(figures, folded=text("basis.table"))
