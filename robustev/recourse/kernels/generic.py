"""The general kernel: one scenario's second stage as Pyomo states it, whatever the rules add.

For openings ``x`` and capacities ``C`` the second stage is ``min c y`` over
``low <= A y + B x + E C <= high`` and finite bounds ``l <= y <= u``. By weak duality every vector
``p`` of row prices gives a bound for its scenario, affine in ``(x, C)``:

    sum_r (p_r^+ low_r - p_r^- high_r)  +  sum_j min over [l_j, u_j] of (c - A' p)_j y_j
                                        -  p (B x + E C)

It is computed here in plain numpy, so that it holds whatever the solver says; HiGHS only proposes
prices. A price speaks for its own scenario alone, so this is slower than kernels that declare what
they handle, and is taken where none of them does.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack

from robustev.core import highs
from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.model.instance import Instance
from robustev.model.linear import LinearModel, standard_form
from robustev.model.pyomo_model import SERVICE_ROWS, add_second_stage
from robustev.recourse.certificate import StoredDuals
from robustev.recourse.cut import Cut
from robustev.recourse.kernels.base import (
    EXACT,
    Assignment,
    RecourseKernel,
    SeparationMode,
    cuts_one_by_one,
)
from robustev.recourse.pool import DualPool

OUTCOMES = (highs.OPTIMAL, *highs.INFEASIBLE)
_stating = threading.Lock()
"""Pyomo is not made for threads."""


@dataclass(frozen=True, eq=False)
class ScenarioDual:
    """A cut of one scenario, known by its number and its demand, shape (zones, types)."""

    scenario: int
    demand: FloatArray
    cut: Cut


class _Program:
    """One scenario's second stage: its rows and columns, and HiGHS to solve it.

    Where demand must be served, or a rule cannot be kept, slack columns stand beside the others.
    """

    def __init__(self, instance: Instance, scenario: int) -> None:
        with _stating:
            self.m, self.form = _stated(instance, scenario)
        self.shape = (instance.num_sites, instance.num_types)
        self.num_linking = instance.num_sites * (1 + instance.num_types)
        self.link = csr_array(self.form.matrix[:, : self.num_linking])
        own = csr_array(self.form.matrix[:, self.num_linking :])
        ruled = np.flatnonzero([name not in SERVICE_ROWS for name in self.form.row_of])
        count, slacks = len(ruled), csr_array((own.shape[0], 0))
        if count:
            place = (np.tile(ruled, 2), np.arange(2 * count))
            sign = np.repeat([1.0, -1.0], count)
            slacks = csr_array((sign, place), shape=(own.shape[0], 2 * count))
        self.matrix = csr_array(hstack([own, slacks], format="csr"))
        extra = np.zeros(2 * count)
        self.lower = np.append(self.form.lower[self.num_linking :], extra)
        upper = self.form.upper[self.num_linking :]
        if not (np.isfinite(upper) & np.isfinite(self.lower[: len(upper)])).all():
            raise ValueError("second-stage columns of a rule need finite bounds")
        self.upper = np.append(upper, np.full(len(extra), _most(own, upper, self.form)))
        self.cost = np.append(self.form.cost[self.num_linking :], extra)
        self.units = np.append(_forbidden_units(self.m, instance, scenario), extra + 1.0)
        self.names = self.m.second_stage_columns

    def solve(
        self, x: FloatArray, capacity: FloatArray, *, shortage: bool, strict: bool, price: float
    ) -> tuple[FloatArray, Cut] | None:
        """Return columns and a cut that is sharp at ``(x, C)``; None if ``strict`` and infeasible.

        With ``shortage`` the cost is that of units short of what must be; else, if not ``strict``,
        those units cost ``price`` on top.
        """
        if not len(self.cost):  # nobody wants anything
            return self.cost, Cut(0.0, np.zeros(self.shape[0]), np.zeros(self.shape))
        must = self.units > 0
        upper = np.where(must, 0.0, self.upper) if strict else self.upper
        cost = self.units if shortage else self.cost + (0.0 if strict else price) * self.units
        finite = np.where(np.isfinite(capacity), capacity, 0.0)
        linking = np.concatenate([x, finite.ravel()])
        moved = self.link @ linking
        solver = highs.new_highs(threads=1)
        highs.pass_rows(
            solver,
            cost=cost,
            lower=self.lower,
            upper=upper,
            matrix=self.matrix,
            row_lower=self.form.row_lower - moved,
            row_upper=self.form.row_upper - moved,
        )
        if highs.run(solver, "a second stage", accept=OUTCOMES) != highs.OPTIMAL:
            return None
        prices = highs.row_duals(solver)
        return highs.column_values(solver), self._cut(prices, cost, upper)

    def _cut(self, prices: FloatArray, cost: FloatArray, upper: FloatArray) -> Cut:
        """Return the bound that prices of the rows prove by weak duality, whatever they are."""
        low, high = self.form.row_lower, self.form.row_upper
        prices = np.where((prices > 0) & np.isinf(low), 0.0, prices)
        prices = np.where((prices < 0) & np.isinf(high), 0.0, prices)
        side = np.where(prices > 0, low, high)
        constant = float(prices @ np.where(prices == 0, 0.0, side))
        reduced = cost - self.matrix.T @ prices
        constant += float(np.minimum(reduced * self.lower, reduced * upper).sum())
        slope = -np.asarray(self.link.T @ prices)
        sites = self.shape[0]
        return Cut(constant, slope[:sites], slope[sites:].reshape(self.shape))

    def further_cost(self, columns: FloatArray) -> float:
        """Return the part of the cost that rules add."""
        for v, value in zip(self.names, columns, strict=False):
            v.set_value(float(value), skip_validation=True)
        return float(pyo.value(self.m.cost_of_rules))


class GenericKernel:
    """Prices the second stage of any model that is stated in Pyomo, scenario by scenario."""

    key: ClassVar[str] = "generic"
    speaks_for_all: ClassVar[bool] = False

    def __init__(self, instance: Instance, *, shortage: bool) -> None:
        self.instance = instance
        self.for_shortage = shortage
        self.types: IntArray = np.arange(instance.num_types)
        self.pool: DualPool[ScenarioDual] = DualPool()
        self._programs: dict[int, _Program] = {}

    @classmethod
    def accepts(cls, instance: Instance) -> bool:
        """Return that every instance can be priced."""
        return True

    @classmethod
    def of_costs(cls, instance: Instance) -> list[RecourseKernel]:
        """Return the one kernel of all types."""
        return [cls(instance, shortage=False)]

    @classmethod
    def of_shortages(cls, instance: Instance) -> list[RecourseKernel]:
        """Return the kernel that counts units short of what must be served, or of a rule."""
        complete = instance.serves_any_plan
        return [] if complete else [cls(instance, shortage=True)]

    @property
    def ceiling(self) -> float:
        """Most that one unit of demand can cost, what rules add shared out over all units."""
        prices = self.instance.unserved_price
        plain = max(
            float(self.instance.arcs.cost.max(initial=0.0)),
            float(prices[np.isfinite(prices)].max(initial=0.0)),
        )
        demand = self.instance.demand.sum(axis=(1, 2))
        most = [self._most_costly(s) for s in range(len(demand))]
        return max(plain, max(most) / max(float(self.instance.demand.sum(axis=1).max()), 1e-300))

    def _most_costly(self, scenario: int) -> float:
        program = self._program(scenario)
        count = len(program.names)
        ends = program.cost[:count] * np.array([program.lower[:count], program.upper[:count]])
        return float(ends.max(axis=0).sum())

    @property
    def is_slow(self) -> bool:
        """Whether quick solves are quicker: there are none."""
        return False

    @property
    def may_cover(self) -> bool:
        """Whether flow covers may strengthen its cuts: it knows of none."""
        return False

    def _program(self, scenario: int) -> _Program:
        if scenario not in self._programs:
            self._programs[scenario] = _Program(self.instance, scenario)
        return self._programs[scenario]

    def _solve(
        self, scenario: int, x: FloatArray, capacity: FloatArray
    ) -> tuple[FloatArray, ScenarioDual, bool]:
        """Return the columns, the dual, and whether everything that must be is kept."""
        program, price = self._program(scenario), 2.0 * self._price_of_shortage()
        shortage = self.for_shortage
        found = program.solve(x, capacity, shortage=shortage, strict=not shortage, price=price)
        kept = found is not None
        if found is None:
            found = program.solve(x, capacity, shortage=False, strict=False, price=price)
        assert found is not None
        columns, cut = found
        return columns, ScenarioDual(scenario, self.instance.demand[scenario], cut), kept

    def _price_of_shortage(self) -> float:
        return 1.0 + float(self.instance.arcs.cost.max(initial=0.0))

    def values(
        self, x: FloatArray, capacity: FloatArray, scenarios: IntArray, first: int = 0
    ) -> FloatArray:
        """Return what dual points prove: for other scenarios than their own no more than 0."""
        points = self.pool.points[first:]
        proven = np.zeros((len(scenarios), len(points)))
        row = {int(s): r for r, s in enumerate(scenarios)}
        for p, dual in enumerate(points):
            if dual.scenario in row:
                proven[row[dual.scenario], p] = dual.cut.at(x, capacity)
        return proven

    def price(
        self,
        scenario: int,
        x: FloatArray,
        capacity: FloatArray,
        mode: SeparationMode = EXACT,
        start: Any | None = None,
    ) -> tuple[float, ScenarioDual]:
        """Solve one scenario; return what its dual point proves at ``(x, C)``, and the point."""
        _, dual, _ = self._solve(scenario, x, capacity)
        return dual.cut.at(x, capacity), dual

    def add(self, dual: ScenarioDual) -> int:
        """Put a dual point into the pool and return its place; -1 for another instance's point."""
        demand = self.instance.demand
        if dual.scenario >= len(demand) or not np.array_equal(demand[dual.scenario], dual.demand):
            return -1
        return self.pool.add(dual)

    def adopted(self, dual: ScenarioDual, x: FloatArray) -> None:
        """Return None: a cut of one scenario holds for its costs and its demand alone."""

    def settled(self, dual: ScenarioDual, x: FloatArray, capacity: FloatArray) -> ScenarioDual:
        """Return the point as it is."""
        return dual

    def cuts(
        self,
        scenarios: IntArray,
        places: IntArray,
        weight: FloatArray,
        group: IntArray,
        x: FloatArray,
    ) -> list[Cut]:
        """Return the cut of each group; scenarios without a point of their own add nothing."""
        return cuts_one_by_one(self, scenarios, places, weight, group, x)

    def cut_of(self, scenario: int, dual: ScenarioDual, x: FloatArray) -> Cut:
        """Return the cut of a scenario by a point: that it costs something, for another's point."""
        return dual.cut if dual.scenario == scenario else self._nothing()

    def _nothing(self) -> Cut:
        shape = (self.instance.num_sites, self.instance.num_types)
        return Cut(0.0, np.zeros(shape[0]), np.zeros(shape))

    def serve(self, scenario: int, x: FloatArray, capacity: FloatArray) -> Assignment:
        """Return how one scenario is served; infinitely dear where a rule cannot be kept."""
        columns, dual, kept = self._solve(scenario, x, capacity)
        program, demand = self._program(scenario), self.instance.demand[scenario]
        place = {id(v): c for c, v in enumerate(program.names)}
        every = self.types if self.instance.model.split == "shared" else None
        parts, unserved = [], np.zeros(demand.shape)
        for (i, j, k), v in program.m.assign.items():
            share = float(columns[place[id(v)]])
            of_types = [k] if every is None else every
            parts += [(i, j, t, share * demand[j, t]) for t in of_types if share * demand[j, t] > 0]
        for (j, k), v in program.m.unserved.items():
            of_types = [k] if every is None else every
            unserved[j, of_types] = float(columns[place[id(v)]]) * demand[j, of_types]
        table = np.array(parts, dtype=float).reshape(-1, 4)
        site, zone, of_type = table[:, :3].astype(np.int64).T
        further = program.further_cost(columns) if kept else np.inf
        return Assignment(site, zone, of_type, table[:, 3], unserved, dual, further)

    def flow_program(self, scenario: int) -> None:
        """Return nothing: its rows may be of any kind."""
        return

    def stored(self) -> StoredDuals:
        """Return no points: what they prove is not derived a second time."""
        shape = (0, self.instance.num_sites, self.instance.num_types)
        return StoredDuals.plain(self.key, np.zeros(shape), self.instance.num_zones)

    def packed(self, most: int) -> Mapping[str, NDArray[Any]]:
        """Return the newest cuts of the pool, at most so many."""
        points = self.pool.points[-most:]
        sites, types = self.instance.num_sites, self.instance.num_types
        capacity = np.array([dual.cut.capacity_slope for dual in points])
        return {
            "scenario": np.array([dual.scenario for dual in points], dtype=np.int64),
            "constant": np.array([dual.cut.constant for dual in points], dtype=np.float64),
            "opening": np.array([dual.cut.open_slope for dual in points]).reshape(-1, sites),
            "capacity": capacity.reshape(-1, sites, types),
        }

    def unpacked(self, arrays: Mapping[str, NDArray[Any]]) -> Iterator[ScenarioDual]:
        """Return the cuts that :meth:`packed` gave, of the same scenarios."""
        rows = (arrays[name] for name in ("scenario", "constant", "opening", "capacity"))
        for s, constant, opening, capacity in zip(*rows, strict=True):
            cut = Cut(float(constant), opening, capacity)
            yield ScenarioDual(int(s), self.instance.demand[int(s)], cut)


