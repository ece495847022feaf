"""Frontiers: what is to be had for what."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from robustev.assess.schema import Frontier
from robustev.core.units import NEUTRAL, Units
from robustev.report.figures.style import plan_styles, styled
from robustev.report.texts import text

TITLED = frozenset(
    ("objective", "mean_cost", "cvar90", "cost_as_forecast", "infrastructure", "spend", "stations",
     "travel_total", "mean_travel", "unserved_share", "fractional_margin")
)  # fmt: skip
"""Fields with a title ``frontier_field.NAME`` among the texts; others go by their names."""
SHARES = ("unserved_share", "fractional_margin", "gap", "margin", "weight", "tail")
"""Fields of the points, and parameters that are varied, that are shares."""
MONEY = ("mean_cost", "cvar90", "cost_as_forecast", "infrastructure", "spend")


def frontier_frame(frontier: Frontier) -> pd.DataFrame:
    """Return one row per point, with every field of the points; chargers as one column a kind."""
    rows = []
    for point in frontier.points:
        row = point.model_dump(exclude={"chargers"})
        rows.append(row | {f"chargers_{k}": n for k, n in (point.chargers or {}).items()})
    return pd.DataFrame(rows)


def field_title(field: str) -> str:
    """Return what a field of the points is called."""
    return text(f"frontier_field.{field}") if field in TITLED else field.replace("_", " ")


def axis_title(field: str, units: Units) -> str:
    """Return what an axis shows, and in which unit.

    >>> axis_title("mean_cost", Units(money="euro")), axis_title("stations", Units())
    ('mean cost (euro)', 'stations')
    """
    title = field_title(field)
    unit = units.money if field in MONEY else units.travel if field == "mean_travel" else ""
    return f"{title} ({unit})" if unit else title


def frontier_figure(frontier: Frontier, units: Units = NEUTRAL) -> go.Figure:
    """Return the frontier's figures one above the other, over the parameter that is varied."""
    table = frontier_frame(frontier)
    fields = [name for name in frontier.y if name in table]
    titles = [axis_title(field, units) for field in fields]
    figure = make_subplots(
        rows=len(fields), cols=1, shared_xaxes=True, subplot_titles=titles,
        vertical_spacing=min(0.12, 0.36 / max(len(fields), 1)),
    )  # fmt: skip
    figure.update_annotations(x=0, xanchor="left", font_size=13)
    styles, across = plan_styles(fields), varied(frontier, units)
    scale = 100.0 if frontier.vary in SHARES else 1.0
    for n, (field, title) in enumerate(zip(fields, titles, strict=True), start=1):
        style, share = styles[field], field in SHARES
        known = table.dropna(subset=[field])
        value = known[field].to_numpy(dtype=np.float64) * (100.0 if share else 1.0)
        figure.add_scatter(
            x=scale * known["x"].to_numpy(dtype=np.float64), y=value, mode="lines+markers",
            name=title, line={"color": style.colour, "dash": style.dash, "width": 2},
            marker={"symbol": style.symbol, "size": 8},
            hovertemplate=f"{across} %{{x:,.5~r}}<br>{title} %{{y:,.5~r}}{' %' * share}"
                          "<extra></extra>", row=n, col=1,
        )  # fmt: skip
        figure.update_yaxes(
            tickformat=",", ticksuffix=" %" if share else "", nticks=6, row=n, col=1
        )
    figure.update_xaxes(tickformat=",")
    figure.update_xaxes(title=across, row=len(fields), col=1)
    return styled(figure, height=120 + 220 * len(fields)).update_layout(
        showlegend=False, margin_t=30
    )


def varied(frontier: Frontier, units: Units) -> str:
    """Return what the frontier's horizontal axis shows, and in which unit."""
    unit = {"budget": f" ({units.money})"}.get(frontier.vary, "")
    return frontier.x_title + (" (%)" if frontier.vary in SHARES else unit)
