"""Kinds of chargers, from their configuration and the demand types."""

from __future__ import annotations

from robustev.core.errors import FaultCollector, nearest_name
from robustev.data.region import ChargerKind
from robustev.readers.parts.columns import Charger


def charger_kinds(
    chargers: tuple[Charger, ...], types: tuple[str, ...], faults: FaultCollector
) -> tuple[ChargerKind, ...]:
    """Return the kinds of chargers, noting repeated names and capacities of unknown types."""
    seen: set[str] = set()
    for charger in chargers:
        if charger.name in seen:
            faults.add("repeated charger kind", column="chargers", found=charger.name)
        seen.add(charger.name)
        if not isinstance(charger.capacity, dict) and len(types) > 1:
            faults.add(
                f"charger {charger.name!r}: one capacity for several types", column="chargers",
                found=charger.capacity, expected=f"a capacity by type: {', '.join(types)}",
            )  # fmt: skip
    return tuple(_kind(charger, types, faults) for charger in chargers)


def _kind(charger: Charger, types: tuple[str, ...], faults: FaultCollector) -> ChargerKind:
    given = charger.capacity
    capacity = given if isinstance(given, dict) else dict.fromkeys(types, given)
    for name in capacity:
        if name not in types and types:
            near = nearest_name(name, types)
            hint = f" (is {near!r} meant?)" if near else ""
            faults.add(f"charger {charger.name!r}: unknown demand type{hint}", column="chargers",
                       found=name, expected=", ".join(types))  # fmt: skip
    return ChargerKind(charger.name, capacity, charger.cost, charger.power_kw)
