"""The region section: formats, defaults, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from robustev.core.settings import Settings
from robustev.readers.register import RegionConfig
from robustev.readers.tables import TablesRegion

ADAPTER: TypeAdapter[Any] = TypeAdapter(RegionConfig)
TABLES = {"format": "tables", "zones": "z.csv", "sites": "s.csv"}

BAD = [
    ({"format": "table"}, "does not match any of the expected tags", "unknown format"),
    ({"zones": "z.csv"}, "Unable to extract tag", "no format"),
    ({**TABLES, "zone": "z.csv"}, "Extra inputs", "misspelt key"),
    ({**TABLES, "travel": {"kind": "crow"}}, "does not match any", "unknown kind of travel"),
    ({**TABLES, "travel": {"kind": "great_circle", "detour": 0.9}}, "greater than", "shortcut"),
    (
        {**TABLES, "geographic": True, "travel": {"kind": "euclidean"}},
        "degrees are no distance", "straight lines in degrees",
    ),
    (
        {**TABLES, "geographic": False, "travel": {"kind": "great_circle"}},
        "needs geographic", "geodesics between planar points",
    ),
    ({**TABLES, "separator": ";;"}, "at most 1 character", "separator of two characters"),
    ({**TABLES, "chargers": [{"name": "a"}]}, "Field required", "charger without capacity"),
    (
        {**TABLES, "chargers": [{"name": "a", "capacity": 1, "cost": -1}]},
        "greater than or equal to 0", "negative cost",
    ),
    (
        {**TABLES, "chargers": [{"name": "a", "capacity": {"ev": -1}}]},
        "greater than or equal to 0", "negative capacity",
    ),
    (
        {**TABLES, "chargers": [{"name": "a", "capacity": float("inf")}]},
        "finite number", "infinite capacity",
    ),
    ({"format": "orlib_cap", "file": "capa.txt", "capacity": 0}, "greater than 0", "capacity 0"),
]  # fmt: skip


@pytest.mark.parametrize(("section", "message"), [row[:2] for row in BAD],
                         ids=[row[2] for row in BAD])  # fmt: skip
def test_refuses(section: dict[str, Any], message: str) -> None:
    """Each invalid section fails and says what is wrong."""
    with pytest.raises(ValidationError, match=message):
        ADAPTER.validate_python(section)


def test_geographic_follows_the_travel() -> None:
    """Great circles make coordinates degrees; nothing else does by itself."""
    assert ADAPTER.validate_python({**TABLES, "travel": {"kind": "great_circle"}}).in_degrees
    assert not ADAPTER.validate_python(TABLES).in_degrees
    assert ADAPTER.validate_python({"format": "geo", "zones": "a", "sites": "b"}).in_degrees


def test_sections_survive_a_round_trip() -> None:
    """A dumped section validates to the same section."""
    first = ADAPTER.validate_python({**TABLES, "chargers": [{"name": "a", "capacity": {"ev": 2}}]})
    assert isinstance(first, TablesRegion)
    assert ADAPTER.validate_python(first.model_dump(mode="json")) == first


def below(section: type[Settings]) -> list[type[Settings]]:
    """Return every section derived from one."""
    found = section.__subclasses__()
    return found + [further for one in found for further in below(one)]


def test_every_field_is_documented() -> None:
    """Every field of every section has a description."""
    sections = [value for value in below(Settings) if "robustev.readers" in value.__module__]
    assert len(sections) >= 16
    bare = [
        f"{section.__name__}.{name}" for section in sections
        for name, info in section.model_fields.items() if not info.description
    ]  # fmt: skip
    assert bare == []
