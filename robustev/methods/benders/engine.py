"""Separation: optimality and feasibility cuts at a first-stage point.

They come from the pools of dual points, which bound every scenario, and from exact solves of a few
scenarios where the pools are weak.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.data.plan import Plan
from robustev.methods.benders.subproblems import (
    MAX_CANDIDATES,
    Subproblems,
    TimeLeft,
    forever,
)
from robustev.methods.benders.worker_ranks import DistributedSubproblems, WorkerRanks
from robustev.model.first_stage import FirstStage, first_stage
from robustev.model.instance import Instance
from robustev.model.risk import ScenarioRisk
from robustev.recourse.cut import Cut
from robustev.recourse.kernels.base import EXACT, QUICK, SeparationMode
from robustev.recourse.recourse import DualPoints, Recourse

MAX_GROUPS = 40
"""Most cost-to-go variables in the master; more scenarios share them in groups."""
PATIENCE = 2
"""Exact solves in a row that may bring nothing before a round ends."""
MasterCut = tuple[Cut, int | None]
"""A cut and its cost-to-go variable, or None for a feasibility cut."""
SHORTAGE_TOLERANCE = 1e-7
"""Share of demand that counts as a shortage where unserved demand is forbidden."""


@dataclass(frozen=True, eq=False)
class PoolBounds:
    """What the pool proves at one point.

    Parameters
    ----------
    x
        Shape (sites,): openings there.
    costs
        Shape (scenarios,): lower bounds on each scenario's whole cost.
    parts, choices
        For each kernel, shape (scenarios,): the proven second-stage cost, and the place of the dual
        point in its pool.
    objective
        A lower bound on the objective there.
    """

    x: FloatArray
    costs: FloatArray
    parts: tuple[FloatArray, ...]
    choices: tuple[IntArray, ...]
    objective: float


class CutEngine:
    """Finds cuts for one problem under one risk measure.

    With the expectation, scenarios are put into at most ``MAX_GROUPS`` groups of similar total
    demand, with one cost-to-go variable for each kernel of each group; any other risk measure
    has a single one, whose cuts take the worst weights of its envelope.

    Parameters
    ----------
    workers
        Threads of this process that solve scenarios side by side.
    ranks
        Other MPI ranks that solve scenarios too; None for this process alone.
    recourse
        The second stage with what is known of it already, which other rules on the first stage do
        not change; None for a new one.
    left
        Seconds that there are for a long evaluation; below 0 it ends without an answer.
    """

    def __init__(
        self,
        instance: Instance,
        risk: ScenarioRisk,
        *,
        workers: int = 1,
        first: FirstStage | None = None,
        ranks: WorkerRanks | None = None,
        recourse: Recourse | None = None,
        left: TimeLeft = forever,
    ) -> None:
        self.instance = instance
        self.left = left
        self.risk = risk
        self.first = first or first_stage(instance)
        self.recourse = recourse or Recourse(instance)
        self.scenarios = Subproblems(self.recourse, workers)
        if ranks is not None:
            self.scenarios = DistributedSubproblems(self.recourse, workers, ranks)
        self.total_demand = instance.demand.sum(axis=(1, 2))
        self.group = self._groups()
        self.num_groups = int(self.group.max()) + 1
        self.num_theta = self.num_groups
        if risk.is_expectation:
            self.num_theta *= len(self.recourse.kernels)
        self._turn = 0
        self.num_exact = 0
        self.exact_seconds = 0.0

    def _groups(self) -> IntArray:
        count = len(self.total_demand)
        group = np.zeros(count, dtype=np.int64)
        if self.risk.is_expectation:
            parts = np.array_split(np.argsort(self.total_demand), min(count, MAX_GROUPS))
            for c, part in enumerate(parts):
                group[part] = c
        return group

    def split(self, z: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return openings ``x`` (sites,) and capacities ``C`` (sites, types) at columns ``z``."""
        capacity = (self.first.capacity @ z).reshape(self.first.num_sites, -1)
        x = np.clip(self.first.openings(z), 0.0, 1.0)  # solvers overstep by rounding
        return x, np.where(self.first.unlimited > 0, np.inf, np.maximum(capacity, 0.0))

    def separate(
        self,
        z: FloatArray,
        *,
        tolerance: float,
        max_exact: int,
        patience: int = PATIENCE,
        mode: SeparationMode = EXACT,
    ) -> list[MasterCut]:
        """Return one cut per group at the point ``z``, after at most ``max_exact`` exact solves.

        Stops solving once ``patience`` scenarios in a row were already known within ``tolerance``
        (relative). ``mode`` says how they are solved at fractional openings.
        """
        cuts = self.feasibility_cuts(*self.split(z))
        known = self.learn(
            z, tolerance=tolerance, max_exact=max_exact, patience=patience, mode=mode
        )
        return cuts + self.cuts_from(known)

    def learn(
        self,
        z: FloatArray,
        *,
        tolerance: float,
        max_exact: int,
        patience: int = PATIENCE,
        mode: SeparationMode = EXACT,
    ) -> PoolBounds:
        """Return what the pool proves at ``z`` after at most ``max_exact`` exact solves.

        ``tolerance``, ``patience`` and ``mode`` as in :meth:`separate`.
        """
        x, capacity = self.split(z)
        table = _BoundTable(self.recourse, x, capacity)
        self._learn(table, tolerance, max_exact, patience, mode)
        costs = table.costs() + self.first.infrastructure_cost(z)
        return PoolBounds(x, costs, tuple(table.best), tuple(table.choice), self.risk.bound(costs))

    def cuts_from(self, known: PoolBounds, theta: FloatArray | None = None) -> list[MasterCut]:
        """Return one cut per cost-to-go variable, sharp where they were learnt.

        With ``theta``, only of those groups of scenarios in which the pool exceeds some of theirs.
        """
        weights, constant = self.risk.cut(known.costs)
        if not self.risk.is_expectation:
            members = np.flatnonzero(weights > 0)
            chosen = [part[members] for part in known.choices]
            cut = self.recourse.cut(members, weights[members], chosen, known.x)
            return [(cut.raised(constant), 0)]
        groups = np.arange(self.num_groups)
        if theta is not None:
            groups = np.flatnonzero(self._exceeds(known, weights, theta))
        if not len(groups):
            return []
        place = np.full(self.num_groups, -1)
        place[groups] = np.arange(len(groups))
        members = np.flatnonzero(place[self.group] >= 0)
        choices = [part[members] for part in known.choices]
        parts = self.recourse.cuts(
            members, weights[members], choices, place[self.group[members]], known.x
        )
        return [
            (cut, int(c) * len(choices) + k)
            for c, cuts in zip(groups, parts, strict=True)
            for k, cut in enumerate(cuts)
        ]

    def _exceeds(self, known: PoolBounds, weights: FloatArray, theta: FloatArray) -> BoolArray:
        """Return in which groups the pool proves more than a cost-to-go, shape (groups,)."""
        totals = [np.bincount(self.group, weights * part) for part in known.parts]
        current = theta.reshape(self.num_groups, -1)
        return np.asarray((current < np.array(totals).T).any(axis=1))

    def _learn(
        self,
        table: _BoundTable,
        tolerance: float,
        max_exact: int,
        patience: int,
        mode: SeparationMode,
    ) -> None:
        """Solve telling scenarios exactly, and take what their duals prove into the table."""
        order, width = self._order()[:max_exact], self.scenarios.width
        known = 0
        for start in range(0, len(order), width):
            if self.left() < 0:
                return
            batch = order[start : start + width]
            before = table.costs()[batch]
            starts = [table.duals(int(s)) for s in batch]
            values = self._solve(batch, table.x, table.capacity, mode, starts)
            self.num_exact += len(batch)
            table.update()
            for value, proven in zip(values, before, strict=True):
                known = known + 1 if value - proven <= tolerance * abs(value) else 0
                if known >= patience:
                    return

    def _solve(
        self,
        scenarios: Sequence[int] | IntArray,
        x: FloatArray,
        capacity: FloatArray,
        mode: SeparationMode = EXACT,
        starts: Sequence[DualPoints | None] = (),
        *,
        shortage: bool = False,
    ) -> list[float]:
        """Return the exact costs, or shortages, of some scenarios; their duals join the pools."""
        chosen, began = [int(s) for s in scenarios], time.perf_counter()
        found = self.scenarios.price(chosen, x, capacity, mode, starts, shortage=shortage)
        self.exact_seconds += time.perf_counter() - began
        for _, duals in found:
            self.recourse.add(duals, shortage=shortage)
        return [value for value, _ in found]

    def _order(self) -> IntArray:
        """Return scenarios in turn, so that every one is asked again from time to time."""
        count = len(self.total_demand)
        step = max(1, round(count * 0.381966))  # the golden section spreads the turns evenly
        while np.gcd(step, count) != 1:
            step += 1
        self._turn = (self._turn + step) % count
        return (self._turn + step * np.arange(count)) % count

    def feasibility_cuts(self, x: FloatArray, capacity: FloatArray) -> list[MasterCut]:
        """Return cuts against shortages at a point where demand must be served; often none."""
        if not self.recourse.shortage_kernels:
            return []
        telling = {int(np.argmax(self.total_demand)), int(self._order()[0])}
        self._solve(list(telling), x, capacity, QUICK, shortage=True)
        proven, choices = self.recourse.shortage(x, capacity)
        short = np.flatnonzero(proven > SHORTAGE_TOLERANCE * self.total_demand)
        worst = short[np.argsort(-proven[short])][:3]
        one = np.ones(1)
        return [
            (
                self.recourse.cut(
                    np.array([s]), one, [part[[s]] for part in choices], x, feasibility=True
                ),
                None,
            )
            for s in worst
        ]

    def price_demand(self) -> list[MasterCut]:
        """Return, where demand must be served, the cuts that total capacity covers total demand."""
        if not self.recourse.shortage_kernels:
            return []
        x = np.zeros(self.instance.num_sites)
        s = int(np.argmax(self.total_demand))
        capacity = np.zeros((self.instance.num_sites, self.instance.num_types))
        self._solve([s], x, capacity, shortage=True)
        return self.feasibility_cuts(x, capacity)

    def demand_rows(self) -> list[tuple[FloatArray, float]]:
        """Return the cuts of :meth:`price_demand` as rows ``coefficients @ z >= constant``."""
        return [(-cut.columns(self.first), cut.constant) for cut, _ in self.price_demand()]

    def objective(self, plan: Plan) -> float:
        """Return the exact objective of ``plan``; infinite if demand cannot be served.

        Infinite too if time was up before that was known. The duals of the scenarios whose cost
        exceeds most what was proven join the pools.
        """
        return self._evaluate(plan, with_cuts=False)[0]

    def evaluate(self, plan: Plan) -> tuple[float, list[MasterCut]]:
        """Return the exact objective of ``plan``, and the cuts that are exact there.

        It is infinite, without cuts, if time was up before it was known.
        """
        return self._evaluate(plan, with_cuts=True)

    def _evaluate(self, plan: Plan, *, with_cuts: bool) -> tuple[float, list[MasterCut]]:
        proven = self._proven_costs(plan)
        began = time.perf_counter()
        found = self.scenarios.evaluate(
            plan, range(len(proven)), proven, with_cuts=with_cuts, left=self.left
        )
        self.exact_seconds += time.perf_counter() - began
        costs = found.costs
        for candidate in found.candidates:
            if candidate.is_informative:
                self.recourse.add(self.recourse.settled(candidate.duals, plan))
        if not found.complete:
            return np.inf, []
        if not np.isfinite(costs).all():
            self._learn_shortage(plan, np.flatnonzero(np.isinf(costs)))
            return np.inf, self.feasibility_cuts(*self.split(self.first.columns(plan)))
        costs = costs + self.instance.infrastructure_cost(plan)
        return self.risk.value(costs), self._exact_cuts(costs, found.cuts) if with_cuts else []

    def cuts_of(self, z: FloatArray, duals: Sequence[DualPoints]) -> list[MasterCut]:
        """Return one cut per cost-to-go variable by dual points of each scenario, without covers.

        They are sharp at the point ``z``, and the weights of scenarios are those there.
        """
        x, capacity = self.split(z)
        cuts = [self.recourse.cuts_of(of, s, x) for s, of in enumerate(duals)]
        costs = np.array([sum(cut.at(x, capacity) for cut in parts) for parts in cuts])
        return self._exact_cuts(costs + self.first.infrastructure_cost(z), cuts)

    def _exact_cuts(self, costs: FloatArray, exact: list[list[Cut]]) -> list[MasterCut]:
        """Put the cuts of all scenarios together, one per cost-to-go variable."""
        weights, constant = self.risk.cut(costs)
        kernels = range(len(self.recourse.kernels))
        if not self.risk.is_expectation:
            members = np.flatnonzero(weights > 0)
            parts = [Cut.total([exact[s][k] for s in members], weights[members]) for k in kernels]
            cut = Cut.total(parts, np.ones(len(parts)))
            return [(cut.raised(constant), 0)]
        cuts: list[MasterCut] = []
        for c in range(self.num_groups):
            members = np.flatnonzero(self.group == c)
            for k in kernels:
                part = Cut.total([exact[s][k] for s in members], weights[members])
                cuts.append((part, c * len(kernels) + k))
        return cuts

    def _learn_shortage(self, plan: Plan, scenarios: IntArray) -> None:
        x, capacity = self.split(self.first.columns(plan))
        self._solve(scenarios[:MAX_CANDIDATES], x, capacity, shortage=True)

    def _proven_costs(self, plan: Plan) -> FloatArray:
        x, capacity = self.split(self.first.columns(plan))
        return self.recourse.proven(x, capacity)[0]

    def proven_objective(self, plan: Plan) -> float:
        """Return a cheap lower bound on the objective of ``plan``, from the pool alone."""
        fixed = self.first.infrastructure_cost(self.first.columns(plan))
        return self.risk.bound(self._proven_costs(plan) + fixed)


