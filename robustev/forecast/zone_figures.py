"""Scenarios from figures per zone (mean and spread, or quantiles) and a spatial copula."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from scipy.special import gammaincinv, ndtr, ndtri

from robustev.arrays import FloatArray, frozen
from robustev.errors import FaultCollector
from robustev.forecast.correlation import checked_correlation
from robustev.forecast.distribution import Sample
from robustev.forecast.draws import Draws
from robustev.forecast.field import GaussianField, exponential_field, field_of
from robustev.forecast.geometry import extent, zone_points
from robustev.forecast.source_config import Spatial, ZoneSource
from robustev.forecast.tables import (
    numbers,
    positions,
    read_table,
    require_columns,
    type_positions,
)
from robustev.region import Region

QUANTILE = re.compile(r"^q(\d{1,2}(?:\.\d+)?)$")
GRID = 257  # points at which a zone's quantile function is tabulated


class Marginals(Protocol):
    """Demand of every zone and type as a function of a standard normal number."""

    def demand(self, normal: FloatArray) -> FloatArray:
        """Return demand, shape (scenarios, zones, types), from normals (scenarios, zones)."""
        ...


@dataclass(frozen=True, eq=False)
class GammaMarginals:
    """Gamma distributions with given mean and spread, each of shape (zones, types)."""

    mean: FloatArray
    spread: FloatArray

    def demand(self, normal: FloatArray) -> FloatArray:
        """Return gamma quantiles; zones with no spread, or mean 0, stay at their mean.

        Each zone's quantile function is tabulated at evenly spaced normal numbers, between which
        the error is below a thousandth of the spread.
        """
        knots = np.linspace(-5.0, 5.0, GRID)
        return _interpolated(normal, knots, self._table(ndtr(knots)))

    def _table(self, level: FloatArray) -> FloatArray:
        certain = (self.spread <= 0) | (self.mean <= 0)
        shape = np.where(certain, 1.0, self.mean / np.where(certain, 1.0, self.spread)) ** 2
        scale = np.where(certain, 0.0, self.mean / shape)
        values = gammaincinv(shape[..., None], level) * scale[..., None]
        return np.where(certain[..., None], self.mean[..., None], values)


@dataclass(frozen=True, eq=False)
class QuantileMarginals:
    """Given quantiles at ``levels``, shape (levels,), ``values`` of shape (zones, types, levels).

    Between levels, demand is linear in the standard normal number; beyond the outermost it goes on
    with the last slope, and never below zero.
    """

    levels: FloatArray
    values: FloatArray

    def demand(self, normal: FloatArray) -> FloatArray:
        """Return demand at the given normal numbers."""
        knots = np.asarray(ndtri(self.levels))
        inner = _interpolated(normal, knots, self.values)
        if len(knots) > 1:
            low = (self.values[..., 1] - self.values[..., 0]) / (knots[1] - knots[0])
            high = (self.values[..., -1] - self.values[..., -2]) / (knots[-1] - knots[-2])
            inner += np.minimum(normal - knots[0], 0.0)[:, :, None] * low
            inner += np.maximum(normal - knots[-1], 0.0)[:, :, None] * high
        return np.maximum(inner, 0.0)


@dataclass(frozen=True, eq=False)
class ZoneForecast:
    """Marginals by zone, tied by a Gaussian copula over space; make it with `prepare`.

    ``F_j = sqrt(common) z_0 + sqrt(1 - common) G_j`` with ``G`` a Gaussian field. All types of a
    zone move together.
    """

    marginals: Marginals
    field: GaussianField
    common: float
    leading_modes: int

    @classmethod
    def prepare(cls, source: ZoneSource, region: Region) -> ZoneForecast:
        """Read the source's tables and tie them to the region.

        Raises
        ------
        InputError
            With every fault: unknown or missing zones, crossing quantiles, negative spreads, a
            correlation matrix that is none.
        """
        if source.table is None:
            marginals: Marginals = GammaMarginals(region.demand, source.spread * region.demand)
        else:
            marginals = marginals_from_table(read_table(source.table), region, str(source.table))
        if source.correlation is not None:
            matrix = read_correlation(source.correlation, region)
            return cls(marginals, field_of(matrix), 0.0, source.spatial.leading_modes)
        spatial = source.spatial
        return cls(marginals, _field(spatial, region), spatial.common, spatial.leading_modes)

    @property
    def dimensions(self) -> int:
        """The common factor and the leading modes."""
        return 1 + min(self.leading_modes, self.field.num_modes)

    def sample(self, draws: Draws) -> Sample:
        """Return demand and the common factor of every scenario in ``draws``."""
        common = ndtri(draws.leading[:, 0])
        normal = self.field.sample(draws, slice(1, self.dimensions))
        normal *= np.sqrt(1.0 - self.common)
        normal += np.sqrt(self.common) * common[:, None]
        drivers = {"common_factor": common} if self.common > 0 else {}
        return Sample(self.marginals.demand(normal), drivers)


def marginals_from_table(frame: pd.DataFrame, region: Region, file: str) -> Marginals:
    """Return the marginals in a table of zones; see `ZoneSource` for its columns."""
    faults = FaultCollector(file)
    columns = [str(column) for column in frame.columns]
    named = {column: QUANTILE.match(column) for column in columns}
    levels = sorted((float(m[1]) / 100, column) for column, m in named.items() if m)
    wanted = [column for _, column in levels] or ["mean", "spread"]
    require_columns(frame, ["zone", *wanted], faults)
    faults.raise_if_any()
    values = _by_zone(frame, wanted, region, faults)
    _refuse_crossing(frame, wanted, faults)
    faults.raise_if_any()
    if not levels:
        return GammaMarginals(frozen(values[..., 0]), frozen(values[..., 1]))
    level = np.array([share for share, _ in levels])
    if level[0] <= 0 or level[-1] >= 1:
        faults.add("quantile levels must lie between q0 and q100, both excluded", found=wanted)
        faults.raise_if_any()
    return QuantileMarginals(frozen(level), frozen(values))


def _by_zone(
    frame: pd.DataFrame, columns: list[str], region: Region, faults: FaultCollector
) -> FloatArray:
    """Return columns as an array (zones, types, columns), each zone and type exactly once."""
    zone = positions(frame, "zone", region.zones.ids, faults)
    kind = type_positions(frame, region.types, faults)
    values = np.full((region.num_zones, len(region.types), len(columns)), np.nan)
    count = np.zeros(values.shape[:2], dtype=np.int64)
    usable = (zone >= 0) & (kind >= 0)
    np.add.at(count, (zone[usable], kind[usable]), 1)
    for c, column in enumerate(columns):
        data = numbers(frame, column, faults)
        values[zone[usable], kind[usable], c] = data[usable]
    for label, wrong in (("missing", count == 0), ("given more than once", count > 1)):
        bad = np.argwhere(wrong)
        for j, k in bad[:20]:
            faults.add(f"zone {region.zones.ids[j]!r}, type {region.types[k]!r} is {label}")
        if len(bad) > 20:
            faults.add(f"{len(bad) - 20} further zones are {label}")
    return values


def _refuse_crossing(frame: pd.DataFrame, columns: list[str], faults: FaultCollector) -> None:
    if columns == ["mean", "spread"]:
        return
    table = frame[columns].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=np.float64)
    for row in np.flatnonzero((np.diff(table, axis=1) < 0).any(axis=1))[:20]:
        faults.add(
            "quantiles cross", row=int(row) + 2, found=table[row].tolist(),
            expected=f"{' <= '.join(columns)}",
        )  # fmt: skip


def read_correlation(path: object, region: Region) -> FloatArray:
    """Return a square table of correlations in the region's zone order, checked or repaired."""
    frame = pd.read_csv(str(path), index_col=0)
    frame.index = frame.index.astype(str)
    frame.columns = frame.columns.astype(str)
    faults = FaultCollector(str(path))
    for side, labels in (("row", frame.index), ("column", frame.columns)):
        missing = [zone for zone in region.zones.ids if zone not in set(labels)]
        if missing:
            faults.add(f"{len(missing)} zones have no {side}", found=missing[:5])
    faults.raise_if_any()
    ids = list(region.zones.ids)
    return checked_correlation(frame.loc[ids, ids].to_numpy(dtype=np.float64), str(path))


def _field(spatial: Spatial, region: Region) -> GaussianField:
    points = zone_points(region)
    own = spatial.nugget / (1.0 - spatial.common) if spatial.common < 1 else 1.0
    return exponential_field(points, spatial.range_share * extent(points), min(own, 1.0))


def _interpolated(normal: FloatArray, knots: FloatArray, table: FloatArray) -> FloatArray:
    """Return ``table`` (zones, types, knots) read at ``normal`` (scenarios, zones)."""
    if len(knots) == 1:
        return np.repeat(table[None, :, :, 0], len(normal), axis=0)
    right = np.clip(np.searchsorted(knots, normal), 1, len(knots) - 1)
    start, end = knots[right - 1], knots[right]
    share = np.clip((normal - start) / (end - start), 0.0, 1.0)[:, :, None]
    zone = np.arange(normal.shape[1])[None, :]
    low = table.transpose(0, 2, 1)[zone, right - 1]
    high = table.transpose(0, 2, 1)[zone, right]
    return np.asarray(low + share * (high - low))
