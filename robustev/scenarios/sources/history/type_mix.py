"""How a zone's demand divides over demand types (slow, fast, ...): its own mix, shifting together.

The mix of zone j is that of the last year, pulled to the region's mix where the zone is small. The
log odds of each type against the first shift by a random walk, whose yearly step is that of the
region's mix in the past.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from robustev.core.arrays import FloatArray
from robustev.scenarios.sources.history.panel import Panel

PRIOR_STEP, PRIOR_YEARS = 0.1, 2.0  # log odds move some 0.1 a year, a belief worth two years


@dataclass(frozen=True, eq=False)
class TypeMix:
    """Shares of types by zone, shape (zones, types), and the spread of their log-odds shift."""

    share: FloatArray
    spread: FloatArray

    @property
    def names(self) -> tuple[str, ...]:
        """One shift per type but the first."""
        return tuple(f"type_shift_{k}" for k in range(1, self.share.shape[1]))

    def sample(self, leading: FloatArray) -> FloatArray:
        """Return log-odds shifts, shape (scenarios, types), zero for the first type."""
        shift = np.zeros((len(leading), self.share.shape[1]))
        shift[:, 1:] = ndtri(leading) * self.spread[1:]
        return shift

    def apply(self, zones: FloatArray, shift: FloatArray) -> FloatArray:
        """Return demand by type, shape (scenarios, zones, types), that adds up to ``zones``."""
        if self.share.shape[1] == 1:
            return zones[:, :, None]
        odds = self.share[None] * np.exp(shift)[:, None, :]
        odds /= odds.sum(axis=2, keepdims=True)
        odds *= zones[:, :, None]
        return np.asarray(odds)

    def drivers(self, shift: FloatArray) -> dict[str, FloatArray]:
        """Return the shifts as named drivers."""
        return dict(zip(self.names, shift.T[1:], strict=True))


def fit_type_mix(panel: Panel, horizon: int) -> TypeMix:
    """Return the mix at the end of the panel and its uncertainty ``horizon`` years on."""
    region = panel.demand.sum(axis=1)
    region = np.maximum(region / region.sum(axis=1, keepdims=True), 1e-9)
    last = panel.demand[-1]
    total = last.sum(axis=1, keepdims=True)
    pull = 0.1 * total[panel.active].mean()
    share = (last + pull * region[-1]) / (total + pull)
    odds = np.log(region / region[:, :1])
    steps = (np.diff(odds, axis=0) ** 2).sum(axis=0)
    variance = (PRIOR_YEARS * PRIOR_STEP**2 + steps) / (PRIOR_YEARS + len(odds) - 1)
    return TypeMix(share, np.sqrt(variance * horizon))
