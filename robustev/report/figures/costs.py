"""Costs and regrets of all plans on the same scenarios."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from robustev.arrays import FloatArray
from robustev.report.figures.style import plan_styles, styled
from robustev.report.stored import StoredResults, records, weighted_quantile
from robustev.risk import cvar

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


def cost_frame(results: StoredResults) -> pd.DataFrame:
    """Return one row per plan: plan, mean, q05, q25, q50, q75, q95, cvar90, worst cost.

    On the scenarios of ``evaluation.parquet``, with their probabilities. Empty without one.
    """
    columns = ["plan", "mean", *(f"q{round(100 * level):02d}" for level in LEVELS)]
    rows = []
    for plan, cost, weight in _costs(results, "cost"):
        quantiles = [weighted_quantile(cost, weight, level) for level in LEVELS]
        tail = cvar(cost, weight, 0.1) if np.isfinite(cost).all() else np.inf
        rows.append([plan, float(weight @ cost), *quantiles, tail, float(cost.max())])
    return pd.DataFrame(rows, columns=[*columns, "cvar90", "worst"])


def cost_figure(results: StoredResults) -> go.Figure:
    """Return a box for every plan: half of the scenarios in the box, nine in ten in the whiskers.

    Beside the box stand the mean, the mean of the worst tenth, and the worst scenario.
    """
    table = cost_frame(results).iloc[::-1]
    styles = plan_styles(results.ordered)
    figure = go.Figure()
    for row in records(table):
        figure.add_trace(go.Box(
            y=[row.plan], q1=[row.q25], median=[row.q50], q3=[row.q75], lowerfence=[row.q05],
            upperfence=[row.q95], orientation="h", name=row.plan, showlegend=False, width=0.5,
            line={"color": styles[row.plan].colour, "width": 2}, hoverinfo="skip",
        ))  # fmt: skip
    for column, name, symbol in (
        ("mean", "mean", "diamond"),
        ("cvar90", "mean of the worst 10 %", "triangle-right"),
        ("worst", "worst", "x"),
    ):
        figure.add_scatter(
            x=table[column].to_numpy(), y=table["plan"].to_numpy(), mode="markers", name=name,
            marker={"symbol": symbol, "size": 10, "color": "#38424f",
                    "line": {"width": 1, "color": "white"}},
            hovertemplate=f"%{{y}}: {name} %{{x:,.6~g}}<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(title="cost in a scenario", tickformat=",", nticks=7)
    return styled(figure, height=110 + 56 * len(table))


def regret_figure(results: StoredResults) -> go.Figure:
    """Return, for every plan, the share of scenarios whose regret stays below each amount."""
    styles = plan_styles(results.ordered)
    figure = go.Figure()
    for plan, regret, weight in _costs(results, "regret"):
        order = np.argsort(regret)
        share = np.cumsum(weight[order]) / weight.sum()
        style = styles[plan]
        figure.add_scatter(
            x=np.concatenate([[0.0], regret[order]]), y=np.concatenate([[0.0], share]),
            mode="lines", name=plan,
            line={"shape": "hv", "color": style.colour, "dash": style.dash, "width": 2.4},
            hovertemplate=f"{plan}: regret at most %{{x:,.4~g}} in %{{y:.0%}}<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(title="regret: cost above the scenario's own best plan", tickformat=",",
                        rangemode="tozero", nticks=7)  # fmt: skip
    figure.update_yaxes(title="share of scenarios", tickformat=".0%", range=[0, 1.02])
    return styled(figure, height=400)


def has_regret(results: StoredResults) -> bool:
    """Return whether the evaluation knows the regret of some plan."""
    return any(True for _ in _costs(results, "regret"))


def _costs(results: StoredResults, column: str) -> list[tuple[str, FloatArray, FloatArray]]:
    """Return (plan, values, probability) of every plan with known values."""
    table = results.evaluation
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
