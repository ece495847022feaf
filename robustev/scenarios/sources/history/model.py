"""A forecast distribution fitted to a panel history: total x shares x correlated errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.scenarios.field import GaussianField, exponential_field
from robustev.scenarios.sampling import RandomNumbers
from robustev.scenarios.sources.base import DemandDistribution, Sample
from robustev.scenarios.sources.history.panel import Panel
from robustev.scenarios.sources.history.residuals import ResidualModel, fit_residuals
from robustev.scenarios.sources.history.shares import ShareForecast, fit_shares
from robustev.scenarios.sources.history.trend import TotalForecast, fit_total
from robustev.scenarios.sources.history.type_mix import TypeMix, fit_type_mix

FIGURES = ("trend_family", "total_demand", "local_change", "concentration")
MODES = ("mode 0", "mode 1", "mode 2", "mode 3")
MAPS = ("first map", "second map", "angle")

ResidualKind = Literal["gaussian", "bootstrap", "independent"]


@dataclass(frozen=True, eq=False)
class HistoryModel(DemandDistribution):
    """The distribution of demand ``horizon`` years after the history; build it with `fit`.

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
    ) -> HistoryModel:
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
    def leading(self) -> tuple[str, ...]:
        """The region's figures; the leading modes, or the past maps; a shift per type but one."""
        return (*FIGURES, *self._patterns, *self.mix.names)

    @property
    def lasting(self) -> tuple[str, ...]:
        """The family of trends: which one holds is not known, but it does not change."""
        return ("trend_family",)

    @property
    def notes(self) -> tuple[str, ...]:
        """The repairs made to the history."""
        return self.panel.repairs

    @property
    def _patterns(self) -> tuple[str, ...]:
        return MAPS if self.field is None else MODES[: self.field.num_modes]

    def sample(self, numbers: RandomNumbers) -> Sample:
        """Return demand and drivers for every scenario in ``numbers``."""
        total, family = self.total.sample(
            numbers.uniform("trend_family"), numbers.uniform("total_demand")
        )
        scale = self.residuals.scale(numbers.normal("local_change"))
        concentration = self.shares.concentration_spread * numbers.normal("concentration")
        share = self._error_maps(numbers)
        share *= (self.residuals.size * scale)[:, None]
        share += (1.0 + concentration)[:, None] * self.shares.level
        np.exp(share, out=share)
        share *= (total / share.sum(axis=1))[:, None]
        zones = np.zeros((len(numbers), len(self.panel.active)))
        zones[:, self.panel.active] = share
        drivers = {
            "trend_family": family, "total_demand": total, "local_change": scale,
            "concentration": concentration,
        }  # fmt: skip
        split = self.mix.sample(numbers.uniforms(self.mix.names))
        return Sample(self.mix.apply(zones, split), drivers | self.mix.drivers(split))

    def _error_maps(self, numbers: RandomNumbers) -> FloatArray:
        if self.field is not None:
            return self.residuals.marginal(self.field.sample(numbers, self._patterns))
        return self._bootstrap_maps(numbers.uniforms(MAPS))

    def _bootstrap_maps(self, uniform: FloatArray) -> FloatArray:
        """Return two past maps each, blended at a random angle, which keeps covariances."""
        maps = self.residuals.maps
        one, two = (np.minimum((uniform[:, :2] * len(maps)).astype(int), len(maps) - 1)).T
        angle = 2.0 * np.pi * uniform[:, 2:3]
        return np.asarray(np.cos(angle) * maps[one] + np.sin(angle) * maps[two])
