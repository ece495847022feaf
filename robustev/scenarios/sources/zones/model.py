"""Scenarios from figures per zone (mean and spread, or quantiles) and a spatial copula."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import gammaincinv, ndtr, ndtri

from robustev.core.arrays import FloatArray, frozen
from robustev.core.errors import FaultCollector, InputError, repeated_ids
from robustev.data.geometry import extent, zone_points
from robustev.data.region import Region
from robustev.scenarios.correlation import Correlation, checked_correlation
from robustev.scenarios.field import GaussianField, exponential_field, field_of
from robustev.scenarios.sampling import RandomNumbers
from robustev.scenarios.sources.base import DemandDistribution, Sample
from robustev.scenarios.sources.zones.config import Spatial
from robustev.scenarios.tables import (
    numbers,
    positions,
    read_table,
    require_columns,
    type_positions,
)

QUANTILE = re.compile(r"^q(\d+(?:\.\d+)?)$")
GRID = 257  # points at which a zone's quantile function is tabulated


@dataclass(frozen=True, eq=False)
class Marginals:
    """Demand of every zone and type as a function of a standard normal number.

    Linear between the ``knots``, shape (knots,); beyond the outermost it goes on with the last
    slope, and never falls below zero.

    Parameters
    ----------
    values
        Shape (zones, types, knots): demand at the knots, rising.
    """

    knots: FloatArray
    values: FloatArray

    @classmethod
    def gamma(cls, mean: FloatArray, spread: FloatArray) -> Marginals:
        """Return gamma distributions with given mean and spread, each of shape (zones, types).

        Zones with no spread, or mean 0, stay at their mean.

        >>> one = Marginals.gamma(np.array([[2.0]]), np.array([[2.0]]))  # exponential
        >>> one.demand(np.array([[0.0]])).round(3).tolist()
        [[[1.386]]]
        """
        knots = np.linspace(-5.0, 5.0, GRID)
        certain = (spread <= 0) | (mean <= 0)
        shape = np.where(certain, 1.0, mean / np.where(certain, 1.0, spread)) ** 2
        values = gammaincinv(shape[..., None], ndtr(knots)) * (mean / shape)[..., None]
        return cls(knots, frozen(np.where(certain[..., None], mean[..., None], values)))

    @classmethod
    def quantiles(cls, levels: FloatArray, values: FloatArray) -> Marginals:
        """Return distributions with ``values``, shape (zones, types, levels), at ``levels``.

        >>> one = Marginals.quantiles(np.array([0.5]), np.array([[[3.0]]]))
        >>> one.demand(np.array([[1.0]])).tolist()
        [[[3.0]]]
        """
        return cls(frozen(ndtri(levels)), frozen(values))

    def demand(self, normal: FloatArray) -> FloatArray:
        """Return demand, shape (scenarios, zones, types), from normals (scenarios, zones)."""
        count = len(self.knots)
        if count == 1:
            return np.repeat(self.values[None, :, :, 0], len(normal), axis=0)
        right = np.clip(np.searchsorted(self.knots, normal), 1, count - 1)
        start = self.knots[right - 1]
        share = (normal - start) / (self.knots[right] - start)
        place = right + count * np.arange(normal.shape[1])
        demand = np.empty((*normal.shape, self.values.shape[1]))
        for k in range(self.values.shape[1]):
            table = self.values[:, k, :].ravel()
            low = table[place - 1]
            demand[:, :, k] = low + share * (table[place] - low)
        return np.maximum(demand, 0.0, out=demand)


@dataclass(frozen=True, eq=False)
class ZoneModel(DemandDistribution):
    """Marginals by zone, tied by a Gaussian copula over space; build it with `prepare`.

    ``F_j = sqrt(common) z_0 + sqrt(1 - common) G_j`` with ``G`` a Gaussian field. All types of a
    zone move together. ``notes`` tell of a repaired correlation matrix; other faults are refused.
    """

    marginals: Marginals
    field: GaussianField
    common: float
    leading_modes: int
    notes: tuple[str, ...] = ()

    @classmethod
    def prepare(
        cls, marginals: Marginals, spatial: Spatial, correlation: Path | None, region: Region
    ) -> ZoneModel:
        """Tie the marginals by distance, or by the matrix in the file ``correlation``.

        Raises
        ------
        InputError
            If the file cannot be read, or is no correlation matrix of the region's zones.
        """
        if correlation is None:
            field = _field(spatial, region)
            return cls(marginals, field, spatial.common, spatial.leading_modes)
        given = read_correlation(correlation, region)
        field = field_of(given.matrix, zone_points(region))
        return cls(marginals, field, 0.0, spatial.leading_modes, given.repairs)

    @property
    def leading(self) -> tuple[str, ...]:
        """The common factor and the leading modes."""
        return ("common_factor", *self._modes)

    @property
    def _modes(self) -> tuple[str, ...]:
        return tuple(f"mode {m}" for m in range(min(self.leading_modes, self.field.num_modes)))

    def sample(self, numbers: RandomNumbers) -> Sample:
        """Return demand and the common factor of every scenario in ``numbers``."""
        common = numbers.normal("common_factor")
        normal = self.field.sample(numbers, self._modes)
        normal *= np.sqrt(1.0 - self.common)
        normal += np.sqrt(self.common) * common[:, None]
        drivers = {"common_factor": common} if self.common > 0 else {}
        return Sample(self.marginals.demand(normal), drivers)


def read_marginals(path: str | Path, region: Region) -> Marginals:
    """Return the marginals in a file; see `ZoneSource` for its columns.

    Raises
    ------
    InputError
        With every fault: unknown or missing zones, crossing quantiles, negative spreads.
    """
    return marginals_from_table(read_table(path), region, str(path))


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
        return Marginals.gamma(values[..., 0], values[..., 1])
    level = np.array([share for share, _ in levels])
    if level[0] <= 0 or level[-1] >= 1:
        faults.add("quantile levels must lie between q0 and q100, both excluded", found=wanted)
        faults.raise_if_any()
    return Marginals.quantiles(level, values)


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


def read_correlation(path: str | Path, region: Region) -> Correlation:
    """Return a square table of correlations in the region's zone order, checked or repaired.

    Raises
    ------
    InputError
        If the file cannot be read, lacks zones, repeats them, or is no correlation matrix.
    """
    try:
        frame = pd.read_csv(path, index_col=0, dtype={0: str})
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error
    faults = FaultCollector(str(path))
    ids = list(region.zones.ids)
    frame.index, frame.columns = frame.index.astype(str), frame.columns.astype(str)
    for side, labels in (("row", frame.index), ("column", frame.columns)):
        missing = [zone for zone in ids if zone not in set(labels)]
        if missing:
            faults.add(f"{len(missing)} zones have no {side}", found=missing[:5])
        if repeated := repeated_ids(list(labels)):
            faults.add(f"{len(repeated)} zones have more than one {side}", found=repeated[:5])
    faults.raise_if_any()
    values = frame.loc[ids, ids].apply(pd.to_numeric, errors="coerce")
    return checked_correlation(values.to_numpy(dtype=np.float64), str(path), ids)


def _field(spatial: Spatial, region: Region) -> GaussianField:
    points = zone_points(region)
    own = spatial.nugget / (1.0 - spatial.common) if spatial.common < 1 else 1.0
    return exponential_field(points, spatial.range_share * extent(points), min(own, 1.0))
