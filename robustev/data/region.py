"""The region: demand zones, candidate sites, charger kinds, demand types and travel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from robustev.core.arrays import BoolArray, FloatArray, IntArray, frozen
from robustev.core.errors import FaultCollector, repeated_ids
from robustev.core.summary import Fact, Summarised
from robustev.data.arcs import Arcs
from robustev.data.population import PopulationHistory
from robustev.data.reach import EVERYTHING, Reach


@dataclass(frozen=True)
class ChargerKind:
    """A kind of charger, such as slow or fast.

    Parameters
    ----------
    name
        Unique name.
    capacity
        Demand units of each type that one charger serves, by type name (``cap_rk``).
    cost
        Cost of one charger, in the experiment's money unit.
    power_kw
        Rated power of one charger in kW; None when grid limits are of no interest.
    """

    name: str
    capacity: Mapping[str, float]
    cost: float = 0.0
    power_kw: float | None = None


@dataclass(frozen=True, eq=False)
class Zones:
    """Demand zones, in a fixed order.

    ``x`` and ``y`` have shape (zones,): planar coordinates, or longitude and latitude in degrees
    when the region is geographic. ``population`` has shape (zones,), in people.
    ``groups`` maps an attribute (district, income class, ...) to one label per zone. ``names`` are
    what people call the zones, None where the ids do.
    """

    ids: tuple[str, ...]
    x: FloatArray | None = None
    y: FloatArray | None = None
    population: FloatArray | None = None
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    names: tuple[str, ...] | None = None

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, eq=False)
class Sites:
    """Candidate sites, in a fixed order.

    Parameters
    ----------
    slots
        Shape (sites,): most chargers that fit (``P_i``).
    existing
        Shape (sites, kinds): chargers that already stand (``e_ir``).
    existing_open
        Shape (sites,): True where a station already stands.
    opening_cost
        Shape (sites,): cost of a station there, whatever its chargers.
    fixed_capacity
        Shape (sites, types): capacity of an open station before any charger (``c_ik``);
        infinite for an uncapacitated site.
    names
        What people call the sites; None where the ids do.
    """

    ids: tuple[str, ...]
    slots: IntArray
    existing: IntArray
    existing_open: BoolArray
    opening_cost: FloatArray
    fixed_capacity: FloatArray
    x: FloatArray | None = None
    y: FloatArray | None = None
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    names: tuple[str, ...] | None = None

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, eq=False)
class History:
    """Observed demand, shape (years, zones, types), in the region's zone and type order."""

    years: tuple[int, ...]
    demand: FloatArray


