"""The register of region formats: one line for each file, from which ``region`` is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias, Union

from pydantic import Field

from robustev.readers.ampl_city import AmplCityRegion as AmplCityRegion
from robustev.readers.base import RegionReader
from robustev.readers.geo import GeoRegion as GeoRegion
from robustev.readers.orlib_cap import OrlibCapRegion as OrlibCapRegion
from robustev.readers.orlib_pmed import OrlibPmedRegion as OrlibPmedRegion
from robustev.readers.scflp_json import ScflpRegion as ScflpRegion
from robustev.readers.shell_ev import ShellEvRegion as ShellEvRegion
from robustev.readers.tables import TablesRegion as TablesRegion

READERS: tuple[type[RegionReader], ...] = tuple(
    found
    for found in tuple(globals().values())
    if isinstance(found, type) and issubclass(found, RegionReader) and found is not RegionReader
)
"""Every format, in the order of the lines above."""

if TYPE_CHECKING:
    RegionConfig: TypeAlias = RegionReader
else:
    RegionConfig = Annotated[Union[READERS], Field(discriminator="format")]  # noqa: UP007
"""The ``region`` section: one of the formats."""
