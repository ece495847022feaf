"""The region's own demand, as one scenario: the model without uncertainty."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from robustev.scenarios.sources.base import REGISTER, Source

if TYPE_CHECKING:
    from robustev.data.region import Region
    from robustev.data.scenarios import ScenarioSet


@REGISTER.add
class ReferenceSource(Source):
    """The region's reference demand, as the one scenario."""

    kind: Literal["reference"] = "reference"

    redrawable: ClassVar[bool] = False

    def fixed(self, region: Region, given: ScenarioSet | None) -> ScenarioSet:
        """Return the one scenario; it is the same whatever came with the data."""
        from robustev.data.scenarios import ScenarioSet as Scenarios  # noqa: PLC0415

        demand = region.demand[None]
        return Scenarios.equiprobable(demand, region.zones.ids, region.types, names=["reference"])