class _BoundTable:
    """What the pools prove for each scenario at one point, kept up to date as they grow."""

    def __init__(self, recourse: Recourse, x: FloatArray, capacity: FloatArray) -> None:
        self.recourse, self.x, self.capacity = recourse, x, capacity
        self.scenarios = np.arange(recourse.num_scenarios)
        self.best = [np.full(len(self.scenarios), -np.inf) for _ in recourse.kernels]
        self.choice = [np.full(len(self.scenarios), -1) for _ in recourse.kernels]
        self.seen = [0 for _ in recourse.kernels]
        self.update()

    def update(self) -> None:
        """Take in the dual points that have joined the pools."""
        for index, kernel in enumerate(self.recourse.kernels):
            first = self.seen[index]
            if len(kernel.pool) == first:
                continue
            values = kernel.values(self.x, self.capacity[:, kernel.types], self.scenarios, first)
            column = np.argmax(values, axis=1)
            value = values[self.scenarios, column]
            better = value > self.best[index]
            self.best[index] = np.where(better, value, self.best[index])
            self.choice[index] = np.where(better, column + first, self.choice[index])
            self.seen[index] = len(kernel.pool)

    def duals(self, scenario: int) -> DualPoints | None:
        """Return the dual points that prove most of a scenario; None while a pool is empty."""
        return self.recourse.points([int(part[scenario]) for part in self.choice])

    def costs(self) -> FloatArray:
        """Return the proven second-stage costs, shape (scenarios,)."""
        return np.asarray(np.maximum(np.sum(self.best, axis=0), 0.0))
