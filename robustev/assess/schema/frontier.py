"""Trade-offs: one model parameter varied."""

from __future__ import annotations

from typing import Literal

from robustev.core.settings import Settings


class FrontierPoint(Settings):
    """One plan of a frontier and what it costs.

    Figures are on the experiment's scenarios, or on the reference demand where the frontier says
    so.
    """

    x: float
    """The value of the varied parameter."""
    status: str
    """Why its solve ended."""
    objective: float | None
    """Value of the model's own objective."""
    lower_bound: float | None
    """Proven bound on it."""
    gap: float | None
    """Proven relative gap between the two."""
    seconds: float
    """Wall-clock time of its solve."""
    mean_cost: float | None
    """Mean cost of a scenario."""
    cvar90: float | None
    """Mean cost of the worst 10 % of scenarios."""
    cost_as_forecast: float | None
    """Cost under the mean scenario."""
    infrastructure: float | None
    """Infrastructure as it counts in the cost."""
    spend: float | None
    """Money for stations and chargers beyond the existing ones, unweighted."""
    stations: int | None
    """Open stations."""
    chargers: dict[str, int] | None
    """Chargers by kind."""
    travel_total: float | None
    """Expected distance penalty, ``sum_j D_j L_j``, unweighted."""
    mean_travel: float | None
    """Mean travel of the served demand."""
    unserved_share: float | None
    """Unserved demand over all demand."""
    fractional_margin: float | None
    """Capacity over mean demand, less one, all types together."""


class Frontier(Settings):
    """What is to be had for what: one model parameter varied, a plan for every value."""

    name: str
    """Its name in the experiment."""
    vary: str
    """The parameter that is varied."""
    demand: Literal["scenarios", "reference"] = "scenarios"
    """What figures are about: the scenarios that plans were made from, or the reference demand."""
    x_title: str
    """The parameter in words."""
    y: tuple[str, ...]
    """The fields of the points that this frontier is about, the main one first."""
    points: tuple[FrontierPoint, ...]
    """One per value, in rising order."""
