"""How far zones look for sites: the arcs that a region holds, or that a model wants."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from robustev.data.arcs import Arcs


@dataclass(frozen=True)
class Reach:
    """Arcs up to a travel cost, and of each zone the nearest of them.

    Parameters
    ----------
    most
        Longest travel cost ``t_ij``; infinite for no limit.
    nearest
        How many nearest sites of each zone, ties with the last included; None for all.

    >>> Reach(nearest=2).holds(Reach(most=5.0, nearest=1))
    True
    >>> Reach(nearest=2).holds(Reach(most=5.0))
    False
    """

    most: float = math.inf
    nearest: int | None = None

    @property
    def is_everything(self) -> bool:
        """Whether no arc is left out."""
        return self.nearest is None and self.most == math.inf

    def holds(self, other: Reach) -> bool:
        """Return whether every arc within ``other`` is within this one, in any region."""
        if self.most < other.most:
            return False
        return self.nearest is None or (other.nearest is not None and other.nearest <= self.nearest)

    def among(self, num_sites: int) -> Reach:
        """Return the same reach where there are so many sites: as many nearest ones are all."""
        if self.nearest is None or self.nearest < num_sites:
            return self
        return Reach(self.most)

    def of(self, arcs: Arcs) -> Arcs:
        """Return the arcs within reach."""
        if self.most < math.inf:
            arcs = arcs.within(self.most)
        return arcs if self.nearest is None else arcs.nearest(self.nearest)

    @staticmethod
    def loosest(several: Iterable[Reach]) -> Reach:
        """Return the tightest reach that holds each of ``several``; everything if there is none.

        >>> Reach.loosest([Reach(most=5.0, nearest=1), Reach(most=2.0, nearest=3)])
        Reach(most=5.0, nearest=3)
        """
        given = list(several)
        if not given:
            return Reach()
        counts = [one.nearest for one in given if one.nearest is not None]
        return Reach(
            max(one.most for one in given), max(counts) if len(counts) == len(given) else None
        )

    def __str__(self) -> str:
        parts = [f"travel up to {self.most:g}"] if self.most < math.inf else []
        parts += [f"the {self.nearest} nearest sites"] if self.nearest is not None else []
        return " and ".join(parts) or "all sites"


EVERYTHING = Reach()
"""No limit: every zone may use every site."""
