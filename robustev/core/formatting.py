"""Numbers as people read them: few digits, thousands separators, real minus signs."""

from __future__ import annotations

import math

UNKNOWN = "–"
MINUS = "\u2212"


def amount(value: float | None, *, digits: int = 4) -> str:
    """Return a number with about so many significant digits; whole numbers keep all of theirs.

    >>> amount(2586142.01), amount(92.958562), amount(0.034567), amount(-12.5), amount(None)
    ('2,586,142', '92.96', '0.03457', '−12.5', '–')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if value == 0:
        return "0"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{abs(value):,.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return (MINUS if value < 0 else "") + text


def precise(value: float | None) -> str:
    """Return a number with about seven digits, zeros included, so that columns line up.

    >>> precise(2586142.01), precise(92.958562), precise(-100.0), precise(None)
    ('2,586,142', '92.95856', '−100.0000', '–')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    places = max(0, 7 - len(str(int(abs(value)))))
    return (MINUS if value < 0 else "") + f"{abs(value):,.{places}f}"


def signed(value: float | None, *, digits: int = 4) -> str:
    """Return a number that always shows its sign.

    >>> signed(12.5), signed(-3), signed(0)
    ('+12.5', '−3', '0')
    """
    text = amount(value, digits=digits)
    return f"+{text}" if value is not None and value > 0 else text


def percent(value: float | None, *, places: int | None = None) -> str:
    """Return a share in percent; by default with the decimals that small shares need.

    >>> percent(0.337), percent(0.0339), percent(0.00012), percent(0.0), percent(-0.05)
    ('33.7 %', '3.39 %', '0.012 %', '0 %', '−5 %')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    number = 100 * value
    if abs(number) < 5e-5:
        return "0 %"
    if places is None:
        places = 1 if abs(number) >= 10 else 2 if abs(number) >= 0.1 else 3
    text = f"{abs(number):,.{places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return (MINUS if number < 0 and float(text.replace(",", "")) else "") + text + " %"


def signed_percent(value: float | None) -> str:
    """Return a change in percent that always shows its sign.

    >>> signed_percent(0.0213), signed_percent(-0.0213)
    ('+2.13 %', '−2.13 %')
    """
    text = percent(value)
    return f"+{text}" if value is not None and value > 5e-7 else text


def rounded(value: float | None, *, digits: int = 4) -> str:
    """Return a number with so many significant digits, whole numbers too.

    >>> rounded(385622.4), rounded(0.034567), rounded(None)
    ('385,600', '0.03457', '–')
    """
    if value is None or not math.isfinite(value) or value == 0:
        return amount(value)
    return amount(round(value, digits - 1 - math.floor(math.log10(abs(value)))), digits=digits)


def interval(low: float | None, high: float | None, form: str = "amount") -> str:
    """Return an interval; an end that is unknown or infinite is a dash.

    >>> interval(385622.4, 501530.0), interval(-0.02, 0.01, "percent")
    ('385,600 to 501,500', '−2 % to 1 %')
    """
    write = percent if form == "percent" else rounded
    return f"{write(low)} to {write(high)}"


def duration(seconds: float | None) -> str:
    """Return a time span.

    >>> duration(7.31), duration(192), duration(7500), duration(None)
    ('7.3 s', '3 min 12 s', '2 h 05 min', '–')
    """
    if seconds is None or not math.isfinite(seconds):
        return UNKNOWN
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


def listed(words: list[str]) -> str:
    """Return words as one reads them out.

    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    return words[0] if len(words) == 1 else " and ".join([", ".join(words[:-1]), words[-1]])
