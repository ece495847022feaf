"""Costs and regrets of all plans on the same scenarios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from robustev.core.arrays import FloatArray
from robustev.model.risk import cvar
from robustev.report.figures.style import QUIET, PlanStyle, plan_styles, styled
from robustev.report.rows import records, weighted_quantile
from robustev.report.texts import text
from robustev.results.folder import ResultFolder

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
MARKS = {"mean": "diamond", "cvar90": "triangle-right", "worst": "x"}
"""Columns that stand beside a box, each with its symbol, and a title ``legend.NAME``."""
FAR = 4.0  # a plan with this many times the regret of the middle one starts hidden


def cost_frame(results: ResultFolder) -> pd.DataFrame:
    """Return one row per plan: plan, mean, q05, q25, q50, q75, q95, cvar90, worst cost.

    On the scenarios of ``evaluation.parquet``, with their probabilities. Empty without one.
    """
    return _summary([(plan, cost, p) for plan, cost, p in _values(results, "cost")])


def excess_frame(results: ResultFolder, base: str) -> pd.DataFrame:
    """Return the same of each plan's cost less that of ``base``, scenario by scenario."""
    return _summary(_excess(results, base))


def cost_figure(results: ResultFolder) -> go.Figure:
    """Return a box for every plan: half of the scenarios in the box, nine in ten in the whiskers.

    Beside the box stand the mean, the mean of the worst tenth, and the worst scenario.
    """
    return box_figure(
        cost_frame(results),
        plan_styles(results.ordered),
        text("axis.cost", money=results.units.money),
    )


def excess_figure(results: ResultFolder, base: str) -> go.Figure:
    """Return boxes of each plan's cost less that of ``base`` in the same scenario.

    The network as it stands, or a given plan, is left out where it is far off.
    """
    near = without_far(results, excess_frame(results, base))
    title = text("axis.cost_less", base=base, money=results.units.money)
    figure = box_figure(near, plan_styles(results.ordered), title)
    return figure.add_vline(x=0, line={"color": QUIET, "width": 2})


def without_far(results: ResultFolder, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of differences without yardsticks that are far off."""
    size = table[["q05", "q95"]].abs().max(axis=1)
    far = table["plan"].isin(results.yardsticks) & (size > FAR * float(size.median()))
    return table[~far]


def regret_figure(results: ResultFolder) -> go.Figure:
    """Return, for every plan, the share of scenarios whose regret stays below each amount.

    The network as it stands, or a given plan, starts hidden where it is far off.
    """
    styles, curves = plan_styles(results.ordered), _values(results, "regret")
    middle = {plan: float(np.median(regret)) for plan, regret, _ in curves}
    usual = float(np.median(list(middle.values()))) if middle else 0.0
    far = {plan for plan in results.yardsticks if middle.get(plan, 0.0) > FAR * usual > 0}
    figure = go.Figure()
    for plan, regret, weight in curves:
        order = np.argsort(regret)
        share = np.cumsum(weight[order]) / weight.sum()
        style = styles[plan]
        figure.add_scatter(
            x=np.concatenate([[0.0], regret[order]]), y=np.concatenate([[0.0], share]),
            mode="lines", name=plan,
            visible="legendonly" if plan in far else True,
            line={"shape": "hv", "color": style.colour, "dash": style.dash, "width": 2.4},
            hovertemplate=text("hover.regret", plan=plan, x="%{x:,.4~r}", y="%{y:.0%}")
            + "<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(
        title=text("axis.regret", money=results.units.money), tickformat=",", rangemode="tozero",
        nticks=7,
    )  # fmt: skip
    figure.update_yaxes(title=text("axis.share"), tickformat=".0%", range=[0, 1.02])
    return styled(figure, height=400)


def has_regret(results: ResultFolder) -> bool:
    """Return whether the evaluation knows the regret of some plan."""
    return bool(_values(results, "regret"))


def box_figure(
    frame: pd.DataFrame,
    styles: Mapping[str, PlanStyle],
    title: str,
    marks: Sequence[tuple[str, str, str]] | None = None,
) -> go.Figure:
    """Return a box for every row of ``frame``, with marks beside it at its further columns.

    Columns: plan, q05, q25, q50, q75, q95, and those that ``marks`` name (column, name, symbol);
    by default the mean, the mean of the worst tenth, and the worst.
    """
    if marks is None:
        marks = [(column, text(f"legend.{column}"), symbol) for column, symbol in MARKS.items()]
    table, figure = frame.iloc[::-1], go.Figure()
    for row in records(table):
        figure.add_trace(go.Box(
            y=[row.plan], q1=[row.q25], median=[row.q50], q3=[row.q75], lowerfence=[row.q05],
            upperfence=[row.q95], orientation="h", name=row.plan, showlegend=False, width=0.5,
            line={"color": styles[row.plan].colour, "width": 2}, hoverinfo="skip",
        ))  # fmt: skip
    for column, name, symbol in marks:
        figure.add_scatter(
            x=table[column].to_numpy(), y=table["plan"].to_numpy(), mode="markers", name=name,
            marker={"symbol": symbol, "size": 10, "color": "#5b6675",
                    "line": {"width": 1, "color": "white"}},
            hovertemplate=f"%{{y}}: {name} %{{x:,.6~r}}<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(title=title, tickformat=",", nticks=7)
    return styled(figure, height=110 + 56 * len(table))


def _summary(parts: Sequence[tuple[str, FloatArray, FloatArray]]) -> pd.DataFrame:
    names = [f"q{round(100 * level):02d}" for level in LEVELS]
    rows = []
    for plan, cost, weight in parts:
        quantiles = [weighted_quantile(cost, weight, level) for level in LEVELS]
        tail = cvar(cost, weight, 0.1) if np.isfinite(cost).all() else np.inf
        rows.append([plan, float(weight @ cost), *quantiles, tail, float(cost.max())])
    return pd.DataFrame(rows, columns=["plan", "mean", *names, "cvar90", "worst"])


def _excess(results: ResultFolder, base: str) -> list[tuple[str, FloatArray, FloatArray]]:
    table = results.main_evaluation
    if table is None or base not in set(table["plan"]):
        return []
    wide = table.pivot(index="scenario", columns="plan", values="cost").dropna()
    weight = table[table["plan"] == base].set_index("scenario").get("probability")
    even = np.full(len(wide), 1.0 / len(wide))
    p = even if weight is None else weight.reindex(wide.index).to_numpy(np.float64)
    names = [name for name in results.ordered if name in wide and name != base]
    return [(name, (wide[name] - wide[base]).to_numpy(np.float64), p / p.sum()) for name in names]


def _values(results: ResultFolder, column: str) -> list[tuple[str, FloatArray, FloatArray]]:
    """Return (plan, values, probability) of every plan with known values."""
    table = results.main_evaluation
    if table is None or column not in table:
        return []
    found = []
    for plan in results.ordered:
        rows = table[(table["plan"] == plan) & table[column].notna()]
        if rows.empty:
            continue
        even = np.full(len(rows), 1.0 / len(rows))
        weight = rows["probability"].to_numpy(np.float64) if "probability" in rows else even
        found.append((plan, rows[column].to_numpy(np.float64), weight / weight.sum()))
    return found