@dataclass(frozen=True, eq=False, repr=False)
class Region(Summarised):
    """Everything about a place that does not depend on the scenario. Immutable, and checked once.

    Parameters
    ----------
    demand
        Shape (zones, types): the reference (forecast) demand, in demand units per period.
    arcs
        Which zone can use which site, at which travel cost ``t_ij`` of one demand unit. A zone
        without any arc can only be left unserved.
    reach
        How far :attr:`arcs` go: they are all arcs within it. A model must not look further.
    geographic
        True when coordinates are longitude and latitude (WGS 84).
    history
        Observed demand of past years, where there is any.
    past_population
        Who lived there in past years, apart from demand, where it is known.
    source
        Where the data come from, with their licence; shown in reports.

    Raises
    ------
    InputError
        With every inconsistency found.
    """

    name: str
    zones: Zones
    sites: Sites
    kinds: tuple[ChargerKind, ...]
    types: tuple[str, ...]
    demand: FloatArray
    arcs: Arcs
    geographic: bool = False
    history: History | None = None
    source: str = ""
    reach: Reach = EVERYTHING
    past_population: PopulationHistory | None = None

    def __post_init__(self) -> None:
        faults = FaultCollector(self.name)
        _check_shapes(self, faults)
        faults.raise_if_any()
        _check_values(self, faults)
        faults.raise_if_any()
        for owner, names in (
            (self, ("demand",)),
            (self.zones, ("x", "y", "population")),
            (self.sites, ("x", "y", "opening_cost", "fixed_capacity")),
        ):
            for attribute in names:
                value = getattr(owner, attribute)
                if value is not None:
                    object.__setattr__(owner, attribute, frozen(value))
        object.__setattr__(self.sites, "slots", frozen(self.sites.slots, np.int64))
        object.__setattr__(self.sites, "existing", frozen(self.sites.existing, np.int64))
        object.__setattr__(self.sites, "existing_open", frozen(self.sites.existing_open, np.bool_))
        if self.history is not None:
            object.__setattr__(self.history, "demand", frozen(self.history.demand))

    def summary(self) -> tuple[str, Mapping[str, Fact]]:
        """Return the name and the sizes."""
        return self.name, {
            "zones": self.num_zones,
            "sites": self.num_sites,
            "charger_kinds": len(self.kinds),
            "demand_types": len(self.types),
            "arcs": len(self.arcs),
            "demand": float(self.demand.sum()),
            "existing_stations": int(self.sites.existing_open.sum()) or None,
            "history": None if self.history is None else len(self.history.years),
        }

    @classmethod
    def from_arrays(
        cls,
        demand: ArrayLike,
        travel: ArrayLike | Arcs,
        *,
        kinds: Sequence[ChargerKind] = (),
        slots: ArrayLike | None = None,
        capacity: ArrayLike | None = None,
        opening_cost: ArrayLike = 0.0,
        types: Sequence[str] = ("ev",),
        name: str = "region",
        **others: Any,
    ) -> Region:
        """Return a region of arrays, its zones and sites numbered from 1.

        Parameters
        ----------
        demand
            Shape (zones,) or (zones, types).
        travel
            Shape (sites, zones), infinite where a zone cannot use a site; or :class:`Arcs`.
        slots, opening_cost
            Shape (sites,), or one number for all sites; slots are needed where there are kinds.
        capacity
            Shape (sites,) or (sites, types), or one number: capacity of an open site before any
            charger; by default none, or unlimited where there are no kinds.
        others
            Further fields of the region, such as ``geographic`` or ``source``.

        Raises
        ------
        InputError
            With everything that is no array of numbers, or of the wrong shape.

        >>> Region.from_arrays([5.0, 7.0], [[1.0, 2.0]]).arcs.cost.tolist()
        [1.0, 2.0]
        """
        given = {"demand": demand, "opening cost": opening_cost}
        given |= {"slots": slots} if slots is not None else {}
        given |= {"capacity": capacity} if capacity is not None else {}
        given |= {"travel": travel} if not isinstance(travel, Arcs) else {}
        arrays = _numbers(given, FaultCollector(name))
        amount = arrays["demand"].reshape(len(arrays["demand"]), -1)
        arcs = travel if isinstance(travel, Arcs) else Arcs.of_matrix(arrays["travel"])
        count, size = arcs.num_sites, (arcs.num_sites, amount.shape[1])
        own = arrays.get("capacity", np.array(0.0 if kinds else np.inf))
        sites = Sites(
            ids=tuple(str(i) for i in range(1, count + 1)),
            slots=_spread(arrays.get("slots", np.zeros(())), (count,)).astype(np.int64),
            existing=np.zeros((count, len(kinds)), dtype=np.int64),
            existing_open=np.zeros(count, dtype=np.bool_),
            opening_cost=_spread(arrays["opening cost"], (count,)),
            fixed_capacity=_spread(own[:, None] if own.ndim == 1 else own, size),
        )
        zones = Zones(tuple(str(j) for j in range(1, len(amount) + 1)))
        return cls(name, zones, sites, tuple(kinds), tuple(types), amount, arcs, **others)

    @property
    def num_zones(self) -> int:
        """Number of demand zones."""
        return len(self.zones)

    @property
    def num_sites(self) -> int:
        """Number of candidate sites."""
        return len(self.sites)

    @cached_property
    def charger_capacity(self) -> FloatArray:
        """Capacity of one charger, shape (kinds, types), in demand units (``cap_rk``)."""
        table = [[kind.capacity.get(k, 0.0) for k in self.types] for kind in self.kinds]
        return frozen(np.reshape(table, (len(self.kinds), len(self.types))))

    @cached_property
    def charger_cost(self) -> FloatArray:
        """Cost of one charger of each kind, shape (kinds,), in money."""
        return frozen([kind.cost for kind in self.kinds])

    def with_demand(self, demand: FloatArray) -> Region:
        """Return the same region with another reference demand, shape (zones, types)."""
        return replace(self, demand=demand)


def _numbers(given: Mapping[str, ArrayLike], faults: FaultCollector) -> dict[str, FloatArray]:
    """Return arrays of numbers; whatever is none is a fault that says what was given."""
    arrays = {}
    for label, values in given.items():
        try:
            arrays[label] = np.asarray(values, dtype=np.float64)
        except (TypeError, ValueError):
            faults.add(f"{label} is no array of numbers", found=type(values).__name__,
                       expected="an array, or what numpy makes one of")  # fmt: skip
            continue
        if label == "travel" and arrays[label].ndim != 2:
            faults.add("travel has the wrong shape", found=arrays[label].shape,
                       expected="(sites, zones)")  # fmt: skip
        elif label == "demand" and arrays[label].ndim not in (1, 2):
            faults.add("demand has the wrong shape", found=arrays[label].shape,
                       expected="(zones,) or (zones, types)")  # fmt: skip
        elif np.isnan(arrays[label]).any():
            faults.add(f"{label} holds missing values", expected="numbers")
        elif label == "slots" and (np.mod(arrays[label], 1.0) != 0.0).any():
            faults.add("slots holds numbers that are not whole", expected="whole numbers")
    faults.raise_if_any()
    return arrays


