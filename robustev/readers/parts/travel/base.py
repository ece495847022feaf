"""What every way to come by travel costs offers: its options, and the arcs that follow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from robustev.core.errors import FaultCollector
from robustev.core.settings import Settings
from robustev.data.arcs import Arcs
from robustev.data.reach import Reach
from robustev.readers.parts.places import Places

TravelRule = Callable[[Places, Places, Reach], Arcs | None]
"""From sites and zones to the arcs within reach; None once faults are noted."""


class TravelSection(Settings):
    """The section ``travel`` in one of its kinds."""

    needs_coordinates: ClassVar[bool] = False
    """Whether zones and sites must have coordinates."""
    degrees: ClassVar[bool | None] = None
    """Whether coordinates must be degrees, or must not be; None where they may be either."""

    def rule(
        self, base: Path, faults: FaultCollector, *, geographic: bool, separator: str | None = None
    ) -> TravelRule | None:
        """Return the rule that the section describes, its files read; None with faults noted.

        Parameters
        ----------
        base
            Folder that paths are relative to.
        geographic
            Whether coordinates are longitude and latitude.
        separator
            What separates the cells of CSV files that do not say it themselves.
        """
        raise NotImplementedError(f"{type(self).__name__} has no rule")
