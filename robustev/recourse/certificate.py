"""What a proof of a lower bound needs, and nothing of how it was found: dual points and points.

Every dual point bounds second-stage cost whatever it is, so a reader who trusts none of these
numbers can still derive a bound from them (:mod:`robustev.verify.certificate` does); wrong ones
only make it weaker. They are therefore kept in single precision.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from robustev.core.arrays import FloatArray
from robustev.core.errors import Fault, FaultCollector, InputError
from robustev.recourse.dual import DualPoint

DAMAGE = (OSError, ValueError, LookupError, TypeError, EOFError, MemoryError, ArithmeticError,
          NotImplementedError, zipfile.BadZipFile, zlib.error)  # fmt: skip
"""What numpy raises on a file that is not what it should be."""
DIMENSIONS = {"site": 3, "toll": 1, "cover_zones": 2, "cover_sites": 2, "surcharge": 2}
"""Numbers of dimensions of the arrays that are known by name."""


@dataclass(frozen=True, eq=False)
class StoredDuals:
    """The dual points of one kernel.

    Parameters
    ----------
    kernel
        The kernel's key, which says what the arrays are and how they are checked.
    arrays
        Named arrays. Kernels of transportation problems have ``site``, shape (points, sites, types
        of the kernel): prices of capacity ``u >= 0``. A single type may have flow covers:
        ``cover_zones`` and ``cover_sites``, shapes (covers, zones) and (covers, sites), each a set
        of zones, and the sites that are in it (1), lifted into it (2), or neither (0); and
        ``surcharge``, shape (entries, 3): number of a point, number of a cover, and the cover's
        multiplier. Where ``toll``, shape (arcs,), stands beside them, there is one point for each
        scenario, and each arc costs its toll more; see :mod:`robustev.recourse.arc_passes`.
    """

    kernel: str
    arrays: Mapping[str, NDArray[Any]]

    @classmethod
    def plain(cls, kernel: str, site: FloatArray, num_zones: int) -> StoredDuals:
        """Return prices of capacity without flow covers."""
        arrays: dict[str, NDArray[Any]] = {
            "site": site,
            "cover_zones": np.zeros((0, num_zones), dtype=bool),
            "cover_sites": np.zeros((0, site.shape[1]), dtype=np.int8),
            "surcharge": np.zeros((0, 3)),
        }
        return cls(kernel, arrays)

    def repriced(self, factor: float) -> StoredDuals:
        """Return the same prices in another unit, ``factor`` of which make one of this."""
        surcharge = self.arrays["surcharge"] * np.array([1.0, 1.0, factor])
        priced = {
            name: self.arrays[name] * factor for name in ("site", "toll") if name in self.arrays
        }
        return StoredDuals(self.kernel, {**self.arrays, **priced, "surcharge": surcharge})

    @classmethod
    def of_points(
        cls, kernel: str, points: Sequence[DualPoint], shape: tuple[int, int]
    ) -> StoredDuals:
        """Return dual points of a single type, on a network of so many sites and zones."""
        sites, zones = shape
        number: dict[bytes, int] = {}
        cover_zones, cover_sites, rows = [], [], []
        for p, dual in enumerate(points):
            if dual.covers is None or dual.multiplier is None:
                continue
            for c, key in enumerate(dual.covers.keys()):
                if key not in number:
                    number[key] = len(number)
                    cover_zones.append(dual.covers.zones[c])
                    cover_sites.append(dual.covers.inside[c] + np.int8(2) * dual.covers.lifted[c])
                rows.append((p, number[key], dual.multiplier[c]))
        site = np.array([dual.site for dual in points]).reshape(-1, sites, 1)
        arrays = dict(cls.plain(kernel, site, zones).arrays)
        if rows:
            arrays["cover_zones"] = np.array(cover_zones)
            arrays["cover_sites"] = np.array(cover_sites)
            arrays["surcharge"] = np.array(rows)
        return cls(kernel, arrays)


@dataclass(frozen=True, eq=False)
class Certificate:
    """The dual points that a solve's lower bound rests on, and where its cuts were sought.

    Parameters
    ----------
    points
        Shape (points, columns): first-stage vectors ``z`` (openings, then chargers by site) along
        the linear relaxation, the last one nearest to its optimum.
    costs
        The dual points of each kernel, demand types in the region's order.
    shortages
        The same for cuts against shortages, for each kernel of demand that must be served.
    own_optimum
        Shape (scenarios,): a cost not below each scenario's own optimum, that regret is measured
        from; None for any other objective.
    """

    points: FloatArray
    costs: tuple[StoredDuals, ...]
    shortages: tuple[StoredDuals, ...] = ()
    own_optimum: FloatArray | None = None

    def save(self, path: Path) -> None:
        """Write the certificate as ``.npz``: points, costs_kernel, costs_0_site, ..."""
        arrays: dict[str, NDArray[Any]] = {"points": _single(self.points)}
        for label in ("costs", "shortages"):
            duals: tuple[StoredDuals, ...] = getattr(self, label)
            arrays[f"{label}_kernel"] = np.array([part.kernel for part in duals], dtype=np.str_)
            for g, part in enumerate(duals):
                arrays |= {f"{label}_{g}_{name}": _single(a) for name, a in part.arrays.items()}
        if self.own_optimum is not None:
            arrays["own_optimum"] = self.own_optimum
        with path.open("wb") as file:  # given a name, numpy adds an ending of its own
            np.savez_compressed(file, **arrays)  # type: ignore[arg-type]

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
        costs = _duals(stored, "costs", faults)
        shortages = _duals(stored, "shortages", faults)
        faults.raise_if_any()
        return cls(points, costs, shortages, own)


def _single(array: NDArray[Any]) -> NDArray[Any]:
    return array.astype(np.float32) if array.dtype == np.float64 else array


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except DAMAGE as error:
        fault = Fault(f"cannot be read: {error}", str(path), expected="an .npz file of arrays")
        raise InputError([fault]) from None


def _array(
    stored: Mapping[str, NDArray[Any]],
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


def _duals(
    stored: Mapping[str, NDArray[Any]], label: str, faults: FaultCollector
) -> tuple[StoredDuals, ...]:
    kernels = stored.get(f"{label}_kernel")
    if kernels is None or kernels.ndim != 1 or kernels.dtype.kind != "U":
        faults.add("not the names of kernels", column=f"{label}_kernel")
        return ()
    found = []
    for g, kernel in enumerate(kernels):
        head = f"{label}_{g}_"
        names = [name for name in stored if name.startswith(head)]
        arrays = {name.removeprefix(head): _whole_or_real(stored, name, faults) for name in names}
        found.append(StoredDuals(str(kernel), arrays))
    return tuple(found)


def _whole_or_real(
    stored: Mapping[str, NDArray[Any]], name: str, faults: FaultCollector
) -> NDArray[Any]:
    """Return an array of a kernel as it is kept, single precision made double."""
    dimensions = DIMENSIONS.get(name.split("_", 2)[-1], stored[name].ndim)
    numbers = _array(stored, name, dimensions, faults)
    return numbers if stored[name].dtype.kind == "f" else stored[name]
