"""Scenario sets: demand in every zone, type by type, under many futures, with probabilities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from robustev.core.arrays import FloatArray, IntArray, frozen
from robustev.core.errors import FaultCollector
from robustev.core.summary import Fact, Summarised

PROBABILITY_TOLERANCE = 1e-9
BLOCK_VALUES = 1 << 24  # numbers held in double precision at a time: 128 MB


@dataclass(frozen=True, eq=False, repr=False)
class ScenarioSet(Summarised):
    """Demand scenarios ``D_jks`` with probabilities ``p_s``. Immutable, and checked once.

    Parameters
    ----------
    demand
        Shape (scenarios, zones, types), in demand units per period; finite and >= 0. Kept in single
        precision where it is given so: the rounded numbers *are* the scenarios, and what is summed
        or multiplied must be widened first, as `blocks`, `totals` and `mean` do.
    probability
        Shape (scenarios,), > 0 and summing to one.
    names
        One unique name per scenario.
    zones, types
        Ids of the zones and names of the types, in the order of the axes of ``demand``.
    drivers
        The draws behind each scenario (total growth, EV adoption, ...): name to shape (scenarios,).

    Raises
    ------
    InputError
        With every inconsistency found, probabilities that do not sum to one among them.
    """

    demand: FloatArray
    probability: FloatArray
    names: tuple[str, ...]
    zones: tuple[str, ...]
    types: tuple[str, ...]
    drivers: Mapping[str, FloatArray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        faults = FaultCollector("scenarios")
        shape = (len(self.names), len(self.zones), len(self.types))
        if np.shape(self.demand) != shape:
            found = np.shape(self.demand)
            faults.add("demand has the wrong shape", found=found, expected=str(shape))
        if np.shape(self.probability) != shape[:1]:
            found = np.shape(self.probability)
            faults.add("probability has the wrong shape", found=found, expected=str(shape[:1]))
        faults.raise_if_any()
        _check_scenarios(self, faults)
        faults.raise_if_any()
        if self.demand.flags.writeable or not self.demand.flags.c_contiguous:
            single = np.asarray(self.demand).dtype == np.float32
            kept: Any = frozen(self.demand, np.float32) if single else frozen(self.demand)
            object.__setattr__(self, "demand", kept)
        object.__setattr__(self, "probability", frozen(self.probability))

    def __len__(self) -> int:
        return len(self.names)

    def summary(self) -> tuple[str, Mapping[str, Fact]]:
        """Return the sizes, and how far total demand lies apart."""
        total = self.totals().sum(axis=1)
        return "", {
            "scenarios": len(self),
            "zones": len(self.zones),
            "demand_types": len(self.types),
            "least_demand": float(total.min()),
            "mean_demand": float(self.probability @ total),
            "most_demand": float(total.max()),
            "drivers": ", ".join(self.drivers) or None,
        }

    @classmethod
    def equiprobable(
        cls,
        demand: FloatArray,
        zones: Sequence[str],
        types: Sequence[str],
        *,
        names: Sequence[str] | None = None,
        drivers: Mapping[str, FloatArray] | None = None,
    ) -> ScenarioSet:
        """Return a set in which each of the scenarios in ``demand`` is equally likely."""
        count = len(demand)
        return cls(
            demand=demand,
            probability=np.full(count, 1.0 / count),
            names=tuple(names) if names is not None else scenario_names(count),
            zones=tuple(zones),
            types=tuple(types),
            drivers=drivers or {},
        )

    def blocks(self, values: int = BLOCK_VALUES) -> Iterator[tuple[slice, FloatArray]]:
        """Yield the scenarios some at a time, in double precision: their rows, and their demand.

        A block has shape (some, zones, types) and about ``values`` numbers at most.
        """
        _, zones, types = self.demand.shape
        step = max(1, values // max(zones * types, 1))
        for first in range(0, len(self), step):
            rows = slice(first, min(first + step, len(self)))
            yield rows, self.demand[rows].astype(np.float64, copy=False)

    @cached_property
    def by_type(self) -> FloatArray:
        """Demand of one type after the other, shape (types, scenarios, zones), in double precision.

        A view where there is one type in double precision.
        """
        widened = np.moveaxis(self.demand, 2, 0).astype(np.float64, order="C", copy=False)
        widened.flags.writeable = False
        return widened

    def totals(self) -> FloatArray:
        """Return the region's demand by type in every scenario, shape (scenarios, types)."""
        return np.concatenate([block.sum(axis=1) for _, block in self.blocks()])

    def mean(self) -> ScenarioSet:
        """Return the one-scenario set of the mean demand (the nominal forecast)."""
        mean = np.zeros(self.demand.shape[1:])
        for rows, block in self.blocks():
            mean += np.tensordot(self.probability[rows], block, axes=1)
        return ScenarioSet.equiprobable(mean[None], self.zones, self.types, names=["mean"])

    def scaled(self, factor: float) -> ScenarioSet:
        """Return the same set with all demand multiplied by ``factor`` (a safety margin)."""
        return ScenarioSet(
            self.demand * float(factor),
            self.probability,
            self.names,
            self.zones,
            self.types,
            self.drivers,
        )

    def with_drivers(self, drivers: Mapping[str, FloatArray]) -> ScenarioSet:
        """Return the same set with other draws behind its scenarios."""
        return replace(self, drivers=drivers)

    def subset(self, index: IntArray | Sequence[int]) -> ScenarioSet:
        """Return the scenarios at ``index``, their probabilities rescaled to sum to one."""
        chosen = np.asarray(index, dtype=np.int64)
        probability = self.probability[chosen]
        return ScenarioSet(
            self.demand[chosen],
            probability / probability.sum(),
            tuple(self.names[s] for s in chosen),
            self.zones,
            self.types,
            {name: values[chosen] for name, values in self.drivers.items()},
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a long table: scenario, zone, type, demand; one row per non-missing value."""
        axes = (("scenario", self.names), ("zone", self.zones), ("type", self.types))
        columns: dict[str, object] = {}
        for axis, (name, labels) in enumerate(axes):
            codes: IntArray = np.indices(self.demand.shape, sparse=True)[axis]
            every: IntArray = np.broadcast_to(codes, self.demand.shape).ravel()
            columns[name] = pd.Categorical.from_codes(every, categories=pd.Index(labels))
        return pd.DataFrame({**columns, "demand": self.demand.ravel()})

    def driver_frame(self) -> pd.DataFrame:
        """Return one row per scenario: its name, probability and the draws of its drivers."""
        columns = {"scenario": list(self.names), "probability": self.probability}
        return pd.DataFrame({**columns, **self.drivers})


def scenario_names(count: int) -> tuple[str, ...]:
    """Return ``count`` unique scenario names that sort in order.

    >>> scenario_names(2)
    ('s0000', 's0001')
    """
    width = max(4, len(str(count - 1)))
    return tuple(f"s{index:0{width}d}" for index in range(count))


def _check_demand(scenarios: ScenarioSet, faults: FaultCollector) -> None:
    # Both ends first: they show a missing value too, and need no array beside the demand.
    demand = scenarios.demand
    if demand.size == 0 or (demand.min() >= 0 and np.isfinite(demand.max())):
        return
    bad = np.argwhere(~(np.isfinite(demand) & (demand >= 0)))
    for s, j, k in bad[:20]:
        faults.add(
            f"scenario {scenarios.names[s]!r}, zone {scenarios.zones[j]!r}, "
            f"type {scenarios.types[k]!r}: demand",
            found=float(demand[s, j, k]),
            expected="a finite number >= 0",
        )
    if len(bad) > 20:
        faults.add(f"{len(bad) - 20} further demand values are negative or missing")


def _check_scenarios(scenarios: ScenarioSet, faults: FaultCollector) -> None:
    if not scenarios.names:
        faults.add("there are no scenarios")
        return
    if len(set(scenarios.names)) != len(scenarios.names):
        faults.add("scenario names repeat", expected="each name once")
    _check_demand(scenarios, faults)
    if not (np.isfinite(scenarios.probability) & (scenarios.probability > 0)).all():
        faults.add("probabilities must be positive numbers")
    elif abs(scenarios.probability.sum() - 1.0) > PROBABILITY_TOLERANCE:
        total = float(scenarios.probability.sum())
        faults.add("probabilities do not sum to one", found=total, expected="1")
    for name, values in scenarios.drivers.items():
        if np.shape(values) != (len(scenarios.names),):
            faults.add(f"driver {name!r} has the wrong shape", found=np.shape(values))
