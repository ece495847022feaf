"""What a result folder keeps of its region, so that it can be drawn and read without the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from robustev.core.arrays import FloatArray
from robustev.data.region import Region, Sites, Zones
from robustev.readers.ground import GroundLayers


def region_document(region: Region) -> dict[str, Any]:
    """Return the content of ``region.json``."""
    return {
        "name": region.name,
        "geographic": region.geographic,
        "types": region.types,
        "kinds": [
            {
                "name": kind.name,
                "capacity": kind.capacity,
                "cost": kind.cost,
                "power_kw": kind.power_kw,
            }
            for kind in region.kinds
        ],
        "source": region.source,
    }


def ground_document(ground: GroundLayers) -> dict[str, Any]:
    """Return the content of ``ground.json``, with as many digits as a map shows."""
    return {
        "outlines": {zone: _rounded(rings) for zone, rings in ground.outlines.items()},
        "layers": [
            {"kind": one.kind, "filled": one.filled, "lines": _rounded(one.lines)}
            for one in ground.layers
        ],
    }


def _rounded(lines: Sequence[FloatArray]) -> list[Any]:
    """Return points with digits down to about a metre, in degrees or in metres."""
    return [np.round(line, 5 if np.abs(line).max() < 1000 else 1).tolist() for line in lines]


def zones_frame(region: Region) -> pd.DataFrame:
    """Return one row per zone: id, name, x, y, population, demand and group columns.

    Columns that the region does not have are absent. Demand is the reference demand: one column
    ``demand_<type>`` for every type; groups are ``group_<attribute>``.
    """
    columns = _places(region.zones)
    if region.zones.population is not None:
        columns["population"] = region.zones.population
    columns |= {f"demand_{k}": region.demand[:, n] for n, k in enumerate(region.types)}
    return pd.DataFrame(columns | _groups(region.zones))


def sites_frame(region: Region) -> pd.DataFrame:
    """Return one row per site: id, name, x, y, slots, what stands there, costs and groups.

    Existing chargers are ``existing_<kind>``, capacity before any charger ``capacity_<type>``.
    """
    sites = region.sites
    columns = _places(sites)
    columns |= {"slots": sites.slots, "existing_open": sites.existing_open}
    columns |= {f"existing_{r.name}": sites.existing[:, n] for n, r in enumerate(region.kinds)}
    columns["opening_cost"] = sites.opening_cost
    columns |= {f"capacity_{k}": sites.fixed_capacity[:, n] for n, k in enumerate(region.types)}
    return pd.DataFrame(columns | _groups(sites))


def history_frame(region: Region) -> pd.DataFrame | None:
    """Return the past demand as a long table, or None where there is none."""
    if region.history is None or not region.history.years:
        return None
    years, zones, types = region.history.demand.shape
    year, zone, kind = (axis.ravel() for axis in np.indices((years, zones, types)))
    return pd.DataFrame(
        {
            "year": np.asarray(region.history.years)[year],
            "zone": pd.Categorical.from_codes(zone, categories=pd.Index(region.zones.ids)),
            "type": pd.Categorical.from_codes(kind, categories=pd.Index(region.types)),
            "demand": region.history.demand.ravel(),
        }
    )


def _places(owner: Zones | Sites) -> dict[str, Any]:
    columns: dict[str, Any] = {"id": list(owner.ids)}
    if owner.names is not None:
        columns["name"] = list(owner.names)
    if owner.x is not None and owner.y is not None:
        columns |= {"x": owner.x, "y": owner.y}
    return columns


def _groups(owner: Zones | Sites) -> dict[str, Any]:
    return {f"group_{name}": list(labels) for name, labels in owner.groups.items()}
