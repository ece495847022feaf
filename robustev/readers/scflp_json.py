"""Format ``scflp_json``: stochastic capacitated facility location instances in JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.core.errors import FaultCollector, collecting
from robustev.data.arcs import Arcs
from robustev.data.reach import EVERYTHING, Reach
from robustev.data.region import Region, Zones
from robustev.data.scenarios import ScenarioSet
from robustev.readers.base import RegionReader
from robustev.readers.parts.plain import numbered, plain_sites
from robustev.readers.parts.text import read_text

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
        text = read_text(path, faults)
        faults.raise_if_any()
        data = _parse(text or "", faults)
        for key in (*SIZES, *ARRAYS):
            if key not in data:
                faults.add("missing key", column=key, expected=", ".join((*SIZES, *ARRAYS)))
        for key in SIZES:
            if key in data and not (isinstance(data[key], int) and data[key] >= 1):
                faults.add("not a size", column=key, found=data[key], expected="a number >= 1")
        faults.raise_if_any()
        return {key: _array(data, key, sizes, faults) for key, sizes in ARRAYS.items()}
    raise AssertionError("unreachable")


def _parse(text: str, faults: FaultCollector) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        faults.add(f"not JSON: {error.msg}", row=error.lineno)
        return {}
    if not isinstance(data, dict):
        faults.add("not a JSON object", found=type(data).__name__, expected="an object")
        return {}
    return data


def _array(
    data: dict[str, Any], key: str, sizes: tuple[str, ...], faults: FaultCollector
) -> FloatArray:
    """Return one array, noting a wrong shape and bad values."""
    shape = tuple(data[size] for size in sizes)
    try:
        values = np.array(data[key], dtype=np.float64)
    except (TypeError, ValueError):
        faults.add("not an array of numbers", column=key, expected=f"shape {shape}")
        return np.zeros((0,) * len(sizes))
    if values.shape != shape:
        faults.add("wrong shape", column=key, found=values.shape, expected=str(shape))
    for index in np.argwhere(~(np.isfinite(values) & (values >= 0))):
        place = tuple(int(i) for i in index)
        faults.add("unusable number", row=f"entry {place}", column=key,
                   found=float(values[place]), expected="a finite number >= 0")  # fmt: skip
    return values
