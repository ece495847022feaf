"""The opening picture: how much dearer or cheaper each plan is than the nominal one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from robustev.assess.narrative.pairs import pair_of
from robustev.assess.schema import Comparison, Estimate
from robustev.core.formatting import signed
from robustev.report.figures.style import QUIET, plan_styles, styled
from robustev.report.texts import text
from robustev.results.folder import ResultFolder

VIEWS = ("forecast", "mean", "cvar90")
"""Each has a title ``view.NAME`` among the texts."""
ROOM = 48  # pixels right of the plot, for the last number
FAR = 2.0  # a yardstick this many times farther off than all other plans is hidden at first


def difference_frame(results: ResultFolder) -> pd.DataFrame:
    """Return one row per plan and view: plan, view, difference, low, high, basis.

    ``difference`` is the plan's cost less that of the nominal plan: as forecast, on average, and
    on average over the worst tenth of scenarios. Plans that were not judged on the fresh scenarios,
    such as margins that spend as much, are left out. Empty without a nominal plan to compare with.
    """
    columns = ["plan", "view", "difference", "low", "high", "basis"]
    comparison = results.comparison
    if comparison is None or comparison.nominal is None:
        return pd.DataFrame(columns=columns)
    rows = [
        [facts.plan, view, *_numbers(figure)]
        for facts in comparison.plans
        if facts.plan != comparison.nominal
        for view, figure in _views(comparison, facts.plan).items()
        if figure is not None and figure.value is not None
    ]
    return pd.DataFrame(rows, columns=columns)


def _numbers(figure: Estimate) -> tuple[float | None, float | None, float | None, str]:
    low, high = figure.interval or (figure.value, figure.value)
    return figure.value, low, high, figure.basis


def _views(comparison: Comparison, plan: str) -> dict[str, Estimate | None]:
    assert comparison.nominal is not None
    price = next(facts.price_of_robustness for facts in comparison.plans if facts.plan == plan)
    pair = pair_of(comparison.trials[0], plan, comparison.nominal)
    if pair is None:
        return {}
    return {"forecast": price, "mean": pair.mean_difference, "cvar90": pair.cvar90_difference}


def difference_figure(results: ResultFolder) -> go.Figure:
    """Return each plan's cost less the nominal plan's, in three views, with intervals.

    Left of the line is cheaper. Plans far outside the others' range start hidden; a click on the
    legend shows them. Only given plans and the network as it stands are ever hidden.
    """
    table = difference_frame(results)
    styles, plans = plan_styles(results.ordered), list(dict.fromkeys(table["plan"]))
    robust = results.comparison.robust if results.comparison else None
    near = FAR * _extent(table[~table["plan"].isin(results.yardsticks)])
    figure = go.Figure()
    for n, plan in enumerate(plans):
        rows = table[table["plan"] == plan]
        offset = (n - (len(plans) - 1) / 2) * 0.72 / max(len(plans), 1)
        value = rows["difference"].to_numpy(dtype=np.float64)
        low, high = (rows[end].to_numpy(dtype=np.float64) for end in ("low", "high"))
        style, first = styles[plan], plan == robust
        far = plan in results.yardsticks and _extent(rows) > near > 0
        figure.add_scatter(
            x=value, y=[VIEWS.index(view) + offset for view in rows["view"]], name=plan,
            mode="markers+text" if first else "markers", visible="legendonly" if far else True,
            text=[signed(v) for v in value],
            textposition=["top left" if v < 0 else "top right" for v in value],
            marker={"symbol": style.symbol, "size": 13 if first else 9, "color": style.colour},
            error_x={"type": "data", "symmetric": False, "array": high - value,
                     "arrayminus": value - low, "color": style.colour,
                     "thickness": 2.5 if first else 1.5, "width": 5},
            hovertemplate=f"{plan}: %{{x:+,.4~r}}<extra></extra>", cliponaxis=False,
        )  # fmt: skip
    figure.add_vline(x=0, line={"color": QUIET, "width": 2})
    titles = [text(f"view.{view}") for view in VIEWS]
    figure.update_yaxes(tickvals=list(range(len(VIEWS))), ticktext=titles,
                        range=[len(VIEWS) - 0.4, -0.6], showgrid=False)  # fmt: skip
    base = results.comparison.nominal if results.comparison else None
    title = text("axis.cheaper", base=base, money=results.units.money)
    figure.update_xaxes(title=title, tickformat=",", nticks=7)
    figure = styled(figure, height=200 + 22 * len(VIEWS) * max(len(plans), 2))
    return figure.update_layout(margin_r=ROOM)


def _extent(rows: pd.DataFrame) -> float:
    return float(rows["difference"].abs().max()) if len(rows) else 0.0
