"""Parts of a region, chosen in words: a group, a ring, a side, a density class, or named zones."""

from __future__ import annotations

from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.core.errors import ConfigError, nearest_name
from robustev.core.settings import Label, Settings
from robustev.data.region import Region

DIGITS = 9  # to which figures of zones are compared

Ring = Literal["core", "inner", "outer", "edge"]
Side = Literal["north", "south", "east", "west"]
Density = Literal["dense", "middle", "sparse"]


class Area(Settings):
    """A part of the region; where several conditions are given, all must hold.

    Nothing given means the whole region. Rings are quarters of the population by distance from its
    centre; sides are halves of the population; density classes are thirds of the population.
    """

    group: dict[str, Label | list[Label]] = Field(default_factory=dict)
    """Zone attribute (a column of the zone table) and the label or labels wanted."""
    ring: Ring | list[Ring] = Field(default_factory=list)
    """core, inner, outer or edge: quarters of the population, from the centre outward."""
    side: Side | None = None
    """north, south, east or west half of the population."""
    density: Density | list[Density] = Field(default_factory=list)
    """dense, middle or sparse: thirds of the population by how crowded their surroundings are."""
    zones: list[Label] = Field(default_factory=list)
    """Zone ids."""

    @model_validator(mode="after")
    def _labels(self) -> Self:
        for attribute, labels in self.group.items():
            if not labels:
                raise ValueError(f"group {attribute!r} names no label")
        return self

    def mask(self, region: Region) -> BoolArray:
        """Return True for the zones that belong to the area, shape (zones,).

        Raises
        ------
        ConfigError
            If the region lacks what the area refers to, or no zone belongs to it.
        """
        chosen = np.ones(region.num_zones, dtype=np.bool_)
        for attribute, labels in self.group.items():
            chosen &= _in_group(region, attribute, [labels] if isinstance(labels, str) else labels)
        if self.ring:
            names = [self.ring] if isinstance(self.ring, str) else self.ring
            ring = np.array(["core", "inner", "outer", "edge"])[
                _classes(centrality(region), residents(region), 4)
            ]
            chosen &= np.isin(ring, names)
        if self.side:
            chosen &= _on_side(region, self.side)
        if self.density:
            wanted = [self.density] if isinstance(self.density, str) else self.density
            label = np.array(["sparse", "middle", "dense"])[
                _classes(crowding(region), residents(region), 3)
            ]
            chosen &= np.isin(label, wanted)
        if self.zones:
            chosen &= _named(region, self.zones)
        if not chosen.any():
            raise ConfigError(f"no zone of region {region.name!r} belongs to {self.describe()}")
        return chosen

    def describe(self) -> str:
        """Return the area in words.

        >>> Area(ring="edge", side="east").describe()
        'ring edge, side east'
        """
        stated = self.model_dump(exclude_defaults=True)
        parts = [f"{k} {_plain(v)}" for k, v in stated.items()]
        return ", ".join(parts) or "the whole region"


def residents(region: Region) -> FloatArray:
    """Return people per zone, or total demand where the region has no population figures."""
    population = region.zones.population
    weight = region.demand.sum(axis=1) if population is None else np.asarray(population)
    return weight if weight.sum() > 0 else np.ones(region.num_zones)


def centrality(region: Region) -> FloatArray:
    """Return the distance of every zone from the centre of population, shape (zones,)."""
    x, y = _plane(region, "a ring")
    weight = residents(region)
    return np.hypot(x - np.average(x, weights=weight), y - np.average(y, weights=weight))


def crowding(region: Region) -> FloatArray:
    """Return how many people live near each zone (a Gaussian kernel a tenth of the region wide)."""
    from scipy.spatial.distance import cdist  # noqa: PLC0415

    points = np.column_stack(_plane(region, "density"))
    width = 0.1 * (np.linalg.norm(np.ptp(points, axis=0)) or 1.0)
    weight = residents(region)
    near = [
        np.exp(-0.5 * (cdist(points[start : start + 512], points) / width) ** 2) @ weight
        for start in range(0, len(points), 512)
    ]
    return np.concatenate(near)


def _plane(region: Region, what: str) -> tuple[FloatArray, FloatArray]:
    x, y = region.zones.x, region.zones.y
    if x is None or y is None:
        raise ConfigError(
            f"region {region.name!r} has no zone coordinates, and {what} needs them; "
            "name a group or zones instead"
        )
    return (x * np.cos(np.radians(y.mean())), y) if region.geographic else (x, y)


def _classes(values: FloatArray, weight: FloatArray, count: int) -> IntArray:
    """Return the class 0 to count - 1 of every zone: equal shares of weight, in rising order.

    Values are compared after rounding, and zones of one value stand in the order of the table: on a
    regular grid many are equal but for their last bits, which differ between processors.
    """
    largest = float(np.abs(values).max()) or 1.0
    order = np.argsort(np.round(values / largest, DIGITS), kind="stable")
    before = np.cumsum(weight[order]) - weight[order]
    share = np.empty(len(values))
    share[order] = before / weight.sum() + 10.0**-DIGITS
    return np.minimum((share * count).astype(np.int64), count - 1)


def _on_side(region: Region, side: Side) -> BoolArray:
    x, y = _plane(region, "a side")
    along = {"north": -y, "south": y, "east": -x, "west": x}[side]
    return np.asarray(_classes(along, residents(region), 2) == 0)


def _in_group(region: Region, attribute: str, labels: list[str]) -> BoolArray:
    groups = region.zones.groups
    if attribute not in groups:
        near = nearest_name(attribute, groups)
        known = ", ".join(groups) or "none"
        raise ConfigError(
            f"zones of region {region.name!r} have no attribute {attribute!r}"
            f"{f' (is {near!r} meant?)' if near else ''}; they have: {known}"
        )
    held = np.array([str(label) for label in groups[attribute]])
    for label in labels:
        if label not in held:
            near = nearest_name(label, set(held.tolist()))
            raise ConfigError(
                f"no zone has {attribute} {label!r}{f' (is {near!r} meant?)' if near else ''}"
            )
    return np.isin(held, labels)


def _named(region: Region, zones: list[str]) -> BoolArray:
    unknown = [zone for zone in zones if zone not in set(region.zones.ids)]
    if unknown:
        near = nearest_name(unknown[0], region.zones.ids)
        hint = f" (is {near!r} meant?)" if near else ""
        raise ConfigError(
            f"{len(unknown)} zones are not in region {region.name!r}: "
            f"{', '.join(map(repr, unknown[:5]))}{hint}"
        )
    return np.isin(np.array(region.zones.ids), zones)


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return " and ".join(f"{k} {_plain(v)}" for k, v in value.items())
    if isinstance(value, list):
        return " or ".join(map(str, value))
    return str(value)
