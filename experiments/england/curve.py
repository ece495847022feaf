"""Draw the price of serving all alike as SVG: brackets of cost over the share that is served."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
import pandas as pd

WIDTH, HEIGHT = 760.0, 430.0
LEFT, RIGHT, TOP, BOTTOM = 70.0, 20.0, 64.0, 58.0
INK, GRID = "#2b3440", "#dde2e8"
LINES = {
    "alike": ("#d55e00", "every decile, in every scenario"),
    "whole": ("#5a8cbe", "the region as a whole, in every scenario"),
}
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif"
STEPS = (1, 2, 2.5, 5, 10)


def draw(prices: pd.DataFrame, free: float) -> str:
    """Return the curves of both prices, in per cent of the free plan's cost, with brackets."""
    prices = prices.dropna()  # shares for which no plan was found have no price
    share = prices["share"].to_numpy(dtype=float)
    above = {name: 100 * prices[[f"{name}_low", f"{name}_high"]].to_numpy(dtype=float) / free
             for name in LINES}  # fmt: skip
    top = float(np.max([part.max() for part in above.values()]))
    step = _step(top / 5)
    ticks = np.arange(0, top + step, step)

    def across(value: float) -> float:
        low, high = share[0], share[-1]
        return LEFT + (value - low) / max(high - low, 1e-9) * (WIDTH - LEFT - RIGHT)

    def up(value: float) -> float:
        return HEIGHT - BOTTOM - value / ticks[-1] * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" '
        f'font-family="{FONT}" font-size="13" fill="{INK}" role="img">',
        "<title>What it costs to serve every decile of deprivation alike</title>",
        f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" fill="#ffffff"/>',
    ]
    for tick in ticks:
        parts.append(_line((LEFT, up(tick)), (WIDTH - RIGHT, up(tick)), GRID, 1))
        parts.append(_text(LEFT - 8, up(tick) + 4, f"{tick:g} %", "end"))
    parts += [
        _text(across(value), HEIGHT - BOTTOM + 20, f"{100 * value:g} %", "middle")
        for value in share
    ]
    parts.append(_text(LEFT, HEIGHT - 14, "least share of demand that is served", "start"))
    for number, (name, (colour, title)) in enumerate(LINES.items()):
        x = LEFT + 6
        y = 22.0 + 20 * number
        parts += [_line((x, y - 4), (x + 24, y - 4), colour, 3), _text(x + 32, y, title, "start")]
        bracket = above[name]
        beside = 7.0 * number - 3.5  # so that no bar hides the other
        places = [across(value) + beside for value in share]
        middle = [(x, up(float(b.mean()))) for x, b in zip(places, bracket, strict=True)]
        parts.append(_path(middle, colour))
        for x, (low, high) in zip(places, bracket, strict=True):
            parts.append(_line((x, up(low)), (x, up(high)), colour, 5))
    parts.append(
        _text(WIDTH - RIGHT, 22, "cost above the free plan's; bars: proven brackets", "end")
    )
    return "\n".join([*parts, "</svg>", ""])


def _step(least: float) -> float:
    """Return the round step that is at least so wide.

    >>> _step(0.3), _step(7.0)
    (0.5, 10.0)
    """
    scale = 10.0 ** np.floor(np.log10(max(least, 1e-9)))
    return float(next(scale * step for step in STEPS if scale * step >= least * (1 - 1e-9)))


def _line(a: tuple[float, float], b: tuple[float, float], colour: str, width: float) -> str:
    return (
        f'<line x1="{a[0]:.1f}" y1="{a[1]:.1f}" x2="{b[0]:.1f}" y2="{b[1]:.1f}" '
        f'stroke="{colour}" stroke-width="{width:g}"/>'
    )


def _path(points: Sequence[tuple[float, float]], colour: str) -> str:
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="2"/>'


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'
