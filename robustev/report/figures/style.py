"""How pictures look: colours that colour-blind readers can tell apart, symbols and dashes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import plotly.graph_objects as go

from robustev.report.texts import text

INK = "#2b3440"
GRID = "rgba(128, 140, 155, 0.28)"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
BETTER, WORSE = "#0072b2", "#d55e00"
UNSERVED = "#8b3fa8"
QUIET = "#8a94a3"
# Light to dark on white, and the same way on black: from the ground's own tone to blue.
DEMAND_SCALE = [
    [0.0, "rgba(86, 140, 190, 0.10)"],
    [0.5, "rgba(86, 140, 190, 0.55)"],
    [1.0, "rgba(60, 110, 165, 1.0)"],
]
LOAD_SCALE = [[0.0, "#f2c96b"], [0.5, "#e69f00"], [0.8, "#c8590a"], [1.0, "#7a1f05"]]

# Okabe and Ito (2008), darkened where contrast with white paper asks for it.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#b8509a", "#b58900", "#3f97d4", "#7d6bc4", "#8a6d4b")
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "x", "star")


@dataclass(frozen=True)
class PlanStyle:
    """How one plan looks in every picture: never by colour alone."""

    colour: str
    dash: str
    symbol: str


def plan_styles(plans: Iterable[str]) -> dict[str, PlanStyle]:
    """Return a style for every plan, in the order given; the first eight have colours of their own.

    >>> plan_styles(["robust", "nominal"])["nominal"].dash
    'dash'
    """
    return {
        name: PlanStyle(
            _COLOURS[n % len(_COLOURS)], _DASHES[n % len(_DASHES)], _SYMBOLS[n % len(_SYMBOLS)]
        )
        for n, name in enumerate(plans)
    }


def styled(figure: go.Figure, *, height: int) -> go.Figure:
    """Give a figure the common look: no title, quiet axes, a legend above the plot."""
    legend = {"orientation": "h", "yanchor": "bottom", "y": 1.02, "xanchor": "left", "x": 0}
    figure.update_layout(
        template=go.layout.Template(),
        height=height,
        margin={"l": 12, "r": 12, "t": 12, "b": 12},
        font={"family": FONT, "size": 13, "color": INK},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        legend=legend,
        hoverlabel={"font": {"family": FONT, "size": 13}},
        separators=".,",
    )
    axis = {"automargin": True, "gridcolor": GRID, "linecolor": GRID, "zerolinecolor": GRID,
            "title": {"standoff": 10, "font": {"size": 12.5}}}  # fmt: skip
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    return figure


def faint(figure: go.Figure) -> str:
    """Return how to see what a figure hides at first; nothing where it hides nothing."""
    hidden = any(trace.visible == "legendonly" for trace in figure.data)
    return text("picture.faint") if hidden else ""


def faded(colour: str, opacity: float) -> str:
    """Return a hexadecimal colour as a translucent one.

    >>> faded("#0072b2", 0.2)
    'rgba(0, 114, 178, 0.2)'
    """
    red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity:g})"
