"""Numbers in sentences."""

from __future__ import annotations

from collections.abc import Callable

from robustev.assess.schema import Estimate
from robustev.core.formatting import listed, percent, rounded


def money(value: float) -> str:
    """Return an amount with four significant digits, thousands set apart.

    >>> money(1234567.8), money(12.3456), money(-0.5)
    ('1,235,000', '12.35', '−0.5')
    """
    return rounded(value)


def share(value: float | None) -> str:
    """Return a share in percent without decimals; "an unknown share" if it is not known."""
    return "an unknown share" if value is None else percent(value, places=0)


def range_of(figure: Estimate, number: Callable[[float], str]) -> str:
    """Return the interval in brackets, with a space before it; nothing without one.

    >>> range_of(Estimate(value=1.0, interval=(0.5, 2.0), basis="estimated", how=""), money)
    ' (0.5 to 2)'
    """
    if figure.interval is None or None in figure.interval:
        return ""
    low, high = (number(float(end or 0.0)) for end in figure.interval)
    return f" ({low} to {high})"


def listed_have(names: list[str]) -> str:
    """Return the names with their verb.

    >>> listed_have(["a"]), listed_have(["a", "b"])
    ('a has', 'a and b have')
    """
    return f"{listed(names)} {'has' if len(names) == 1 else 'have'}"


def ends_of(figure: Estimate) -> str:
    """Return the ends of the figure's interval with a comma after them; nothing without one."""
    if figure.interval is None or None in figure.interval:
        return ""
    low, high = (money(float(end or 0.0)) for end in figure.interval)
    return "" if low == high else f"{low} to {high}, "
