"""Numbers as people read them."""

from __future__ import annotations

import math


def amount(value: float | None) -> str:
    """Return a number with thousands separators and about seven digits; a dash if unknown.

    >>> amount(2586142.01), amount(92.958562), amount(None)
    ('2,586,142', '92.95856', '–')
    """
    if value is None or not math.isfinite(value):
        return "–"
    digits = len(str(int(abs(value))))
    return f"{value:,.{max(0, 7 - digits)}f}" if digits < 7 else f"{value:,.0f}"


def short(value: float | None) -> str:
    """Return a number with four significant digits; a dash if unknown.

    >>> short(2586142.01), short(92.958562), short(None)
    ('2,586,000', '92.96', '–')
    """
    if value is None or not math.isfinite(value):
        return "–"
    if not value:
        return "0"
    places = 3 - math.floor(math.log10(abs(value)))
    return f"{round(value, places):,.{max(0, min(places, 6))}f}"


def percent(value: float | None) -> str:
    """Return a share in percent; a dash if unknown.

    >>> percent(0.00824), percent(0.000051), percent(1e-9), percent(None)
    ('0.82 %', '0.005 %', '0 %', '–')
    """
    if value is None or not math.isfinite(value):
        return "–"
    if abs(value) < 5e-6:
        return "0 %"
    places = 2 if abs(value) >= 0.001 else 3
    return f"{100 * value:.{places}f} %"


def duration(seconds: float) -> str:
    """Return a time span.

    >>> duration(7.3), duration(192), duration(7500)
    ('7.3 s', '3 min 12 s', '2 h 05 min')
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def roughly(seconds: float) -> str:
    """Return a time span in one round unit, for forecasts.

    >>> roughly(0.4), roughly(38), roughly(400), roughly(20000)
    ('seconds', '40 s', '7 min', '6 h')
    """
    if seconds < 5:
        return "seconds"
    if seconds < 90:
        return f"{round(seconds, -1):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.0f} h"


def count(number: int, word: str) -> str:
    """Return a number with its word in the right form.

    >>> count(1, "station"), count(12000, "station")
    ('1 station', '12,000 stations')
    """
    return f"{number:,} {word}" + ("" if number == 1 else "s")
