"""Lorenz curves: how unequally the people of a region reach each plan's stations."""

from __future__ import annotations

import plotly.graph_objects as go

from robustev.report.figures.style import QUIET, plan_styles, styled
from robustev.report.texts import text
from robustev.results.folder import ResultFolder

HEIGHT = 440


def lorenz_figure(results: ResultFolder) -> go.Figure:
    """Return the curve of every plan, beside the diagonal on which all would have the same."""
    assert results.access is not None
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 100], y=[0, 100], mode="lines", name=text("access.equal"),
        line={"color": QUIET, "width": 1}, hoverinfo="skip",
    )  # fmt: skip
    styles = plan_styles(results.ordered)
    for name in results.ordered:
        found = results.access.plans.get(name)
        if found is None or found.gini is None:
            continue
        style = styles[name]
        figure.add_scatter(
            x=[100 * people for people, _ in found.lorenz],
            y=[100 * share for _, share in found.lorenz], mode="lines", name=name,
            line={"color": style.colour, "dash": style.dash, "width": 2},
            hovertemplate=f"{name}: %{{x:.0f}} % → %{{y:.1f}} %<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(title=text("access.people"), ticksuffix=" %", range=[0, 100])
    figure.update_yaxes(title=text("access.share"), ticksuffix=" %", range=[0, 100])
    return styled(figure, height=HEIGHT)
