"""What comes back when the scenarios are redrawn."""

from __future__ import annotations

from typing import Literal

from robustev.assess.schema.estimate import Estimate
from robustev.core.settings import Settings


class SaaGap(Settings):
    """Optimality gap of a plan for the true distribution. Mak, Morton and Wood (1999)."""

    plan: str
    """The plan's name."""
    gap: Estimate
    """Mean gap over replications; the interval is one-sided, from 0 to its upper limit."""
    relative: float | None
    """Upper limit over the plan's mean cost."""
    replications: int
    """Independent samples behind it."""
    scenarios_each: int
    """Scenarios of each sample."""


class ChargerAgreement(Settings):
    """How many chargers of one kind a site got over the redraws."""

    kind: str
    """Name of the kind."""
    planned: int
    """In the plan itself."""
    mean: float
    """Mean number over the redraws."""
    lowest: int
    """Smallest number."""
    highest: int
    """Largest number."""
    same_share: float
    """Share of redraws with the planned number."""


class SiteAgreement(Settings):
    """How often one site comes back when scenarios are redrawn."""

    site: str
    """The site's id."""
    name: str | None = None
    """What people call the site; null where the id does."""
    planned: bool
    """Whether the plan itself opens it."""
    open_share: float
    """Share of redraws that open it."""
    same_share: float
    """Share of redraws that decide exactly as the plan does: open or not, every charger count."""
    verdict: Literal["safe", "likely", "open question", "not needed"]
    """What a planner may conclude from ``open_share``."""
    chargers: tuple[ChargerAgreement, ...]
    """One entry per charger kind."""


class SitePersistence(Settings):
    """Site persistence over redraws of the scenarios."""

    plan: str
    """The plan's name."""
    redraws: int
    """Redraws that gave a plan."""
    scenarios_each: int
    """Scenarios of each redraw."""
    mean_overlap: float | None
    """Mean Jaccard overlap of the open sites of a redraw with those of the plan."""
    sites: tuple[SiteAgreement, ...]
    """Every site that the plan or a redraw opens."""
