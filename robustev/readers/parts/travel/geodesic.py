"""Geodesics on the Earth's ellipsoid."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field

from robustev.core.errors import FaultCollector
from robustev.data.arcs import Arcs
from robustev.data.reach import Reach
from robustev.data.travel import great_circle_arcs
from robustev.readers.parts.places import Places
from robustev.readers.parts.travel.base import TravelRule, TravelSection


class GreatCircle(TravelSection):
    """Geodesic distance in km between longitudes and latitudes (WGS 84)."""

    needs_coordinates: ClassVar[bool] = True
    degrees: ClassVar[bool | None] = True
    kind: Literal["great_circle"] = "great_circle"
    """Selects geodesics."""
    detour: float = Field(1.3, ge=1)
    """Mean ratio of road distance to straight distance."""

    def rule(
        self, base: Path, faults: FaultCollector, *, geographic: bool, separator: str | None = None
    ) -> TravelRule | None:
        """Return the rule; it needs no files."""
        return self.arcs

    def arcs(self, sites: Places, zones: Places, reach: Reach) -> Arcs | None:
        """Return arcs at geodesic distances in km times the detour."""
        if sites.xy is None or zones.xy is None:
            return None
        return great_circle_arcs(*sites.xy, *zones.xy, detour=self.detour, reach=reach)