def _stated(instance: Instance, scenario: int) -> tuple[pyo.ConcreteModel, LinearModel]:
    """Return one scenario's second stage on openings and capacities, in Pyomo and as arrays."""
    m = pyo.ConcreteModel()
    sites, types = range(instance.num_sites), range(instance.num_types)
    m.open = pyo.Var(sites, bounds=(0, 1))
    m.site_capacity = pyo.Var(sites, types, bounds=(0, None))
    m.objective = pyo.Objective(expr=add_second_stage(m, instance, scenario, elastic=True))
    linking = [*m.open.values(), *m.site_capacity.values()]
    known = {id(v) for v in linking}
    m.second_stage_columns = [
        v
        for v in m.component_data_objects(pyo.Var, descend_into=True)
        if id(v) not in known and not v.fixed
    ]
    return m, standard_form(m, [*linking, *m.second_stage_columns])


def _forbidden_units(m: pyo.ConcreteModel, instance: Instance, scenario: int) -> FloatArray:
    """Return, for each column, the units left unserved against the rules when it is 1."""
    must: BoolArray = np.isinf(instance.unserved_price)
    demand = np.where(must, instance.demand[scenario], 0.0)
    if instance.model.split == "shared":
        demand = demand.sum(axis=1, keepdims=True)
    units = {id(v): float(demand[j, k]) for (j, k), v in m.unserved.items()}
    return np.array([units.get(id(v), 0.0) for v in m.second_stage_columns])


def _most(own: csr_array, upper: FloatArray, form: LinearModel) -> float:
    """Return a slack beyond which no row can be: more than any row's terms and bounds together."""
    terms = float((abs(own) @ np.abs(upper)).max(initial=0.0))
    sides = np.concatenate([form.row_lower, form.row_upper, np.zeros(1)])
    return 2.0 * (terms + float(np.abs(sides[np.isfinite(sides)]).max())) + 1.0
