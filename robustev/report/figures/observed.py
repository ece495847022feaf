"""What plans would have cost in years that really happened, beside what was forecast."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from robustev.report.figures.costs import box_figure, cost_frame, excess_frame, without_far
from robustev.report.figures.style import QUIET, plan_styles
from robustev.report.texts import text
from robustev.results.folder import ResultFolder

SYMBOLS = ("star", "square", "diamond", "triangle-up", "cross", "hexagon")


def observed_frame(results: ResultFolder, base: str | None = None) -> pd.DataFrame:
    """Return one row per plan: plan, then its cost in each year that really happened.

    With ``base`` it is the cost less that of the plan ``base`` in the same year. Empty where no
    year was held back.
    """
    years = results.comparison.observed if results.comparison else ()
    columns = {
        str(year.year): {plan.plan: plan.cost.value for plan in year.plans} for year in years
    }
    table = pd.DataFrame(columns, dtype=float)
    if base is not None and len(table):
        table = (table - table.loc[base]).drop(index=base)
    return table.rename_axis("plan").reset_index()


def observed_figure(results: ResultFolder, base: str | None = None) -> go.Figure:
    """Return the forecast of each plan's cost as a box, and its cost in the real years as marks.

    With ``base`` both are less the cost of that plan in the same scenario or year.
    """
    forecast = cost_frame(results) if base is None else excess_frame(results, base)
    if base is not None:
        forecast = without_far(results, forecast)
    real = observed_frame(results, base)
    years = [name for name in real.columns if name != "plan"]
    marks = [
        (year, text("legend.really", year=year), SYMBOLS[n % len(SYMBOLS)])
        for n, year in enumerate(years)
    ]
    axis = "axis.cost_plain" if base is None else "axis.cost_less"
    title = text(axis, base=base, money=results.units.money)
    table = forecast.merge(real, on="plan")
    figure = box_figure(table, plan_styles(results.ordered), title, marks)
    return figure if base is None else figure.add_vline(x=0, line={"color": QUIET, "width": 2})
