"""Plans in years that really happened."""

from __future__ import annotations

from robustev.assess.schema.estimate import Estimate
from robustev.core.settings import Settings


class ObservedPlan(Settings):
    """One plan in one year that really happened."""

    plan: str
    """The plan's name."""
    cost: Estimate
    """Cost under the year's real demand."""
    regret: Estimate
    """Cost above the year's own optimum."""
    unserved_share: float
    """Unserved demand over all demand."""
    mean_travel: float | None
    """Mean travel of the served demand."""


class ObservedYear(Settings):
    """A year whose real demand was held back from everything that made the plans."""

    year: int
    """The year."""
    total_demand: float
    """Its real demand, all zones and types together."""
    forecast_quantile: float | None
    """Where the year's total lies among the totals of the fresh scenarios (0 to 1); null for a
    year other than the one planned for."""
    plans: tuple[ObservedPlan, ...]
    """One entry per plan."""
    cheapest: str | None
    """Name of the plan with the lowest cost; null where no plan serves the year."""
