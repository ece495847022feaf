"""A format of region data: its options and its reader, in one class."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from robustev.core.settings import Settings
from robustev.data.reach import EVERYTHING, Reach
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet


class RegionReader(Settings):
    """The section ``region`` of an experiment in one format, and how to read it.

    A format is a subclass in a file of its own, with a line in the register and a page in
    ``docs/readers``. Its field ``format`` is a literal: the word that selects it.
    """

    brings_scenarios: ClassVar[bool] = False
    """Whether the data hold scenarios too, which the scenario source ``given`` takes."""
    format: str
    """The word that selects the format."""

    def read(self, base: Path, reach: Reach = EVERYTHING) -> Region:
        """Return the region, its paths relative to the folder ``base``.

        Parameters
        ----------
        reach
            Which arcs are wanted. A reader that can avoid to compute the others says so in the
            region's own ``reach``; one that cannot may ignore it.

        Raises
        ------
        InputError
            With every fault found in any of the files.
        """
        raise NotImplementedError(f"{type(self).__name__} cannot be read")

    def read_scenarios(self, base: Path) -> ScenarioSet:
        """Return the scenarios that the data hold, in the region's order of zones and types.

        Raises
        ------
        InputError
            With every fault found in any of the files.
        """
        raise NotImplementedError(f"{type(self).__name__} brings no scenarios")
