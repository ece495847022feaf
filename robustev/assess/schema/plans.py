"""What each plan is, whatever the scenarios."""

from __future__ import annotations

from typing import Literal

from robustev.assess.schema.estimate import Estimate
from robustev.core.settings import Settings


class PlanMetrics(Settings):
    """What a plan is, whatever the scenarios."""

    plan: str
    """The plan's name."""
    title: str
    """What the plan was made for, in words."""
    role: Literal["nominal", "margin", "robust", "existing", "given"]
    """What the plan stands for in the comparison."""
    objective: float | None
    """Value of its own objective on the scenarios that it was made from."""
    lower_bound: float | None
    """Proven bound on that objective."""
    gap: float | None
    """Proven relative gap between the two."""
    stations: int
    """Open stations."""
    chargers: dict[str, int]
    """Chargers by kind."""
    spend: float
    """Money for stations and chargers beyond the existing ones, unweighted."""
    infrastructure: float
    """Infrastructure as it counts in the cost."""
    fractional_margin: dict[str, float | None]
    """Capacity over forecast demand, less one, by type; null where unlimited."""
    cost_as_forecast: Estimate
    """Cost if demand comes exactly as forecast (the mean scenario)."""
    price_of_robustness: Estimate | None
    """Cost as forecast above that of the nominal plan; null without one."""
    price_of_robustness_share: float | None
    """The same over the nominal plan's cost as forecast."""
    violations: tuple[str, ...] = ()
    """Limits of the experiment's model that the plan breaks, one sentence each."""
