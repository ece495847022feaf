"""Kinds of chargers from their configuration."""

from __future__ import annotations

from typing import Any

import pytest

from robustev.core.errors import FaultCollector
from robustev.readers.parts.chargers import charger_kinds
from robustev.readers.parts.columns import Charger


def kinds(*sections: dict[str, Any], types: tuple[str, ...] = ("ev",)) -> tuple[Any, list[str]]:
    faults = FaultCollector()
    chargers = tuple(Charger.model_validate(section) for section in sections)
    return charger_kinds(chargers, types, faults), [str(fault) for fault in faults]


def test_one_number_serves_the_only_type() -> None:
    """A plain capacity belongs to the one type there is."""
    (kind,), faults = kinds({"name": "fast", "capacity": 5, "cost": 2})
    assert (kind.capacity, kind.cost, faults) == ({"ev": 5}, 2, [])


FAULTS = [
    ([{"name": "a", "capacity": 1}] * 2, ("ev",), "repeated charger kind", "twice"),
    ([{"name": "a", "capacity": 1}], ("p", "q"), "one capacity for several types", "which type"),
    ([{"name": "a", "capacity": {"evs": 1}}], ("ev",), "(is 'ev' meant?)", "misspelt type"),
]


@pytest.mark.parametrize(("sections", "types", "message"), [row[:3] for row in FAULTS],
                         ids=[row[3] for row in FAULTS])  # fmt: skip
def test_faults(sections: list[dict[str, Any]], types: tuple[str, ...], message: str) -> None:
    """Each is one fault that names the charger or its kind."""
    _, faults = kinds(*sections, types=types)
    assert [message in fault for fault in faults] == [True]
