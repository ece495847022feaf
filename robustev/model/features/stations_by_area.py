"""The number of open stations in each area stays within limits: ``L_g <= sum_{i in g} x_i <= U_g``.

An area is a value of an attribute of the sites, such as a district or an owner.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from pydantic import Field, NonNegativeInt, model_validator

from robustev.core.errors import FaultCollector
from robustev.core.settings import Label
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.model.features.base import Feature, Sweep
from robustev.model.instance import Instance
from robustev.model.rows import Rows


class StationsByArea(Feature):
    """Limits on the number of open stations in each area."""

    key = "stations_by_area"
    title = "number of stations by area"
    frontier = Sweep("maximum", title="most stations of an area", loosens=True)
    example = {"by": "area", "minimum": {"b": 1}, "maximum": 1}

    by: str
    """Attribute of the sites whose values are the areas, such as a district or an owner."""
    minimum: NonNegativeInt | dict[Label, NonNegativeInt] = Field(default_factory=dict)
    """Fewest open stations: one number for every area, or by area; none in an area left out."""
    maximum: NonNegativeInt | dict[Label, NonNegativeInt] = Field(default_factory=dict)
    """Most open stations: one number for every area, or by area; no limit in an area left out."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if isinstance(self.minimum, int) and isinstance(self.maximum, int):
            areas = ["every area"]
        else:
            areas = sorted({*_named(self.minimum), *_named(self.maximum)})
        for area in areas:
            least, most = _of(self.minimum, area, 0), _of(self.maximum, area, np.inf)
            if least > most:
                raise ValueError(f"maximum {most:g} of {area} is below minimum {least:g}")
        return self

    def text(self) -> str:
        """Return the limits in words."""
        parts = [
            f"at {word} {_in_words(limit)}"
            for word, limit in (("least", self.minimum), ("most", self.maximum))
            if isinstance(limit, int) or limit
        ]
        return f"stations by {self.by}: {', '.join(parts) or 'any number'}"

    def check(self, region: Region, faults: FaultCollector) -> None:
        """Note an attribute that sites lack, and areas that are none of its values."""
        labels = region.sites.groups.get(self.by)
        if labels is None:
            known = list(region.sites.groups)
            faults.add_unknown("model.stations_by_area.by", [self.by], known or ["(no attribute)"])
            return
        for option, limit in (("minimum", self.minimum), ("maximum", self.maximum)):
            where = f"model.stations_by_area.{option}"
            faults.add_unknown(where, _named(limit), sorted(set(labels)))

    def rows(self, instance: Instance) -> Rows:
        """Return one row for each area that has a limit."""
        labels = np.array(instance.region.sites.groups[self.by])
        limited: list[tuple[str, float, float]] = []
        for area in sorted(set(labels.tolist())):
            low, high = _of(self.minimum, area, 0), _of(self.maximum, area, np.inf)
            if low > 0 or high < np.inf:
                limited.append((area, low or -np.inf, high))
        if not limited:
            return Rows.none()
        return Rows.of(
            [f"{_between(low, high)} stations in {self.by} {area}" for area, low, high in limited],
            lower=[low for _, low, _ in limited],
            upper=[high for _, _, high in limited],
            open=np.array([labels == area for area, _, _ in limited]),
        )

    def broken(self, plan: Plan, instance: Instance) -> list[str]:
        """Return the areas with too few or too many stations."""
        found: list[str] = []
        count = dict.fromkeys(instance.region.sites.groups[self.by], 0)
        for i, area in enumerate(instance.region.sites.groups[self.by]):
            count[area] += int(plan.open[i])
        for area, number in sorted(count.items()):
            least = self.minimum if isinstance(self.minimum, int) else self.minimum.get(area, 0)
            most = self.maximum if isinstance(self.maximum, int) else self.maximum.get(area)
            there = f"{number} stations in {self.by} {area}"
            if number < least:
                found.append(f"{there}, {least - number} fewer than {least}")
            if most is not None and number > most:
                found.append(f"{there}, {number - most} more than {most}")
        return found


def _named(limit: int | dict[str, int]) -> list[str]:
    return list(limit) if isinstance(limit, dict) else []


def _of(limit: int | dict[str, int], area: str, otherwise: float) -> float:
    return limit.get(area, otherwise) if isinstance(limit, dict) else limit


def _between(low: float, high: float) -> str:
    parts = [f"at least {low:g}"] if low > 0 else []
    parts += [f"at most {high:g}"] if high < np.inf else []
    return " and ".join(parts)


def _in_words(limit: int | dict[str, int]) -> str:
    if isinstance(limit, int):
        return f"{limit} in each"
    return ", ".join(f"{number} in {area}" for area, number in limit.items())
