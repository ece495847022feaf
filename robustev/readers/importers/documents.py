"""JSON of registers: a list of places, wherever it stands, and parts that may be missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from robustev.core.errors import FaultCollector, InputError
from robustev.core.files import read_json

LISTS = ("data", "locations", "items", "results")
"""Keys under which interfaces put their list."""


def items(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a JSON list, or of an object that holds one.

    Raises
    ------
    InputError
        If the file is no JSON, or holds no list of objects.
    """
    faults = FaultCollector()
    data = read_json(path, faults)
    faults.raise_if_any()
    if isinstance(data, dict):
        data = next((data[key] for key in LISTS if isinstance(data.get(key), list)), data)
    if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
        raise InputError(f"{path}: no list of stations")
    return data


def part(item: dict[str, Any], key: str) -> dict[str, Any]:
    """Return an object within an object; an empty one where it is missing."""
    found = item.get(key)
    return found if isinstance(found, dict) else {}
