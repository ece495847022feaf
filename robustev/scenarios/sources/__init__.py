"""Scenario sources: a file or folder each, in a register.

``AnySource`` is the type of a settings field that takes any of them. A source from outside the
package derives from :class:`Source`; ``REGISTER.add`` lets experiment files name it. The order of
the register is that in which sources are tried where an experiment names none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

from robustev.core.register import OneOf
from robustev.scenarios.sources.base import REGISTER, DemandDistribution, Sample, Source

from robustev.scenarios.sources.history.source import HistorySource  # isort: skip
from robustev.scenarios.sources.drivers.source import DriverSource
from robustev.scenarios.sources.given import GivenSource
from robustev.scenarios.sources.population.cohort_source import CohortSource
from robustev.scenarios.sources.population.official import OfficialSource
from robustev.scenarios.sources.population.source import PopulationSource
from robustev.scenarios.sources.reference import ReferenceSource
from robustev.scenarios.sources.trajectories.source import TrajectorySource
from robustev.scenarios.sources.zones.source import ZoneSource

if TYPE_CHECKING:
    from robustev.data.region import Region

AnySource: TypeAlias = Annotated[Source, OneOf(REGISTER, strict=True)]


def default_source(region: Region) -> Source:
    """Return the first source of the register that suits the region by itself."""
    suited = (kind.by_default(region) for kind in REGISTER.values())
    return next(source for source in suited if source is not None)


__all__ = [
    "REGISTER",
    "AnySource",
    "CohortSource",
    "DemandDistribution",
    "DriverSource",
    "GivenSource",
    "HistorySource",
    "OfficialSource",
    "PopulationSource",
    "ReferenceSource",
    "Sample",
    "Source",
    "TrajectorySource",
    "ZoneSource",
    "default_source",
]
