"""How the robust plans fared: over all regions, and region by region."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from robustev.core.formatting import amount, percent, signed
from robustev.hindcast.report.results import HindcastResults, Rival, VintageResults
from robustev.report.blocks import Block, Cell, Picture, Section, Table, View, plain_table
from robustev.report.figures.style import BETTER, QUIET, WORSE, styled

UNIT = "% of the hindsight plan's cost"
SYMBOLS = {"baseline": "circle", "margin": "square", "equal_spend": "diamond"}
ROW, CLOSE_ROW = 24, 15
"""Pixels of a row of a picture, and of one among many."""
MANY = 40


def section(results: HindcastResults) -> Section:
    """Return the pictures of differences, and the tables behind them."""
    blocks: list[Block] = []
    if any(vintage.rivals for vintage in results.vintages):
        blocks += [_all_rivals(results), _by_region(results)]
    blocks += [_means(vintage, results) for vintage in results.vintages]
    blocks.append(_regions(results))
    lead = (
        "Costs of chargers, travel and unserved demand in the year that came, every zone counted, "
        "within the same budget. Differences are paired by region. The rows of every region, plan "
        "and pair stand in plans.csv and pairs.csv beside this page."
    )
    return Section("plans", "Plans against each other", lead, blocks, "Plans")


def _all_rivals(results: HindcastResults) -> Picture:
    views = {}
    for vintage in results.vintages:
        for plan in results.config.robust:
            rivals = vintage.against(plan)
            if rivals:
                label = f"{plan}, {vintage.years}"
                views[label] = View(rival_figure(rivals), _told(rivals, plan))
    return Picture(
        "rivals", "The robust plan against every plan from one forecast",
        "Mean difference over regions with its 95 % interval, where there are three regions or "
        "more. Left of the line the robust plan is cheaper. Filled marks are clear differences; "
        "circles are forecasts as they are, squares with a margin, diamonds at equal spend.",
        views, choose="Robust plan",
    )  # fmt: skip


def _told(rivals: Sequence[Rival], plan: str) -> str:
    best = min(rivals, key=lambda r: r.mean)
    worst = max(rivals, key=lambda r: r.mean)
    return (
        f"‘{plan}’ compares best with {best.words} ({_percent_points(best.mean)}), worst with "
        f"{worst.words} ({_percent_points(worst.mean)})."
    )


def _percent_points(value: float) -> str:
    return f"{signed(round(value, 1))} %"


def rival_figure(rivals: Sequence[Rival]) -> go.Figure:
    """Return mean differences with their intervals, a row for each rival."""
    figure = go.Figure()
    for n, rival in enumerate(rivals):
        colour = BETTER if rival.mean < 0 else WORSE
        low, high = (rival.mean if end is None else end for end in (rival.low, rival.high))
        symbol = SYMBOLS[rival.kind] + ("" if rival.clear else "-open")
        figure.add_scatter(
            x=[rival.mean], y=[n], mode="markers", name=rival.words, showlegend=False,
            marker={"symbol": symbol, "size": 11, "color": colour, "line": {"width": 2}},
            error_x={"type": "data", "symmetric": False, "array": [high - rival.mean],
                     "arrayminus": [rival.mean - low], "color": colour, "thickness": 1.8,
                     "width": 4},
            hovertemplate=f"against {rival.words}: %{{x:+.2f}} %<extra></extra>",
        )  # fmt: skip
    return _rows(figure, [rival.words for rival in rivals])


def _rows(figure: go.Figure, labels: Sequence[str]) -> go.Figure:
    """Give a figure a labelled row for each label, and the line of no difference."""
    figure.add_vline(x=0, line={"color": QUIET, "width": 2})
    count = len(labels)
    figure.update_yaxes(tickvals=list(range(count)), ticktext=list(labels),
                        range=[count - 0.4, -0.6])  # fmt: skip
    figure.update_xaxes(title=f"◀ robust cheaper   |   dearer ▶<br>{UNIT}", nticks=7)
    return styled(figure, height=130 + (CLOSE_ROW if count > MANY else ROW) * max(count, 4))


def _by_region(results: HindcastResults) -> Picture:
    views = {}
    for vintage in results.vintages:
        for rival in vintage.against(results.robust):
            text = _wins(rival)
            views[f"{rival.words}, {vintage.years}"] = View(region_figure(rival), text)
    return Picture(
        "regions", f"Region by region: ‘{results.robust}’ against one plan",
        "Each dot is a region, the diamond their mean with its 95 % interval, where there are "
        "three regions or more. Left of the line the robust plan is cheaper.",
        views, choose="Against",
    )  # fmt: skip


def _wins(rival: Rival) -> str:
    values = list(rival.by_region.values())
    won, lost = sum(v < 0 for v in values), sum(v > 0 for v in values)
    level = len(values) - won - lost
    even = f", {level} alike" if level else ""
    p_value = "" if rival.p_value is None else f" Sign-flip test: p = {amount(rival.p_value)}."
    return (
        f"Cheaper in {won} of {len(values)}, dearer in {lost}{even}; on average "
        f"{_percent_points(rival.mean)}.{p_value}"
    )


def region_figure(rival: Rival) -> go.Figure:
    """Return the difference of every region as a dot, and their mean beneath."""
    ordered = sorted(rival.by_region.items(), key=lambda item: item[1])
    names, values = [name for name, _ in ordered], [value for _, value in ordered]
    figure = go.Figure(go.Scatter(
        x=values, y=list(range(len(values))), mode="markers", showlegend=False,
        marker={"size": 9, "color": [BETTER if v < 0 else WORSE for v in values]},
        text=names, hovertemplate="%{text}: %{x:+.2f} %<extra></extra>",
    ))  # fmt: skip
    low, high = (rival.mean if end is None else end for end in (rival.low, rival.high))
    figure.add_scatter(
        x=[rival.mean], y=[len(values)], mode="markers", showlegend=False,
        marker={"symbol": "diamond", "size": 13, "color": BETTER if rival.mean < 0 else WORSE},
        error_x={"type": "data", "symmetric": False, "array": [high - rival.mean],
                 "arrayminus": [rival.mean - low], "thickness": 2.2, "width": 5},
        hovertemplate="mean: %{x:+.2f} %<extra></extra>",
    )  # fmt: skip
    return _rows(figure, [*names, "mean"])


def _means(vintage: VintageResults, results: HindcastResults) -> Table:
    """Return the mean figures of every plan, folded."""
    rows = [
        [results.names[name], amount(plan["cost"]), percent(plan["unserved"]),
         percent(plan["worst_zone"]), amount(plan["regret"]), amount(plan["largest_regret"]),
         amount(plan["spend"]), percent(plan["gap"]), str(plan["regions"])]
        for name, plan in vintage.summary["plans"].items()
    ]  # fmt: skip
    title = f"Every plan, {vintage.words}"
    return plain_table(
        f"Means over regions, {vintage.words}",
        ["plan", "cost, km", "unserved", "worst zone", "regret", "largest regret", "spend",
         "proven to", "regions"],
        rows, folded=title,
        note="Cost and regret in km of travel a unit of demand; spend relative to capacity for "
             "the demand at the decision. Worst zone: the largest share left unserved in a zone.",
    )  # fmt: skip


def _regions(results: HindcastResults) -> Table:
    """Return a row for each region and vintage."""
    shown = [results.robust, "hindsight"]
    first = next((name for name, plan in results.vintages[0].summary["plans"].items()
                  if plan["kind"] == "baseline"), None)  # fmt: skip
    if first is not None:
        shown.insert(0, first)
    rows = []
    for vintage in results.vintages:
        for document in vintage.documents:
            cost = {row["plan"]: row["cost"] for row in document["plans"]}
            change = document["people_came"] / document["people_before"] - 1.0
            numbers = [cost.get(name) for name in shown]
            rows.append([
                Cell(document["region"]), Cell(vintage.label),
                Cell(f"{document['zones']:,}", order=document["zones"]),
                Cell(f"{document['people_before']:,.0f}", order=document["people_before"]),
                Cell(percent(change), order=change),
                *(Cell(amount(value), order=value) for value in numbers),
            ])  # fmt: skip
    columns = ["region", "years", "zones", "people then", "change",
               *(f"cost: {results.names[name]}" for name in shown)]  # fmt: skip
    return Table("Regions, costs in km a unit of demand", columns, rows,
                 frozenset(columns[2:]), folded="Every region", sortable=True)  # fmt: skip
