"""Format ``scflp_json``: stochastic capacitated facility location instances in JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.core.errors import FaultCollector, collecting
from robustev.core.files import read_json
from robustev.data.arcs import Arcs
from robustev.data.reach import EVERYTHING, Reach
from robustev.data.region import Region, Zones
from robustev.data.scenarios import ScenarioSet
from robustev.readers.base import RegionReader
from robustev.readers.parts.plain import numbered, plain_sites

TYPE = "demand"
SIZES = ("n_scenarios", "n_facilities", "n_customers")
ARRAYS = {
    "capacities": ("n_facilities",),
    "fixed_costs": ("n_facilities",),
    "costs": ("n_facilities", "n_customers"),
    "demands": ("n_scenarios", "n_customers"),
}


class ScflpRegion(RegionReader):
    """A stochastic capacitated facility location instance."""

    brings_scenarios: ClassVar[bool] = True
    format: Literal["scflp_json"]
    """Selects stochastic capacitated facility location in JSON."""
    name: str | None = None
    """Name of the region; the file's name by default."""
    file: Path
    """The instance."""

    def read(self, base: Path, reach: Reach = EVERYTHING) -> Region:
        """Return the region, with all its arcs: the file is a whole table."""
        return read_scflp_json(base / self.file, name=self.name)

    def read_scenarios(self, base: Path) -> ScenarioSet:
        """Return the equiprobable scenarios of the instance."""
        return read_scflp_scenarios(base / self.file)


def read_scflp_json(path: Path, *, name: str | None = None) -> Region:
    """Return the region of an instance; its reference demand is the mean over its scenarios.

    Costs are per unit of demand; an open site has the given capacity and no chargers. The
    scenarios themselves come from :func:`read_scflp_scenarios`.

    Raises
    ------
    InputError
        With every fault found.
    """
    arrays = _read(path)
    demand = arrays["demands"].mean(axis=0)
    return Region(
        name=name or path.stem,
        zones=Zones(numbered(len(demand))),
        sites=plain_sites(arrays["capacities"][:, None], arrays["fixed_costs"]),
        kinds=(),
        types=(TYPE,),
        demand=demand[:, None],
        arcs=Arcs.of_matrix(arrays["costs"]),
        source="stochastic capacitated facility location instance",
    )


def read_scflp_scenarios(path: Path) -> ScenarioSet:
    """Return the equiprobable scenarios of an instance, in the region's zone order.

    Raises
    ------
    InputError
        With every fault found.
    """
    demands = _read(path)["demands"]
    return ScenarioSet.equiprobable(demands[:, :, None], numbered(demands.shape[1]), (TYPE,))


def _read(path: Path) -> dict[str, FloatArray]:
    with collecting(str(path)) as faults:
        data = _read_object(path, faults)
        for key in (*SIZES, *ARRAYS):
            if key not in data:
                faults.add("missing key", column=key, expected=", ".join((*SIZES, *ARRAYS)))
        for key in SIZES:
            if key in data and not _is_size(data[key]):
                faults.add("not a size", column=key, found=data[key], expected="a number >= 1")
        faults.raise_if_any()
        return {key: _array(data, key, sizes, faults) for key, sizes in ARRAYS.items()}
    raise AssertionError("unreachable")


def _read_object(path: Path, faults: FaultCollector) -> dict[str, Any]:
    data = read_json(path, faults)
    faults.raise_if_any()
    if isinstance(data, dict):
        return data
    faults.add("not a JSON object", found=type(data).__name__, expected="an object")
    return {}


def _is_size(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _array(
    data: dict[str, Any], key: str, sizes: tuple[str, ...], faults: FaultCollector
) -> FloatArray:
    """Return one array, noting a wrong shape and bad values."""
    shape = tuple(data[size] for size in sizes)
    try:
        values = np.array(data[key], dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        faults.add("not an array of numbers", column=key, expected=f"shape {shape}")
        return np.zeros((0,) * len(sizes))
    if values.shape != shape:
        faults.add("wrong shape", column=key, found=values.shape, expected=str(shape))
    for index in np.argwhere(~(np.isfinite(values) & (values >= 0))):
        place = tuple(int(i) for i in index)
        faults.add("unusable number", row=f"entry {place}", column=key,
                   found=float(values[place]), expected="a finite number >= 0")  # fmt: skip
    return values
