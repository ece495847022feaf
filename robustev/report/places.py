"""Where zones and sites are drawn: in kilometres, in their own coordinates, or on a plain grid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from robustev.core.arrays import FloatArray
from robustev.results.folder import StoredRegion

KM_PER_DEGREE = 111.195  # on the mean sphere of 6371.0 km


@dataclass(frozen=True, eq=False)
class Places:
    """Positions to draw at, in one plane with equal scales on both axes.

    Parameters
    ----------
    zones, sites
        Columns x and y, by id.
    unit
        Unit of the plane: ``km``, or empty.
    real
        False where the region has no coordinates and the plain grid stands in.
    zone_names, site_names
        What people call them, by id; a missing one goes by its id.
    """

    zones: pd.DataFrame
    sites: pd.DataFrame
    unit: str
    real: bool
    zone_names: Mapping[str, str] = field(default_factory=dict)
    site_names: Mapping[str, str] = field(default_factory=dict)
    middle: tuple[float, float] | None = None
    """Longitude and latitude that the plane is drawn around; None without a projection."""

    def on_plane(self, points: FloatArray) -> FloatArray:
        """Return the region's own coordinates, shape (points, 2), in the plane."""
        if self.middle is None:
            return points
        stretch = np.cos(np.radians(self.middle[1]))
        return np.asarray((points - self.middle) * (stretch * KM_PER_DEGREE, KM_PER_DEGREE))

    def box(self, around: float) -> tuple[float, float, float, float]:
        """Return west, south, east, north in degrees, this share of the extent around all."""
        x, y = self.middle or (0.0, 0.0)
        points = self.all
        reach = around * max(np.ptp(points["x"]), np.ptp(points["y"]), 1.0)
        stretch = np.cos(np.radians(y)) * KM_PER_DEGREE
        return (
            x + (float(points["x"].min()) - reach) / stretch,
            y + (float(points["y"].min()) - reach) / KM_PER_DEGREE,
            x + (float(points["x"].max()) + reach) / stretch,
            y + (float(points["y"].max()) + reach) / KM_PER_DEGREE,
        )

    def zone(self, zone: str) -> str:
        """Return what people call a zone."""
        return self.zone_names.get(zone, zone)

    def site(self, site: str) -> str:
        """Return what people call a site."""
        return self.site_names.get(site, site)

    @property
    def all(self) -> pd.DataFrame:
        """Every point there is."""
        return pd.concat([self.zones, self.sites])

    @property
    def aspect(self) -> float:
        """Height over width of the box around all points, between 0.4 and 1.6."""
        width, height = np.ptp(self.all["x"]), np.ptp(self.all["y"])
        return float(np.clip(height / width if width else 1.0, 0.4, 1.6))


def places(region: StoredRegion) -> Places:
    """Return where to draw the region's zones and sites.

    Longitudes and latitudes are projected around the region's middle (equirectangular, true to
    scale along the middle latitude): good to about 1 % over some 300 km.
    """
    return replace(_positions(region), zone_names=region.zone_names, site_names=region.site_names)


def _positions(region: StoredRegion) -> Places:
    zones, sites = _own(region.zones), _own(region.sites)
    if zones is None or sites is None:
        return _grid(region)
    if not region.geographic:
        return Places(zones, sites, "", True)
    middle = pd.concat([zones, sites]).mean()
    return Places(
        _projected(zones, middle), _projected(sites, middle), "km", True,
        middle=(float(middle["x"]), float(middle["y"])),
    )  # fmt: skip


def _own(table: pd.DataFrame) -> pd.DataFrame | None:
    if "x" not in table or "y" not in table:
        return None
    points = table.set_index("id")[["x", "y"]].astype(np.float64)
    return points if np.isfinite(points.to_numpy()).all() else None


def _projected(points: pd.DataFrame, middle: pd.Series[float]) -> pd.DataFrame:
    stretch = np.cos(np.radians(middle["y"]))
    return pd.DataFrame(
        {
            "x": (points["x"] - middle["x"]) * stretch * KM_PER_DEGREE,
            "y": (points["y"] - middle["y"]) * KM_PER_DEGREE,
        }
    )


def _grid(region: StoredRegion) -> Places:
    """Place zones on a grid in the order of the data, sites on the zone of their id or beside."""
    zones = _square(region.zones["id"], 0.0)
    beside = _square(region.sites["id"], float(zones["x"].max()) + 3.0)
    known = beside.index.isin(zones.index)
    if known.all():
        return Places(zones, zones.loc[beside.index], "", False)
    return Places(zones, beside, "", False)


def _square(ids: pd.Series[str], left: float) -> pd.DataFrame:
    side = max(1, int(np.ceil(np.sqrt(len(ids)))))
    number = np.arange(len(ids))
    return pd.DataFrame({"x": left + number % side, "y": -(number // side) * 1.0}, index=list(ids))


def lattice(points: pd.DataFrame) -> tuple[FloatArray, FloatArray] | None:
    """Return the lines of the regular grid that the points fill at least by half, or None."""
    axes = [np.unique(points[axis].to_numpy()) for axis in ("x", "y")]
    if min(len(axis) for axis in axes) < 4 or len(points) < 0.5 * len(axes[0]) * len(axes[1]):
        return None
    for axis in axes:
        steps = np.diff(axis)
        if np.ptp(steps) > 1e-6 * steps.max():
            return None
    return axes[0], axes[1]
