"""Frontiers: what is to be had for what."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from robustev.compare.schema import Frontier
from robustev.report.figures.style import plan_styles, styled

TITLES = {
    "objective": "objective",
    "mean_cost": "mean cost",
    "cvar90": "mean of the worst 10 %",
    "cost_as_forecast": "cost as forecast",
    "infrastructure": "infrastructure cost",
    "spend": "spend",
    "stations": "stations",
    "travel_total": "travel of all demand",
    "mean_travel": "mean travel",
    "unserved_share": "unserved share",
    "fractional_margin": "capacity margin",
}
SHARES = ("unserved_share", "fractional_margin", "gap")


def frontier_frame(frontier: Frontier) -> pd.DataFrame:
    """Return one row per point, with every field of the points; chargers as one column a kind."""
    rows = []
    for point in frontier.points:
        row = point.model_dump(exclude={"chargers"})
        rows.append(row | {f"chargers_{k}": n for k, n in (point.chargers or {}).items()})
    return pd.DataFrame(rows)


def frontier_figure(frontier: Frontier) -> go.Figure:
    """Return the frontier's figures one above the other, over the parameter that is varied."""
    table = frontier_frame(frontier)
    fields = [name for name in frontier.y if name in table]
    figure = make_subplots(rows=len(fields), cols=1, shared_xaxes=True, vertical_spacing=0.06)
    styles = plan_styles(fields)
    for n, field in enumerate(fields, start=1):
        form = ".1%" if field in SHARES else ",.5~r"
        style, title = styles[field], TITLES.get(field, field.replace("_", " "))
        known = table.dropna(subset=[field])
        figure.add_scatter(
            x=known["x"].to_numpy(), y=known[field].to_numpy(dtype=float), mode="lines+markers",
            name=title, line={"color": style.colour, "dash": style.dash, "width": 2},
            marker={"symbol": style.symbol, "size": 8},
            hovertemplate=f"{frontier.x_title} %{{x:,.5~r}}<br>{title} %{{y:{form}}}"
                          "<extra></extra>", row=n, col=1,
        )  # fmt: skip
        tick = ".0%" if field in SHARES else ",.4~r"
        figure.update_yaxes(title=title, tickformat=tick, row=n, col=1)
    figure.update_xaxes(title=frontier.x_title, tickformat=",", row=len(fields), col=1)
    return styled(figure, height=120 + 220 * len(fields)).update_layout(showlegend=False)