def _spread(values: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """Return values spread to a shape; others stay as they are, for the region to refuse."""
    try:
        return np.broadcast_to(values, shape)
    except ValueError:
        return values


def _check_shapes(region: Region, faults: FaultCollector) -> None:
    zones, sites, kinds, types = (
        len(region.zones),
        len(region.sites),
        len(region.kinds),
        len(region.types),
    )
    if not zones:
        faults.add("the region has no zones")
    if not sites:
        faults.add("the region has no sites")
    if not types:
        faults.add("the region has no demand types")
    expected: list[tuple[str, Any, tuple[int, ...]]] = [
        ("demand", region.demand, (zones, types)),
        ("slots", region.sites.slots, (sites,)),
        ("existing chargers", region.sites.existing, (sites, kinds)),
        ("existing stations", region.sites.existing_open, (sites,)),
        ("opening cost", region.sites.opening_cost, (sites,)),
        ("fixed capacity", region.sites.fixed_capacity, (sites, types)),
    ]
    for label, owner in (("zone", region.zones), ("site", region.sites)):
        expected += [
            (f"{label} coordinate {axis}", getattr(owner, axis), (len(owner),))
            for axis in ("x", "y")
            if getattr(owner, axis) is not None
        ]
    if region.zones.population is not None:
        expected.append(("population", region.zones.population, (zones,)))
    if region.history is not None:
        years = len(region.history.years)
        expected.append(("history", region.history.demand, (years, zones, types)))
    if region.past_population is not None:
        people = region.past_population.people
        expected.append(("past population", people, (len(people), zones, people.shape[2])))
    found = (region.arcs.num_sites, region.arcs.num_zones)
    if found != (sites, zones):
        faults.add("travel has the wrong shape", found=found, expected=f"{(sites, zones)}")
    for label, array, shape in expected:
        if np.shape(array) != shape:
            faults.add(f"{label} has the wrong shape", found=np.shape(array), expected=str(shape))


def _check_values(region: Region, faults: FaultCollector) -> None:
    for label, ids in (("zone", region.zones.ids), ("site", region.sites.ids)):
        for repeated in repeated_ids(ids):
            faults.add(f"repeated {label} id", found=repeated, expected="each id once")
    for name in repeated_ids([kind.name for kind in region.kinds]):
        faults.add("repeated charger kind", found=name)
    for j, k in np.argwhere(~(np.isfinite(region.demand) & (np.asarray(region.demand) >= 0))):
        faults.add(
            f"zone {region.zones.ids[j]!r}: demand of type {region.types[k]!r}",
            found=float(region.demand[j, k]),
            expected="a finite number >= 0",
        )
    if (region.arcs.cost < 0).any():
        faults.add("travel holds negative values", expected="numbers >= 0")
    crowded = np.asarray(region.sites.existing).sum(axis=1) > np.asarray(region.sites.slots)
    for i in np.flatnonzero(crowded):
        faults.add(
            f"site {region.sites.ids[i]!r} has more existing chargers than slots",
            found=int(np.asarray(region.sites.existing)[i].sum()),
            expected=f"at most {int(region.sites.slots[i])}",
        )
    for label, array in (
        ("slots", region.sites.slots),
        ("existing chargers", region.sites.existing),
        ("fixed capacity", region.sites.fixed_capacity),
    ):
        if np.isnan(array).any() or (np.asarray(array) < 0).any():
            faults.add(f"{label} holds negative or missing values", expected="numbers >= 0")
    if not np.isfinite(region.sites.opening_cost).all():
        faults.add("opening cost holds missing or infinite values")
    if region.geographic:
        _check_degrees(region, faults)


def _check_degrees(region: Region, faults: FaultCollector) -> None:
    for label, owner in (("zone", region.zones), ("site", region.sites)):
        for axis, values, limit in (("longitude", owner.x, 180.0), ("latitude", owner.y, 90.0)):
            if values is None:
                continue
            for index in np.flatnonzero(~(np.abs(values) <= limit)):
                faults.add(
                    f"{label} {owner.ids[index]!r}: {axis} out of range",
                    found=float(values[index]),
                    expected=f"degrees between {-limit:g} and {limit:g}",
                )
