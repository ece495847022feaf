"""The page about the value of what is modelled, and the picture of where robustness pays."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from robustev.core.formatting import amount, count, percent, signed
from robustev.hindcast.config import HindcastConfig
from robustev.hindcast.folder import write_whole
from robustev.hindcast.report.results import plan_words
from robustev.hindcast.value import WHOLE
from robustev.report.blocks import Picture, Section, View, plain_table
from robustev.report.figures.style import BETTER, QUIET, WORSE, plan_styles, styled
from robustev.report.page import render_page

OVER = "cost beyond hindsight, %"
CHANGES = (("model", "scenarios"), ("aggregation",))
"""Axes along which only the robust plan changes, by panel: the last one has a scale of its own."""
MOST_MARGINS = 3
CAPTION = (
    "Above: cost beyond that of the plan made with hindsight within the same budget, from a tight "
    "budget to an ample one; lower is better. Of the plans with a margin the best are drawn. "
    "Below: how much dearer the robust plan gets when one thing is left out or scenarios are "
    "fewer, and, on a scale of its own, when zones are merged; with twice the standard error over "
    "regions; right of the line is worse."
)


def write_value_page(table: pd.DataFrame, config: HindcastConfig, path: Path) -> Path:
    """Write the page of a table of `robustev.hindcast.value.value_table`; return its path."""
    sections = [_section(str(label), part, config)
                for label, part in table.groupby("vintage", sort=False)]  # fmt: skip
    text = render_page(
        sections, kind="Value of what is modelled", title=config.name,
        description="The same test with one thing changed at a time: what the robust plan loses, "
                    "and where a plan from one forecast does as well.",
    )  # fmt: skip
    write_whole(path, text)
    return path


def _section(label: str, table: pd.DataFrame, config: HindcastConfig) -> Section:
    names = plan_names(table, config)
    key = f"value-{label}"
    picture = Picture(key, "Where robustness pays", CAPTION,
                      {"": View(value_figure(table, config), _told(table, config))})  # fmt: skip
    rows = [
        [f"{row['variant']} ({row['axis']})", names[str(row["plan"])], amount(row["cost"]),
         percent(row["unserved"]), amount(row["spend"]), signed(round(row["over_hindsight"], 2)),
         signed(round(row["change"], 2)), percent(row["gap"])]
        for row in table.to_dict("records")
    ]  # fmt: skip
    columns = ["what is changed", "plan", "cost, km", "unserved", "spend", "beyond hindsight, %",
               "change, %", "proven to"]  # fmt: skip
    numbers = plain_table(
        f"Means over {count(int(table['regions'].max()), 'region')}", columns, rows,
        folded="The numbers behind it",
        note="Beyond hindsight: within the same budget. Change: against the same plan with nothing "
             "changed.",
    )  # fmt: skip
    return Section(key, label.replace("-", " to "), "", [picture, numbers])


def plan_names(table: pd.DataFrame, config: HindcastConfig) -> dict[str, str]:
    """Return what the plans of the table are called in words."""
    found = {}
    for plan in dict.fromkeys(map(str, table["plan"])):
        forecast, _, margin = plan.partition("+")
        if plan in config.robust:
            found[plan] = f"robust: {plan}"
            continue
        share = float(margin.rstrip("%")) / 100 if margin else 0.0
        kind = "margin" if margin else "baseline"
        found[plan] = plan_words(
            {"plan": plan, "kind": kind, "forecast": forecast, "margin": share}
        )
    return found


def by_budget(table: pd.DataFrame, config: HindcastConfig) -> pd.DataFrame:
    """Return cost beyond hindsight in per cent, a row for each budget, a column for each plan."""
    part = table[(table["axis"] == "budget") | (table["variant"] == WHOLE)]
    budget = part["variant"].where(part["variant"] != WHOLE, f"{config.planning.budget:g}")
    wide = part.assign(budget=budget.astype(float)).pivot(
        index="budget", columns="plan", values="over_hindsight"
    )
    return wide.sort_index()[list(dict.fromkeys(part["plan"]))]


def _told(table: pd.DataFrame, config: HindcastConfig) -> str:
    """Return which plan is cheapest at every budget."""
    names = plan_names(table, config)
    cheapest = by_budget(table, config).idxmin(axis=1)
    parts = [f"{names[str(plan)]} at {budget:g}" for budget, plan in cheapest.items()]
    return f"Cheapest by budget, relative to demand at the decision: {'; '.join(parts)}."


def value_figure(table: pd.DataFrame, config: HindcastConfig) -> go.Figure:
    """Return the picture: plans by budget, and what each change does to the robust plan."""
    whole = table["variant"] == WHOLE
    parts = [table[table["axis"].isin(axes) & ~whole] for axes in CHANGES]
    heights = [330, *(60 + 26 * max(len(part), 2) for part in parts)]
    figure = make_subplots(rows=3, cols=1, row_heights=heights, vertical_spacing=0.11)
    wide = by_budget(table, config)
    names, styles = plan_names(table, config), plan_styles(wide.columns)
    for plan in _drawn(wide):
        robust = plan in config.robust
        style = styles[plan]
        figure.add_scatter(
            row=1, col=1, x=wide.index.to_numpy(), y=wide[plan].to_numpy(), name=names[plan],
            mode="lines+markers", marker={"symbol": style.symbol, "size": 9 if robust else 6},
            line={"color": style.colour, "dash": "solid" if robust else style.dash,
                  "width": 4 if robust else 1.6},
            hovertemplate=f"{names[plan]}: %{{y:.2f}} %<extra></extra>",
        )  # fmt: skip
    for row, part in enumerate(parts, start=2):
        _changes(figure, part, row)
    figure.update_xaxes(title="budget, relative to<br>demand at the decision", row=1, col=1)
    figure.update_yaxes(title=OVER, rangemode="tozero", row=1, col=1)
    return styled(figure, height=sum(heights) + 220)


def _drawn(wide: pd.DataFrame) -> list[str]:
    """Return the plans to draw: those without a margin, and the best of those with one."""
    plain = [str(plan) for plan in wide.columns if "+" not in str(plan)]
    margins = wide[[plan for plan in wide.columns if "+" in str(plan)]].mean()
    return [*plain, *map(str, margins.sort_values(kind="stable").index[:MOST_MARGINS])]


def _changes(figure: go.Figure, changed: pd.DataFrame, row: int) -> None:
    labels = _labels(changed)
    values = changed["change"].to_numpy()
    figure.add_scatter(
        row=row, col=1, x=values, y=list(range(len(labels))), mode="markers", showlegend=False,
        marker={"size": 10, "color": [WORSE if v > 0 else BETTER for v in values]},
        error_x={"type": "data", "array": 2 * changed["change_error"].fillna(0.0).to_numpy(),
                 "color": QUIET, "width": 4},
        text=labels, hovertemplate="%{text}: %{x:+.2f} %<extra></extra>",
    )  # fmt: skip
    figure.add_vline(x=0, line={"color": QUIET, "width": 2}, row=row, col=1)
    figure.update_yaxes(tickvals=list(range(len(labels))), ticktext=labels,
                        range=[len(labels) - 0.4, -0.6], row=row, col=1)  # fmt: skip
    figure.update_xaxes(title="◀ cheaper | dearer ▶<br>% of hindsight's cost", row=row, col=1)


def _labels(changed: pd.DataFrame) -> Sequence[str]:
    words = {"scenarios": "{} scenarios"}
    return [words.get(str(row["axis"]), "{}").format(row["variant"])
            for row in changed.to_dict("records")]  # fmt: skip
