"""What a proof of a lower bound needs, and nothing of how it was found: dual prices and points.

Every vector of site prices bounds second-stage cost whatever it is, so a reader who trusts none of
these numbers can still derive a bound from them (:mod:`robustev.verify.certificate` does); wrong
ones only make it weaker. They are therefore kept in single precision.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from robustev.core.arrays import BoolArray, FloatArray
from robustev.core.errors import Fault, FaultCollector, InputError

DAMAGE = (OSError, ValueError, LookupError, TypeError, EOFError, MemoryError, ArithmeticError,
          NotImplementedError, zipfile.BadZipFile, zlib.error)  # fmt: skip
"""What numpy raises on a file that is not what it should be."""


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
        with path.open("wb") as file:  # given a name, numpy adds an ending of its own
            np.savez_compressed(file, **small)  # type: ignore[arg-type]

    @classmethod
    def load(cls, path: Path) -> Certificate:
        """Read what :meth:`save` wrote.

        Raises
        ------
        InputError
            If the file is damaged, or an array has another shape or type; names it.
        """
        stored = _arrays(path)
        faults = FaultCollector(str(path))
        points = _array(stored, "points", 2, faults)
        own = None
        if "own_optimum" in stored:  # infinite where a scenario has no plan
            own = _array(stored, "own_optimum", 1, faults, finite=False)
        services = _pools(stored, "services", faults)
        shortages = _pools(stored, "shortages", faults)
        faults.raise_if_any()
        return cls(points, services, shortages, own)


def _single(array: NDArray[np.generic]) -> NDArray[np.generic]:
    return array.astype(np.float32) if array.dtype == np.float64 else array


def _arrays(path: Path) -> dict[str, NDArray[np.generic]]:
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except DAMAGE as error:
        fault = Fault(f"cannot be read: {error}", str(path), expected="an .npz file of arrays")
        raise InputError([fault]) from None


def _array(
    stored: Mapping[str, NDArray[np.generic]],
    name: str,
    dimensions: int,
    faults: FaultCollector,
    *,
    finite: bool = True,
) -> FloatArray:
    """Return a numeric array; a fault is noted where it is none, or not finite where it must be."""
    found = stored.get(name)
    if found is None:
        faults.add("missing array", column=name)
        return np.zeros((0,) * dimensions)
    if found.ndim != dimensions or found.dtype.kind not in "fiub":
        faults.add(
            "not the array it should be", column=name, found=f"{found.dtype} {found.shape}",
            expected=f"numbers in {dimensions} dimensions",
        )  # fmt: skip
        return np.zeros((0,) * dimensions)
    numbers = found.astype(float)
    if finite and not np.isfinite(numbers).all():
        faults.add("infinite or missing numbers", column=name)
    return numbers


def _pools(
    stored: Mapping[str, NDArray[np.generic]], label: str, faults: FaultCollector
) -> tuple[PricePool, ...]:
    count = sum(name.startswith(f"{label}_") and name.endswith("_site") for name in stored)
    pools = []
    for g in range(count):
        part = f"{label}_{g}_"
        pools.append(
            PricePool(
                site=_array(stored, f"{part}site", 3, faults),
                cover_zones=_array(stored, f"{part}cover_zones", 2, faults).astype(bool),
                cover_sites=_array(stored, f"{part}cover_sites", 2, faults).astype(np.int8),
                surcharge=_array(stored, f"{part}surcharge", 2, faults),
            )
        )
    return tuple(pools)
