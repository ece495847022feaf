"""The second stage of an instance: what it costs exactly, and what pooled duals prove about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from robustev.core.arrays import FloatArray, IntArray
from robustev.data.plan import Plan
from robustev.model.instance import Instance
from robustev.recourse.cut import Cut
from robustev.recourse.kernels.base import EXACT, Assignment, RecourseKernel, SeparationMode
from robustev.recourse.kernels.register import kernel_for

DualPoints = tuple[Any, ...]
"""One dual point for each kernel."""
UNSERVED_TOLERANCE = 1e-7
"""Share of all demand below which an unserved remainder is rounding, not a shortage."""


@dataclass(frozen=True, eq=False)
class Dispatch:
    """How one scenario's demand is served by a plan.

    Parameters
    ----------
    travel, unserved_cost
        The two parts of second-stage cost.
    site, zone, type, amount
        Shape (parts,): who serves whom, and how many units.
    unserved
        Shape (zones, types): units left unserved.
    duals
        The optimal dual point of each kernel.
    further
        Cost that rules add; infinite where one cannot be kept.
    """

    travel: float
    unserved_cost: float
    site: IntArray
    zone: IntArray
    type: IntArray
    amount: FloatArray
    unserved: FloatArray
    duals: DualPoints = ()
    further: float = 0.0

    @property
    def cost(self) -> float:
        """Second-stage cost."""
        return self.travel + self.unserved_cost + self.further


class Recourse:
    """Exact second-stage costs, and pools of dual points that bound every scenario.

    Each kernel prices some demand types on its own (:mod:`robustev.recourse.kernels.base`); a dual
    point found for one scenario serves all. Where unserved demand is forbidden,
    ``shortage_kernels`` count unserved units; their cuts must not exceed zero. The answers of a
    recourse change only by :meth:`add`, and by those methods that call it.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.num_scenarios = len(instance.scenarios)
        kind = kernel_for(instance)
        self.kernels: list[RecourseKernel] = kind.of_costs(instance)
        self.shortage_kernels: list[RecourseKernel] = kind.of_shortages(instance)

    def _kernels(self, *, shortage: bool) -> list[RecourseKernel]:
        return self.shortage_kernels if shortage else self.kernels

    # --- what the pools prove ----------------------------------------------------------------

    def proven(
        self, x: FloatArray, capacity: FloatArray, scenarios: IntArray | None = None
    ) -> tuple[FloatArray, list[IntArray]]:
        """Return each scenario's best bound by the pools, and the place of its point per kernel."""
        return self._proven(self.kernels, x, capacity, scenarios)

    def shortage(
        self, x: FloatArray, capacity: FloatArray, scenarios: IntArray | None = None
    ) -> tuple[FloatArray, list[IntArray]]:
        """Return the proven unserved units where they are forbidden, and the places per kernel."""
        return self._proven(self.shortage_kernels, x, capacity, scenarios)

    def _proven(
        self,
        kernels: list[RecourseKernel],
        x: FloatArray,
        capacity: FloatArray,
        scenarios: IntArray | None,
    ) -> tuple[FloatArray, list[IntArray]]:
        index = np.arange(self.num_scenarios) if scenarios is None else scenarios
        total = np.zeros(len(index))
        choices = []
        for kernel in kernels:
            if not len(kernel.pool):
                choices.append(np.full(len(index), -1))
                continue
            values = kernel.values(x, capacity[:, kernel.types], index)
            best = np.argmax(values, axis=1)
            choices.append(best)
            total += values[np.arange(len(index)), best]
        return total, choices

    def points(self, places: Sequence[int]) -> DualPoints | None:
        """Return the dual points at these places of the pools, one per kernel; None if any is -1.

        They are what an exact solve may start from.
        """
        if min(places) < 0:
            return None
        return tuple(kernel.pool.points[p] for kernel, p in zip(self.kernels, places, strict=True))

    # --- exact solves ------------------------------------------------------------------------

    def solve(
        self,
        scenario: int,
        x: FloatArray,
        capacity: FloatArray,
        mode: SeparationMode = EXACT,
        *,
        shortage: bool = False,
    ) -> float:
        """Return one scenario's exact cost at ``(x, C)``; its dual points join the pools.

        With ``shortage`` it is the least forbidden unserved units instead.
        """
        start = None
        if not shortage:
            _, choices = self.proven(x, capacity, np.array([scenario]))
            start = self.points([int(part[0]) for part in choices])
        value, duals = self.price(scenario, x, capacity, mode, start, shortage=shortage)
        self.add(duals, shortage=shortage)
        return value

    def price(
        self,
        scenario: int,
        x: FloatArray,
        capacity: FloatArray,
        mode: SeparationMode = EXACT,
        start: DualPoints | None = None,
        *,
        shortage: bool = False,
    ) -> tuple[float, DualPoints]:
        """Return one scenario's exact cost at ``(x, C)``, and its dual points for :meth:`add`.

        With ``shortage`` it is the least forbidden unserved units instead. Dual points to
        ``start`` from make it quicker.
        """
        kernels = self._kernels(shortage=shortage)
        starts = start or (None,) * len(kernels)
        parts = [
            kernel.price(scenario, x, capacity[:, kernel.types], mode, begin)
            for kernel, begin in zip(kernels, starts, strict=True)
        ]
        return sum(value for value, _ in parts), tuple(dual for _, dual in parts)

    def add(self, duals: DualPoints, *, shortage: bool = False) -> None:
        """Put the dual points of an exact solve, one per kernel, into the pools."""
        for kernel, dual in zip(self._kernels(shortage=shortage), duals, strict=True):
            kernel.add(dual)

    def adopt(self, other: Recourse) -> None:
        """Put the dual points of the same problem on other scenarios into the pools."""
        pairs = zip(
            self.kernels + self.shortage_kernels,
            other.kernels + other.shortage_kernels,
            strict=True,
        )
        for own, of_other in pairs:
            for dual in of_other.pool.points:
                own.add(dual)

    def take_over(self, other: Recourse, places: Sequence[Sequence[int]], x: FloatArray) -> None:
        """Put dual points of a problem on the same arcs into the pools, as they fit here.

        Costs and demand may differ; ``places`` are those of the points that pay, for each kernel of
        costs, and ``x``, shape (sites,), openings at which they are to be sharp.
        """
        chosen = [range(len(kernel.pool)) for kernel in other.shortage_kernels]
        kernels = zip(
            self.kernels + self.shortage_kernels,
            other.kernels + other.shortage_kernels,
            [*places, *chosen],
            strict=True,
        )
        for own, of_other, some in kernels:
            for place in some:
                dual = own.adopted(of_other.pool.points[place], x)
                if dual is not None:
                    own.add(dual)

    def settled(self, duals: DualPoints, plan: Plan) -> DualPoints:
        """Return the dual points of an exact dispatch of ``plan`` that make the strongest cuts."""
        x, capacity = plan.open.astype(float), self.instance.capacity(plan)
        return tuple(
            kernel.settled(dual, x, capacity[:, kernel.types])
            for kernel, dual in zip(self.kernels, duals, strict=True)
        )

    # --- cuts --------------------------------------------------------------------------------

    def cut(
        self,
        scenarios: IntArray,
        weight: FloatArray,
        choices: Sequence[IntArray],
        x: FloatArray,
        *,
        feasibility: bool = False,
    ) -> Cut:
        """Return the weighted cut of ``scenarios``, each by its places in the pools."""
        group = np.zeros(len(scenarios), dtype=np.int64)
        parts = self.cuts(scenarios, weight, choices, group, x, feasibility=feasibility)[0]
        return Cut.total(parts, np.ones(len(parts)))

    def cuts(
        self,
        scenarios: IntArray,
        weight: FloatArray,
        choices: Sequence[IntArray],
        group: IntArray,
        x: FloatArray,
        *,
        feasibility: bool = False,
    ) -> list[list[Cut]]:
        """Return, for each group of weighted ``scenarios``, the cut of each kernel.

        Groups are numbered from 0 on; ``choices`` hold each scenario's place in each pool.
        """
        found: list[list[Cut]] = [[] for _ in range(int(group.max()) + 1)]
        kernels = self._kernels(shortage=feasibility)
        for kernel, places in zip(kernels, choices, strict=True):
            of_groups = kernel.cuts(scenarios, places, weight, group, x)
            for cuts, part in zip(found, of_groups, strict=True):
                cuts.append(part.on_types(kernel.types, self.instance.num_types))
        return found

    def exact_cuts(self, duals: DualPoints, scenario: int, plan: Plan) -> list[Cut]:
        """Return the cut of each kernel that is exact at ``plan`` in one scenario.

        ``duals`` are those of its dispatch.
        """
        return self.cuts_of(self.settled(duals, plan), scenario, plan.open.astype(float))

    def cuts_of(self, duals: DualPoints, scenario: int, x: FloatArray) -> list[Cut]:
        """Return the cut of each kernel in one scenario by dual points without covers."""
        return [
            kernel.cut_of(scenario, dual, x).on_types(kernel.types, self.instance.num_types)
            for kernel, dual in zip(self.kernels, duals, strict=True)
        ]

    # --- what is known beforehand ------------------------------------------------------------

    @property
    def has_quick_mode(self) -> bool:
        """Whether solves at fractional openings are much quicker when they need not be exact."""
        return any(kernel.is_slow for kernel in self.kernels)

    @property
    def may_cover(self) -> bool:
        """Whether flow covers may strengthen cuts."""
        return any(kernel.may_cover for kernel in self.kernels)

    def most_costly(self) -> float:
        """Return a second-stage cost that no scenario exceeds under any plan that serves it."""
        total = self.instance.demand.sum(axis=1).max(axis=0)
        return float(sum(total[kernel.types].sum() * kernel.ceiling for kernel in self.kernels))

    # --- plans -------------------------------------------------------------------------------

    def costs(self, plan: Plan) -> FloatArray:
        """Return the exact second-stage cost of ``plan``, shape (scenarios,).

        Infinite where a scenario's demand must be served and cannot be.
        """
        return np.array([self.cost(plan, s) for s in range(self.num_scenarios)])

    def cost(self, plan: Plan, scenario: int) -> float:
        """Return the exact second-stage cost of ``plan`` in one scenario."""
        return self.dispatch(plan, scenario).cost

    def dispatch(self, plan: Plan, scenario: int) -> Dispatch:
        """Return how ``plan`` serves one scenario at least cost."""
        x, capacity = plan.open.astype(float), self.instance.capacity(plan)
        parts = [
            (kernel, kernel.serve(scenario, x, capacity[:, kernel.types]))
            for kernel in self.kernels
        ]
        unserved = np.zeros((self.instance.num_zones, self.instance.num_types))
        for kernel, part in parts:
            unserved[:, kernel.types] += part.unserved
        site, zone, of_type, amount = (
            np.concatenate(column)
            for column in zip(*(_of_all_types(*part) for part in parts), strict=True)
        )
        return Dispatch(
            travel=self.instance.travel_cost(site, zone, amount),
            unserved_cost=self._unserved_cost(scenario, unserved),
            site=site,
            zone=zone,
            type=of_type,
            amount=amount,
            unserved=unserved,
            duals=tuple(part.dual for _, part in parts),
            further=sum(part.further for _, part in parts),
        )

    def _unserved_cost(self, scenario: int, unserved: FloatArray) -> float:
        """Return the price of unserved units; infinite if any are forbidden beyond rounding."""
        units = unserved.sum(axis=0)
        forbidden = np.isinf(self.instance.unserved_price)
        total = self.instance.demand[scenario].sum(axis=0)
        if (units[forbidden] > UNSERVED_TOLERANCE * total[forbidden]).any():
            return float("inf")
        return self.instance.unserved_cost(unserved)


def _of_all_types(
    kernel: RecourseKernel, part: Assignment
) -> tuple[IntArray, IntArray, IntArray, FloatArray]:
    """Return sites, zones, demand types of the instance, and units of a kernel's assignment."""
    return part.site, part.zone, kernel.types[part.type], part.amount
