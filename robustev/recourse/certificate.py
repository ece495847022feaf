"""What a proof of a lower bound needs, and nothing of how it was found: dual prices and points.

Every vector of site prices bounds second-stage cost whatever it is, so a reader who trusts none of
these numbers can still derive a bound from them (:mod:`robustev.verify.certificate` does); wrong
ones only make it weaker. They are therefore kept in single precision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from robustev.core.arrays import BoolArray, FloatArray


@dataclass(frozen=True, eq=False)
class PricePool:
    """The dual prices of one service: a demand type, or all types where they share one split.

    Parameters
    ----------
    site
        Shape (prices, sites, types of the service): ``u >= 0``.
    cover_zones, cover_sites
        Shapes (covers, zones) and (covers, sites): flow covers, each a set of zones, and the sites
        that are in it (1), lifted into it (2), or neither (0).
    surcharge
        Shape (entries, 3): number of a price, number of a cover, and the cover's multiplier.
    """

    site: FloatArray
    cover_zones: BoolArray
    cover_sites: NDArray[np.int8]
    surcharge: FloatArray

    @classmethod
    def plain(cls, site: FloatArray, num_zones: int) -> PricePool:
        """Return a pool without covers."""
        return cls(
            site,
            np.zeros((0, num_zones), dtype=bool),
            np.zeros((0, site.shape[1]), dtype=np.int8),
            np.zeros((0, 3)),
        )


@dataclass(frozen=True, eq=False)
class Certificate:
    """The prices that a solve's lower bound rests on, and where its cuts were sought.

    Parameters
    ----------
    points
        Shape (points, columns): first-stage vectors ``z`` (openings, then chargers by site) along
        the linear relaxation, the last one nearest to its optimum.
    services
        The prices of each service, demand types in the region's order.
    shortages
        The same for cuts against shortages, for each service whose demand must be served.
    own_optimum
        Shape (scenarios,): a cost not below each scenario's own optimum, that regret is measured
        from; None for any other objective.
    """

    points: FloatArray
    services: tuple[PricePool, ...]
    shortages: tuple[PricePool, ...] = ()
    own_optimum: FloatArray | None = None

    def save(self, path: Path) -> None:
        """Write the certificate as ``.npz``: points, services_0_site, ..., shortages_0_site, ..."""
        arrays = {"points": self.points}
        for label in ("services", "shortages"):
            for g, pool in enumerate(getattr(self, label)):
                for part in fields(pool):
                    arrays[f"{label}_{g}_{part.name}"] = getattr(pool, part.name)
        small = {name: _single(array) for name, array in arrays.items()}
        if self.own_optimum is not None:
            small["own_optimum"] = self.own_optimum
        np.savez_compressed(path, **small)  # type: ignore[arg-type]

    @classmethod
    def load(cls, path: Path) -> Certificate | None:
        """Read what :meth:`save` wrote; None where there is no such file."""
        if not path.is_file():
            return None
        with np.load(path) as file:
            stored = {name: file[name] for name in file.files}
        return cls(
            points=stored["points"].astype(float),
            services=_pools(stored, "services"),
            shortages=_pools(stored, "shortages"),
            own_optimum=stored.get("own_optimum"),
        )


def certificate_file(folder: Path, plan: str) -> Path:
    """Return where a result folder keeps the certificate of a plan."""
    return folder / "certificate" / f"{plan}.npz"


def _single(array: NDArray[np.generic]) -> NDArray[np.generic]:
    return array.astype(np.float32) if array.dtype == np.float64 else array


def _pools(stored: Mapping[str, NDArray[np.generic]], label: str) -> tuple[PricePool, ...]:
    count = sum(name.startswith(f"{label}_") and name.endswith("_site") for name in stored)
    return tuple(
        PricePool(
            site=stored[f"{label}_{g}_site"].astype(float),
            cover_zones=stored[f"{label}_{g}_cover_zones"].astype(bool),
            cover_sites=stored[f"{label}_{g}_cover_sites"].astype(np.int8),
            surcharge=stored[f"{label}_{g}_surcharge"].astype(float),
        )
        for g in range(count)
    )
