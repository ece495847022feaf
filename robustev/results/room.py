"""Whether a disk has room for a result folder, asked before the long solve.

Demand of scenarios is nearly all of a large folder. How well it compresses is measured on some of
the scenarios; the other tables count with their numbers, the smallest with nothing.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from robustev.config.experiment import Experiment
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.results.disk import OutputError
from robustev.scenarios.storage import write_scenarios

SAMPLED = 1 << 18
"""Numbers whose compression is measured."""
SMALL = 1 << 24
"""Bytes up to which demand counts as it is."""
NUMBER = 8
"""Bytes of a number."""
OF_SCENARIO, OF_ZONE = 12, 4
"""Numbers that an evaluation has of every plan: for each scenario, and each zone and type."""


def check_room(
    target: Path, experiment: Experiment, region: Region, scenarios: ScenarioSet
) -> None:
    """Refuse a place whose disk is too full for the results.

    Raises
    ------
    OutputError
        If less is free than the folder should take; one that it replaces goes last.
    """
    needed, free = folder_bytes(experiment, region, scenarios), free_bytes(target)
    if needed > free:
        raise OutputError(
            f"the results need about {_size(needed)}, but only {_size(free)} are free at "
            f"{target.parent}: free some space, or name another folder with --output"
        )


def folder_bytes(experiment: Experiment, region: Region, scenarios: ScenarioSet) -> int:
    """Return about how many bytes a result folder should take."""
    places = region.num_zones * len(region.types)
    evaluated = OF_SCENARIO * len(scenarios) + OF_ZONE * places
    served = experiment.output.assignment * places
    tables = NUMBER * len(experiment.plans) * (evaluated + served)
    return int(demand_bytes(scenarios) + tables)


def demand_bytes(scenarios: ScenarioSet) -> int:
    """Return about how many bytes the table of demand takes."""
    _, zones, types = scenarios.demand.shape
    each, count = zones * types, len(scenarios)
    if NUMBER * each * count <= SMALL:
        return int(NUMBER * each * count)
    some = min(count, max(1, SAMPLED // each))
    with tempfile.TemporaryDirectory(prefix="robustev-") as folder:
        write_scenarios(scenarios.subset(range(some)), folder)
        written = sum(path.stat().st_size for path in Path(folder).iterdir())
    return int(written * count // some)


def free_bytes(target: Path) -> int:
    """Return how many bytes are free where a folder is, or will be."""
    place = target
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free


def _size(number: int) -> str:
    return f"{number / 1e9:.1f} GB" if number >= 1e8 else f"{number / 1e6:.1f} MB"
