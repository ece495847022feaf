"""Straight lines in the plane."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field

from robustev.core.errors import FaultCollector
from robustev.data.arcs import Arcs
from robustev.data.reach import Reach
from robustev.data.travel import euclidean_arcs
from robustev.readers.parts.places import Places
from robustev.readers.parts.travel.base import TravelRule, TravelSection


class Euclidean(TravelSection):
    """Straight-line distance between planar coordinates."""

    needs_coordinates: ClassVar[bool] = True
    degrees: ClassVar[bool | None] = False
    kind: Literal["euclidean"] = "euclidean"
    """Selects straight lines."""
    factor: float = Field(1.0, gt=0)
    """Multiplies every distance: a detour factor, or a cost per unit of distance."""

    def rule(
        self, base: Path, faults: FaultCollector, *, geographic: bool, separator: str | None = None
    ) -> TravelRule | None:
        """Return the rule; it needs no files."""
        return self.arcs

    def arcs(self, sites: Places, zones: Places, reach: Reach) -> Arcs | None:
        """Return arcs at straight-line distances times the factor."""
        if sites.xy is None or zones.xy is None:
            return None
        return euclidean_arcs(*sites.xy, *zones.xy, factor=self.factor, reach=reach)
