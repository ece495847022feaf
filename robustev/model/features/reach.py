"""Which sites a zone may use: ``a_ijks = 0`` beyond the reach limit."""

from __future__ import annotations

import math

from pydantic import Field

from robustev.data.plan import Plan
from robustev.data.reach import Reach as ArcReach
from robustev.model.features.base import Feature
from robustev.model.instance import Instance


class Reach(Feature):
    """Which sites a zone may use; the model holds only those arcs."""

    key = "reach"
    title = "reach of each zone"
    example = {"nearest": 2}

    max_travel: float | None = Field(None, gt=0)
    """Longest allowed travel cost ``t_ij``."""
    nearest: int | None = Field(None, ge=1)
    """Only this many nearest sites of each zone."""

    def text(self) -> str:
        """Return the limits in words."""
        parts = [f"no trip above {self.max_travel:g}"] if self.max_travel is not None else []
        parts += [f"only the {self.nearest} nearest sites of a zone"] if self.nearest else []
        return " and ".join(parts) or "any site for any zone"

    def reach(self) -> ArcReach:
        """Return the arcs within reach."""
        return ArcReach(math.inf if self.max_travel is None else self.max_travel, self.nearest)

    def broken(self, plan: Plan, instance: Instance) -> list[str]:
        """Return nothing: any plan will do, and who is served where is checked with its cost."""
        return []
