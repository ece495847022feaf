"""What a difference of costs says, and only as much as its interval allows."""

from __future__ import annotations

from robustev.assess.narrative.words import money
from robustev.assess.schema import Estimate
from robustev.core.formatting import percent
from robustev.core.units import Units


def saving(difference: Estimate, units: Units, relative: Estimate | None = None) -> str:
    """Return what a difference says, and only as much as its interval allows."""
    value = difference.value
    if value is None:
        return "changes nothing that can be told"
    low, high = difference.interval or (value, value)
    if low is not None and high is not None and low <= 0 <= high:
        ends = f"{money(low)} to {units.cost(money(high))}"
        return f"makes no difference that can be shown ({ends})"
    size = "" if relative is None or relative.value is None else f"{percent(abs(relative.value))}"
    inner = "; ".join(part for part in (size, _ends(difference)) if part)
    word = "saves" if value < 0 else "costs"
    more = "" if value < 0 else " more"
    return f"{word} {units.cost(money(abs(value)))}{f' ({inner})' if inner else ''}{more}"


def _ends(difference: Estimate) -> str:
    """Return the interval's ends as amounts, the smaller one first."""
    if difference.interval is None or None in difference.interval:
        return ""
    low, high = sorted(abs(float(e or 0.0)) for e in difference.interval)
    return f"{money(low)} to {money(high)}"
