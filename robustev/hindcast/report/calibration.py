"""Whether the forecasts behind the plans were right about their own errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from robustev.core.formatting import amount, percent
from robustev.hindcast.report.results import FORECASTS, HindcastResults
from robustev.report.blocks import Picture, Section, Table, View, plain_table
from robustev.report.figures.style import BETTER, QUIET, WORSE, styled

TOGETHER = "all years together"
ENSEMBLES = {"robust": "scenarios", "independent": "the same, zones independent"}
LEVELS = {"zone": "zones", "block": "blocks", "region": "regions"}
SHARES = ("50", "90")


def section(results: HindcastResults) -> Section:
    """Return the pictures of calibration, with the scores behind them."""
    by_vintage = {v.years: v.summary["forecasts"] for v in results.vintages}
    if len(by_vintage) > 1:
        by_vintage[TOGETHER] = results.summary["together"]
    pit = {label: View(pit_figure(found), _pit_words(found))
           for label, found in by_vintage.items()}  # fmt: skip
    coverage = {label: View(coverage_figure(found), _coverage_words(found))
                for label, found in by_vintage.items()}  # fmt: skip
    lead = (
        "Scenarios are of use if what came lies among them as often as they say. Forecasts are "
        "scored by other draws than the plans were made from."
    )
    return Section("forecasts", "Were the scenarios right about their errors?", lead, [
        Picture("coverage", "Share of what came that lay in the intervals",
                "By zone, by block (a 4 by 4 grid over each region) and by region. The lines mark "
                "50 % and 90 %, where the dots should lie.", coverage, choose="Years"),
        Picture("pit", "Where in its forecast each zone came out",
                "Share of zones by the quantile of the forecast at which they came out. All bars "
                "at the line is right; a hump in the middle means intervals that are too wide, "
                "high ends too narrow ones, a slope a bias.", pit, choose="Years"),
        *(_scores(label, found) for label, found in by_vintage.items()),
    ], "Forecasts")  # fmt: skip


def pit_figure(forecasts: Mapping[str, Any]) -> go.Figure:
    """Return the histogram of the probability integral transform of zones."""
    figure = go.Figure()
    for name, colour in (("robust", BETTER), ("independent", WORSE)):
        if name not in forecasts:
            continue
        counts = np.array(forecasts[name]["pit"], dtype=np.float64)
        share = counts / max(counts.sum(), 1.0)
        middle = (np.arange(len(counts)) + 0.5) / len(counts)
        if name == "robust":
            figure.add_bar(x=middle, y=share, width=0.9 / len(counts), name=ENSEMBLES[name],
                           marker={"color": colour, "opacity": 0.75},
                           hovertemplate="%{y:.1%} of zones<extra></extra>")  # fmt: skip
        else:
            figure.add_scatter(x=middle, y=share, mode="lines+markers", name=ENSEMBLES[name],
                               line={"color": colour, "dash": "dot"},
                               hovertemplate="%{y:.1%} of zones<extra></extra>")  # fmt: skip
        figure.add_hline(y=1 / len(counts), line={"color": QUIET, "width": 1.5, "dash": "dash"})
    figure.update_xaxes(title="quantile of the forecast", range=[0, 1], tickformat=".0%")
    figure.update_yaxes(title="share of zones", tickformat=".0%", rangemode="tozero")
    return styled(figure, height=340)


def _pit_words(forecasts: Mapping[str, Any]) -> str:
    counts = np.array(forecasts["robust"]["pit"], dtype=np.float64)
    share = counts / max(counts.sum(), 1.0)
    half = len(counts) // 2
    ends, above = share[0] + share[-1], share[half:].sum()
    return (
        f"{percent(ends)} of zones came out in the two outer tenths (right: 20 %), "
        f"{percent(above)} above the median (right: 50 %)."
    )


def coverage_figure(forecasts: Mapping[str, Any]) -> go.Figure:
    """Return the covered shares at each level, for 50 and 90 % intervals."""
    figure = go.Figure()
    labels = [f"{LEVELS[level]}, {share} %" for level in LEVELS for share in SHARES]
    for name, symbol, colour in (("robust", "circle", BETTER), ("independent", "x", WORSE)):
        if name not in forecasts:
            continue
        values = [forecasts[name][f"coverage{share}_{level}"] for level in LEVELS
                  for share in SHARES]  # fmt: skip
        figure.add_scatter(
            x=values, y=list(range(len(labels))), mode="markers", name=ENSEMBLES[name],
            marker={"symbol": symbol, "size": 11, "color": colour}, text=labels,
            hovertemplate="%{text}: %{x:.1%}<extra></extra>",
        )  # fmt: skip
    for line in (0.5, 0.9):
        figure.add_vline(x=line, line={"color": QUIET, "width": 1.5, "dash": "dash"})
    figure.update_yaxes(tickvals=list(range(len(labels))), ticktext=labels,
                        range=[len(labels) - 0.4, -0.6])  # fmt: skip
    figure.update_xaxes(title="share covered", range=[-0.02, 1.02], tickformat=".0%")
    return styled(figure, height=300)


def _coverage_words(forecasts: Mapping[str, Any]) -> str:
    found = forecasts["robust"]
    parts = [
        f"{percent(found[f'coverage90_{level}'])} of {found[f'number_{level}']:,} {words}"
        for level, words in LEVELS.items()
    ]
    return f"90 % intervals held {parts[0]}, {parts[1]} and {parts[2]}."


def _scores(label: str, forecasts: Mapping[str, Any]) -> Table:
    rows = []
    for name, found in forecasts.items():
        if name.endswith("_counted"):
            continue
        words = ENSEMBLES.get(name) or FORECASTS[name]
        rows.append(
            [
                words,
                f"{found['zones']:,}",
                amount(found["crps"]),
                percent(found["crps_relative"]),
                amount(found["energy_relative"]),
            ]
        )
    return plain_table(
        f"Scores, {label}: lower is better",
        ["forecast", "zones", "CRPS, people", "CRPS, share", "energy, relative"], rows,
        folded=f"Scores of every forecast, {label}",
        note="CRPS is the mean absolute error of a single forecast, and rewards honest spread in "
             "scenarios. The energy score is that of the whole map, relative to the last census.",
    )  # fmt: skip
