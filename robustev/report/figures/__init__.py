"""Every picture of the report, and the numbers behind it, for use from Python.

Read a result folder with :func:`robustev.report.read_results`; functions ending in ``_figure`` and
``_map`` return plotly figures, those ending in ``_frame`` the DataFrames behind them.
"""

from robustev.report.figures.convergence import convergence_figure
from robustev.report.figures.costs import (
    cost_figure,
    cost_frame,
    excess_figure,
    excess_frame,
    regret_figure,
)
from robustev.report.figures.frontiers import frontier_figure, frontier_frame
from robustev.report.figures.headline import difference_figure, difference_frame
from robustev.report.figures.maps import plan_map
from robustev.report.figures.observed import observed_figure, observed_frame
from robustev.report.figures.persistence import persistence_frame, persistence_map
from robustev.report.figures.scenarios import (
    driver_figure,
    fan_figure,
    mean_map,
    spread_map,
    zone_frame,
)

__all__ = [
    "convergence_figure",
    "cost_figure",
    "cost_frame",
    "difference_figure",
    "difference_frame",
    "driver_figure",
    "excess_figure",
    "excess_frame",
    "fan_figure",
    "frontier_figure",
    "frontier_frame",
    "mean_map",
    "observed_figure",
    "observed_frame",
    "persistence_frame",
    "persistence_map",
    "plan_map",
    "regret_figure",
    "spread_map",
    "zone_frame",
]
