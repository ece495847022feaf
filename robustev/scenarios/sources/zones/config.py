"""How the deviations of zones are tied to each other."""

from __future__ import annotations

from pydantic import Field

from robustev.core.settings import Settings


class Spatial(Settings):
    """How alike the deviations of neighbouring zones are."""

    range_share: float = Field(0.1, gt=0)
    """Distance over which deviations are alike, as a share of the region's diagonal."""
    nugget: float = Field(0.3, ge=0, le=1)
    """Share of the variance that is each zone's own; 1 is independent zones."""
    common: float = Field(0.3, ge=0, le=1)
    """Share of the variance that all zones have in common: the total's uncertainty."""
    leading_modes: int = Field(4, ge=0, le=64)
    """How many of the widest patterns the sampling method spreads evenly."""
