"""Scenarios that come with the region's data, as in published instances."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from robustev.core.errors import ConfigError
from robustev.scenarios.sources.base import REGISTER, Source

if TYPE_CHECKING:
    from robustev.data.region import Region
    from robustev.data.scenarios import ScenarioSet


@REGISTER.add
class GivenSource(Source):
    """The scenarios in the region's own data, with their probabilities."""

    kind: Literal["given"] = "given"

    redrawable: ClassVar[bool] = False

    def fixed(self, region: Region, given: ScenarioSet | None) -> ScenarioSet:
        """Return the scenarios that came with the data.

        Raises
        ------
        ConfigError
            If there are none.
        """
        if given is None:
            raise ConfigError(
                f"scenarios.source is 'given', but the data of region {region.name!r} bring no "
                "scenarios; name another source, such as 'reference'"
            )
        return given
