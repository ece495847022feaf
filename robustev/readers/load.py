"""Regions from a configuration section."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from robustev.core.errors import Fault, InputError
from robustev.data.reach import EVERYTHING, Reach
from robustev.data.region import Region
from robustev.readers.base import RegionReader
from robustev.readers.register import RegionConfig

SECTION: TypeAdapter[RegionReader] = TypeAdapter(RegionConfig)


def load_region(
    config: RegionReader | Mapping[str, object], base: Path = Path(), reach: Reach = EVERYTHING
) -> Region:
    """Return the region that a configuration section describes.

    Parameters
    ----------
    config
        The section ``region`` of an experiment, as settings or as a mapping of its keys.
    base
        Folder that relative paths are relative to: the experiment file's own.
    reach
        Which arcs are wanted, so that others need not be computed; all by default.

    Raises
    ------
    InputError
        With every fault found in the section, or in any of the files.
    """
    reader = config if isinstance(config, RegionReader) else _section(config)
    return reader.read(base, reach)


def _section(config: Mapping[str, object]) -> RegionReader:
    try:
        return SECTION.validate_python(config)
    except ValidationError as error:
        raise InputError(
            Fault(
                f"region.{'.'.join(map(str, detail['loc']))}".rstrip(".") + f": {detail['msg']}",
                found=detail["input"] if not isinstance(detail["input"], dict) else None,
            )
            for detail in error.errors(include_url=False)
        ) from None
