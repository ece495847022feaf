"""How an object shows itself: one line for a prompt, a small table for a notebook."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from html import escape
from numbers import Integral

Fact = str | int | float | None
DIGITS = 7
"""Significant digits of a number in a summary."""


class Summarised(ABC):
    """An object that shows what it is by its name and a few facts; a base of large dataclasses.

    A dataclass that derives from it is declared with ``repr=False``.
    """

    @abstractmethod
    def summary(self) -> tuple[str, Mapping[str, Fact]]:
        """Return the name, empty if there is none, and facts by label; None is left out."""

    def __repr__(self) -> str:
        name, facts = self.summary()
        words = [f"{label}={_shown(fact)}" for label, fact in facts.items() if fact is not None]
        return f"{type(self).__name__}({', '.join([repr(name)] * bool(name) + words)})"

    def _repr_html_(self) -> str:
        name, facts = self.summary()
        return html_table(f"{type(self).__name__} {name}", facts)


def html_table(title: str, facts: Mapping[str, Fact]) -> str:
    """Return facts as an HTML table of two columns; None is left out.

    >>> html_table("Plan <a>", {"number_of_stations": 3})
    '<table><caption>Plan &lt;a&gt;</caption><tr><th>number of stations</th><td>3</td></tr></table>'
    """
    rows = "".join(
        f"<tr><th>{escape(label.replace('_', ' '))}</th><td>{escape(_shown(fact))}</td></tr>"
        for label, fact in facts.items()
        if fact is not None
    )
    return f"<table><caption>{escape(title.strip())}</caption>{rows}</table>"


def _shown(fact: Fact) -> str:
    if isinstance(fact, Integral):  # those of numpy are
        return str(int(fact))
    return f"{fact:.{DIGITS}g}" if isinstance(fact, float) else str(fact)
