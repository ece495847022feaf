"""A forecast distribution fitted to a panel history: total x shares x correlated errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtri

from robustev.core.arrays import FloatArray
from robustev.scenarios.distribution import Sample
from robustev.scenarios.field import GaussianField, exponential_field
from robustev.scenarios.sampling import Draws
from robustev.scenarios.sources.history.panel import Panel
from robustev.scenarios.sources.history.residuals import ResidualModel, fit_residuals
from robustev.scenarios.sources.history.shares import ShareForecast, fit_shares
from robustev.scenarios.sources.history.trend import TotalForecast, fit_total
from robustev.scenarios.sources.history.type_mix import TypeMix, fit_type_mix

LEADING_MODES = 4
NAMED = 4  # leading numbers before the modes: family, total, scale, concentration

ResidualKind = Literal["gaussian", "bootstrap", "independent"]


@dataclass(frozen=True, eq=False)
class HistoryForecast:
    """Demand ``horizon`` years after the history; make it with `fit`.

        D_jks = T_s  exp((1 + c_s) l_j + size scale_s z_js) / sum_j' exp(...)  m_jks

    with the total ``T``, log shares ``l``, the change of concentration ``c``, errors ``z``, and the
    mix of types ``m``.
    """

    panel: Panel
    horizon: int
    total: TotalForecast
    shares: ShareForecast
    residuals: ResidualModel
    mix: TypeMix
    field: GaussianField | None

    @classmethod
    def fit(
        cls,
        panel: Panel,
        points: FloatArray,
        horizon: int,
        residuals: ResidualKind = "gaussian",
    ) -> HistoryForecast:
        """Fit everything to the panel; ``points`` has shape (zones, dimensions).

        ``residuals="independent"`` is the same forecast without correlation in space, for
        comparison only: its zones' errors average out.
        """
        shares = fit_shares(panel.positive(), horizon)
        active = points[panel.active]
        model = fit_residuals(shares.errors, horizon, active)
        field = None
        if residuals != "bootstrap":
            nugget = 1.0 if residuals == "independent" else model.nugget
            field = exponential_field(active, model.correlation_range, nugget)
        total = fit_total(panel.zone_totals.sum(axis=1), horizon)
        return cls(panel, horizon, total, shares, model, fit_type_mix(panel, horizon), field)

    @property
    def dimensions(self) -> int:
        """The named ones; a shift per type but one; then the leading modes."""
        return NAMED + self.mix.dimensions + self._leading_modes

    @property
    def notes(self) -> tuple[str, ...]:
        """The repairs made to the history."""
        return self.panel.repairs

    @property
    def _leading_modes(self) -> int:
        return min(LEADING_MODES, self.field.num_modes) if self.field is not None else 3

    def sample(self, draws: Draws) -> Sample:
        """Return demand and drivers for every scenario in ``draws``."""
        total, family = self.total.sample(draws.leading[:, 0], draws.leading[:, 1])
        scale = self.residuals.scale(ndtri(draws.leading[:, 2]))
        concentration = self.shares.concentration_spread * ndtri(draws.leading[:, 3])
        share = self._error_maps(draws)
        share *= (self.residuals.size * scale)[:, None]
        share += (1.0 + concentration)[:, None] * self.shares.level
        np.exp(share, out=share)
        share *= (total / share.sum(axis=1))[:, None]
        zones = np.zeros((len(draws), len(self.panel.active)))
        zones[:, self.panel.active] = share
        drivers = {
            "trend_family": family, "total_demand": total, "local_change": scale,
            "concentration": concentration,
        }  # fmt: skip
        split = self.mix.sample(draws.leading[:, NAMED : NAMED + self.mix.dimensions])
        return Sample(self.mix.apply(zones, split), drivers | self.mix.drivers(split))

    def _error_maps(self, draws: Draws) -> FloatArray:
        first = NAMED + self.mix.dimensions
        last = first + self._leading_modes
        if self.field is not None:
            return self.residuals.marginal(self.field.sample(draws, slice(first, last)))
        return self._bootstrap_maps(draws.leading[:, first:last])

    def _bootstrap_maps(self, uniform: FloatArray) -> FloatArray:
        """Return two past maps each, blended at a random angle, which keeps covariances."""
        maps = self.residuals.maps
        one, two = (np.minimum((uniform[:, :2] * len(maps)).astype(int), len(maps) - 1)).T
        angle = 2.0 * np.pi * uniform[:, 2:3]
        return np.asarray(np.cos(angle) * maps[one] + np.sin(angle) * maps[two])
