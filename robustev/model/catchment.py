"""Who shares a station, and how far people go to one: what a measure of access must be told."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from robustev.core.arrays import FloatArray
from robustev.core.errors import InputError
from robustev.core.settings import Settings
from robustev.data.region import Region
from robustev.model.features.coverage import zones_with_sites_left_out


class AccessOptions(Settings):
    """How access to stations is measured: two-step floating catchment areas."""

    catchment: float = Field(gt=0)
    """Largest travel cost to a station that counts as within reach, before weights."""
    of: Literal["population", "demand"] | None = None
    """Who shares a station: the zones' population, or their reference demand of all types. Absent:
    population where the zones have it."""

    def check(self, region: Region) -> None:
        """Refuse a region that lacks people, or arcs within the catchment.

        Raises
        ------
        InputError
            If it does.
        """
        people = region.zones.population
        if self.of == "population" and (people is None or not np.isfinite(people).all()):
            raise InputError("output.access.of: the zones have no population, or not all of them")
        unsure = zones_with_sites_left_out(region, self.catchment)
        if unsure:
            raise InputError(
                f"output.access.catchment: {unsure} of {region.num_zones} zones may have sites "
                f"within {self.catchment:g} that the region was read without; take a smaller one, "
                "or let the reach of the model go as far"
            )

    def counted(self, region: Region) -> Literal["population", "demand"]:
        """Return who shares the stations of a region."""
        people = region.zones.population
        known = people is not None and np.isfinite(people).all()
        return self.of or ("population" if known else "demand")

    def weights(self, region: Region) -> FloatArray:
        """Return how many share the stations, shape (zones,)."""
        if self.counted(region) == "demand":
            return np.asarray(region.demand.sum(axis=1), dtype=np.float64)
        return np.asarray(region.zones.population, dtype=np.float64)
