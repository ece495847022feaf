"""Convergence: both bounds over time, and which part of the method moved them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from robustev.report.figures.style import BETTER, WORSE, faded, styled
from robustev.report.texts import text
from robustev.results.folder import StoredPlan

SETTLING = 0.1  # share of the time whose moves may lie outside the first view
_SYMBOLS = ("circle", "diamond", "square", "triangle-up", "x", "star", "cross", "hexagon")


def convergence_figure(plan: StoredPlan) -> go.Figure:
    """Return the lower and upper bound of one solve over seconds.

    Raises
    ------
    ValueError
        If the folder holds no trace of the plan.
    """
    if plan.trace is None:
        raise ValueError(f"there is no trace of the plan {plan.name!r}")
    trace = plan.trace
    figure = go.Figure()
    for column, name, colour in (
        ("upper_bound", text("legend.best_plan"), WORSE),
        ("lower_bound", text("legend.no_plan"), BETTER),
    ):
        known = trace.dropna(subset=[column])
        figure.add_scatter(
            x=known["seconds"].to_numpy(), y=known[column].to_numpy(), mode="lines", name=name,
            line={"shape": "hv", "color": colour, "width": 2}, hoverinfo="skip",
        )  # fmt: skip
        if column == "upper_bound":
            continue
        figure.data[-1].update(fill="tonexty", fillcolor=faded(BETTER, 0.08))
    for trace_of_source in _moves(trace):
        figure.add_trace(trace_of_source)
    figure.update_xaxes(title=text("axis.seconds"), rangemode="tozero")
    figure.update_yaxes(title=text("axis.kept_low"), range=_first_view(trace), tickformat=",")
    return styled(figure, height=380)


def _moves(trace: pd.DataFrame) -> list[go.Scatter]:
    """Return the moves of either bound as points, one trace for every source."""
    rows = []
    labels = {"lower_bound": text("legend.lower"), "upper_bound": text("legend.upper")}
    for column, label in labels.items():
        moved = trace[trace[column].notna() & (trace[column] != trace[column].shift())]
        rows.append(moved.assign(value=moved[column], bound=label))
    moves = pd.concat(rows)
    return [
        go.Scatter(
            x=group["seconds"].to_numpy(), y=group["value"].to_numpy(), mode="markers",
            name=text("legend.moved", source=source),
            customdata=group[["bound", "iteration"]].to_numpy(),
            marker={"symbol": _SYMBOLS[n % len(_SYMBOLS)], "size": 6, "color": "#5b6675"},
            hovertemplate=text("hover.move", bound="%{customdata[0]}", y="%{y:,.6~r}",
                               x="%{x:.1f}", iteration="%{customdata[1]}", source=source)
            + "<extra></extra>",
        )
        for n, (source, group) in enumerate(moves.groupby("source", sort=False))
    ]  # fmt: skip


def _first_view(trace: pd.DataFrame) -> list[float] | None:
    """Return a range that shows the end well; the wild first moves may lie outside."""
    late = trace[trace["seconds"] >= SETTLING * trace["seconds"].max()]
    values = late[["lower_bound", "upper_bound"]].to_numpy(dtype=np.float64)
    values = values[np.isfinite(values)]
    if not len(values):
        return None
    low, high = float(values.min()), float(values.max())
    final = late[["lower_bound", "upper_bound"]].iloc[-1].to_numpy(dtype=np.float64)
    if np.isfinite(final).all():
        reach = 6 * max(float(np.ptp(final)), 0.02 * abs(float(final[-1])), 1e-9)
        low, high = max(low, final[0] - reach), min(high, final[1] + reach)
    # Bounds that meet to the last digit still need an axis to stand on.
    margin = max(0.06 * (high - low), 1e-3 * abs(high), 1e-9)
    return [low - margin, high + margin]
