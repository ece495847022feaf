"""The number of open stations stays within limits: ``sum_i x_i <= G``, or ``= G``."""

from __future__ import annotations

from typing import Self

import numpy as np
from pydantic import Field, model_validator

from robustev.data.plan import Plan
from robustev.model.features.base import Feature, Sweep
from robustev.model.instance import Instance
from robustev.model.rows import Rows


class Stations(Feature):
    """Limits on the number of open stations, ``sum_i x_i``."""

    key = "stations"
    title = "number of stations"
    frontier = Sweep(
        "maximum",
        title="most stations",
        figures=("mean_travel", "mean_cost", "travel_total"),
        loosens=True,
    )
    example = {"minimum": 1, "maximum": 2}

    minimum: int = Field(0, ge=0)
    """Fewest open stations."""
    maximum: int | None = Field(None, ge=0)
    """Most open stations; absent for no limit."""
    exactly: int | None = Field(None, ge=0)
    """Exact number of open stations (``G``); excludes the other two."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.exactly is not None and (self.minimum or self.maximum is not None):
            raise ValueError("'exactly' cannot stand beside 'minimum' or 'maximum'")
        if self.maximum is not None and self.maximum < self.minimum:
            raise ValueError(f"maximum {self.maximum} is below minimum {self.minimum}")
        return self

    @classmethod
    def swept(cls, value: float, given: Feature | None) -> Feature:
        """Return the exact number where one is given, else the most stations and no least."""
        exact = isinstance(given, cls) and given.exactly is not None
        return cls.model_validate({"exactly" if exact else "maximum": value})

    def text(self) -> str:
        """Return the limits in words."""
        if self.exactly is not None:
            return f"exactly {self.exactly} stations"
        parts = [f"at least {self.minimum}"] if self.minimum else []
        parts += [f"at most {self.maximum}"] if self.maximum is not None else []
        return f"{' and '.join(parts)} stations" if parts else "any number of stations"

    def rows(self, instance: Instance) -> Rows:
        """Return one row on the sum of openings, if there is a limit."""
        if self.exactly is None and self.maximum is None and not self.minimum:
            return Rows.none()
        least, most = self.minimum, np.inf if self.maximum is None else self.maximum
        if self.exactly is not None:
            least = most = self.exactly
        everywhere = np.ones((1, instance.num_sites))
        return Rows.of([self.text()], lower=least, upper=most, open=everywhere)

    def broken(self, plan: Plan, instance: Instance) -> list[str]:
        """Return whether stations are too few, too many, or not of the exact number."""
        count = int(plan.open.sum())
        if self.exactly is not None and count != self.exactly:
            return [f"{count} stations, not exactly {self.exactly}"]
        if count < self.minimum:
            return [f"{count} stations, {self.minimum - count} fewer than {self.minimum}"]
        if self.maximum is not None and count > self.maximum:
            return [f"{count} stations, {count - self.maximum} more than {self.maximum}"]
        return []
