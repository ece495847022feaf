"""What a scenario source is: a section of the experiment file that says where futures come from.

Most sources are a *distribution* over demand maps, from which any number of scenarios can be drawn,
anew for every seed. Others hold *fixed* scenarios, taken as they are. ``docs/sources/`` has a page
for each, and says how to add one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from robustev.core.arrays import FloatArray
from robustev.core.errors import ConfigError
from robustev.core.register import Register
from robustev.core.settings import Settings

if TYPE_CHECKING:
    from robustev.data.region import Region
    from robustev.data.scenarios import ScenarioSet
    from robustev.scenarios.sampling import RandomNumbers


@dataclass(frozen=True, eq=False)
class Sample:
    """Some scenarios' demand, shape (scenarios, zones, types), and the drivers behind each."""

    demand: FloatArray
    drivers: Mapping[str, FloatArray] = field(default_factory=dict)


class DemandDistribution(ABC):
    """A distribution over demand maps: random numbers in, demand out."""

    @property
    @abstractmethod
    def leading(self) -> tuple[str, ...]:
        """Names of the numbers that matter most, which the sampling method spreads evenly.

        The position of a name is its dimension of the Sobol sequence; an empty name leaves a
        dimension free, so that a number that joins later moves no other.
        """

    @property
    def notes(self) -> tuple[str, ...]:
        """What was repaired or assumed in making it, in words."""
        return ()

    @property
    def lasting(self) -> tuple[str, ...]:
        """Names of leading numbers that a future keeps through all years, such as its trend's."""
        return ()

    @abstractmethod
    def sample(self, numbers: RandomNumbers) -> Sample:
        """Return the scenarios made from ``numbers``, each from its own alone."""

    def with_drivers(self, fixed: Mapping[str, float]) -> tuple[FloatArray, dict[str, float]]:
        """Return demand, shape (1, zones, types), and all drivers, with some drivers ``fixed``.

        Raises
        ------
        ConfigError
            If the source has no such drivers, or none that can be fixed.
        """
        raise ConfigError("fixes drivers, which its source does not have; use 'scale' instead")


class Source(Settings):
    """Where demand scenarios come from.

    A subclass gives ``kind`` a literal type with its key as the default, adds its parameters as
    fields, and states `distribution`, or `fixed` with ``redrawable = False``; the other questions
    where the answers here are not its own.
    """

    kind: str
    """Key of the source."""

    redrawable: ClassVar[bool] = True
    """Whether scenarios can be drawn anew, to judge plans on others than they were made from."""
    example: ClassVar[dict[str, Any]] = {}
    """A section ``source`` that shows it, without ``kind``."""

    @classmethod
    def by_default(cls, region: Region) -> Self | None:
        """Return the source to use for the region where an experiment names none, if this suits."""
        return None

    def distribution(self, region: Region) -> DemandDistribution:
        """Return the distribution over the region's demand maps.

        Raises
        ------
        InputError
            If the region lacks what the source refers to, or data cannot be used.
        """
        raise ConfigError(f"scenarios of the source {self.kind!r} are taken as they are, not drawn")

    def fixed(self, region: Region, given: ScenarioSet | None) -> ScenarioSet | None:
        """Return the scenarios of a source that holds them; None where they are to be drawn.

        ``given`` are those that came with the region's data, if any; errors as `distribution`.
        """
        return None

    def target_year(self, region: Region) -> int | None:
        """Return the year that the scenarios speak of, where it is known."""
        return None

    def at_year(self, year: int, region: Region) -> Self:
        """Return the same source for another year, for plans in several phases.

        Raises
        ------
        ConfigError
            If it speaks of one year alone, or not of this one.
        """
        raise ConfigError(
            f"the source {self.kind!r} knows nothing of {year}: give the phases 'growth' factors, "
            "or scenarios by year ('history', 'trajectories')"
        )

    def known_until(self, region: Region) -> int:
        """Return the last year that is known, from which a source that draws looks ahead."""
        raise ConfigError(f"the source {self.kind!r} does not draw from year to year")

    def uses_year(self, year: int) -> bool:
        """Return whether the region's demand of that year goes into the scenarios."""
        return False

    def held_back(self, years: Sequence[int]) -> tuple[int, ...]:
        """Return which of the history's years are kept back to judge by."""
        return ()

    def relative_to(self, folder: str | Path) -> Self:
        """Return the same source with relative file names taken from ``folder``."""
        files = {
            name: Path(folder) / value
            for name in type(self).model_fields
            if isinstance(value := getattr(self, name), Path)
        }
        return self.model_copy(update=files) if files else self


REGISTER: Register[Source] = Register("kind", Source)
"""Sources by the key that names them in an experiment file."""
