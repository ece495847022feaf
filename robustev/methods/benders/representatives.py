"""The linear relaxation of a few scenarios, with all their flows, as one program.

Where there are few scenarios a cutting plane learns little from each point, and the simplex method
on the whole program is quick. Its duals are prices whose cuts prove its very optimum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, vstack

from robustev.core import highs
from robustev.core.arrays import FloatArray, IntArray
from robustev.data.reduction import reduce_scenarios
from robustev.methods.benders.engine import CutEngine
from robustev.model.first_stage import FirstStage
from robustev.model.layout import OPEN
from robustev.recourse.dual import DualPoint
from robustev.recourse.flow_program import FlowProgram

MAX_FEW = 6
"""Most scenarios in the program: with more, each point brings a cutting plane enough."""
MAX_FLOWS = 40_000
"""Most flows in it."""
TINY = 1e-12
"""Least probability that duals are divided by; a scenario without any has none."""
SECONDS = 20.0
"""Longest solve."""


@dataclass(frozen=True, eq=False)
class Explicit:
    """The optimum of few scenarios.

    Parameters
    ----------
    z
        Shape (columns,): first stage.
    duals
        For each of these scenarios, the dual point of each type.
    assigned
        Shape (scenarios,): for every scenario of the problem, which of these stands for it.
    """

    z: FloatArray
    duals: list[tuple[DualPoint, ...]]
    assigned: IntArray


class _Program:
    """The first stage and the flows that have been added, as one linear program."""

    def __init__(self, first: FirstStage) -> None:
        self.first = first
        self.num_columns = first.num_columns
        self.num_rows = len(first.row_lower)
        self.blocks = [first.matrix]
        self.cost = [first.cost]
        self.row_lower, self.row_upper = [first.row_lower], [first.row_upper]

    def add(
        self,
        flows: FlowProgram,
        scenario: int,
        weight: float,
        capacity: csr_array,
    ) -> int:
        """Add the flows of one scenario; return the first of their rows."""
        demand = flows.demand[scenario]
        begin, end = self.num_columns, self.num_columns + len(flows.site) + len(demand)
        group, allowed = flows.limits(scenario)
        block = _rows(flows, demand, self.first, capacity, slice(begin, end), group, len(allowed))
        limit = np.where(flows.unlimited, highs.INFINITY, 0.0)
        links = np.zeros(len(flows.site))
        self.blocks.append(block)
        self.cost += [weight * flows.cost, weight * flows.ceiling]
        self.row_lower += [demand, np.full(block.shape[0] - len(demand), -highs.INFINITY)]
        self.row_upper += [demand, limit, links, allowed]
        row, self.num_columns = self.num_rows, end
        self.num_rows += block.shape[0]
        return row

    def solve(self) -> tuple[FloatArray, FloatArray] | None:
        """Return the columns' values and the rows' duals at the optimum; None if it takes long."""
        blocks = [_widened(block, self.num_columns) for block in self.blocks]
        first, rest = self.first, self.num_columns - self.first.num_columns
        solver = highs.new_highs(solver="simplex", threads=1, time_limit=SECONDS)
        highs.pass_rows(
            solver,
            cost=np.concatenate(self.cost),
            lower=np.append(first.lower, np.zeros(rest)),
            upper=np.append(first.upper, np.full(rest, highs.INFINITY)),
            matrix=csr_array(vstack(blocks, format="csr")),
            row_lower=np.concatenate(self.row_lower),
            row_upper=np.concatenate(self.row_upper),
        )
        accept = (highs.OPTIMAL, *highs.LIMITS, *highs.INFEASIBLE)
        if highs.run(solver, "the relaxation of few scenarios", accept=accept) != highs.OPTIMAL:
            return None
        return highs.column_values(solver), highs.row_duals(solver)


def representatives(engine: CutEngine) -> Explicit | None:
    """Return the optimum of the relaxation over few scenarios that stand for all of ``engine``.

    None if even one is too large or has no arc, if it takes too long, if no plan serves them, or if
    a kernel's problem is not one of flows on arcs.
    """
    instance, first = engine.instance, engine.first
    flows = len(instance.arcs) * instance.num_types
    if not 0 < flows <= MAX_FLOWS:  # without any arc, all demand stays unserved
        return None
    programs = [kernel.flow_program() for kernel in engine.recourse.kernels]
    types = [
        (flow, first.capacity[flow.type :: instance.num_types])
        for flow in programs
        if flow is not None
    ]
    if len(types) < len(programs):
        return None
    few = reduce_scenarios(instance.scenarios, min(MAX_FEW, MAX_FLOWS // flows), "k_medoids")
    most = int(np.argmax(engine.total_demand))
    program = _Program(first)
    weight = few.scenarios.probability
    begin = [
        [program.add(flow, int(s), weight[c], capacity) for flow, capacity in types]
        for c, s in enumerate(few.kept)
    ]
    if most not in few.kept and any(len(flow.limits(most)[1]) for flow, _ in types):
        # Where groups must be served, the point is to do that in the scenario of most demand too.
        for flow, capacity in types:
            program.add(flow, most, 0.0, capacity)
    found = program.solve()
    if found is None:
        return None
    values, row_duals = found
    duals = [
        tuple(
            flow.dual_point(row_duals[row:] / max(weight[c], TINY))
            for row, (flow, _) in zip(rows, types, strict=True)
        )
        for c, rows in enumerate(begin)
    ]
    z = np.clip(values[: first.num_columns], first.lower, first.upper)
    return Explicit(z, duals, few.assigned)


def _rows(
    flows: FlowProgram,
    demand: FloatArray,
    first: FirstStage,
    capacity: csr_array,
    columns: slice,
    group: IntArray,
    num_groups: int,
) -> csr_array:
    """Return the rows of zones, sites, links and groups, on the first stage and ``columns``.

    The columns are the flows ``y``, then the unserved ``b``.
    """
    arcs, zones, sites = len(flows.site), len(flows.ceiling), first.num_sites
    arc, zone, one = np.arange(arcs), np.arange(zones), np.ones(arcs)
    flow, link = columns.start + arc, zones + sites + arc
    fixed = capacity.tocoo()
    limited, by = (part.astype(np.int64) for part in fixed.coords)
    member = zone[: len(group)]  # groups have rows where they have limits
    row = [flows.zone, zone, zones + flows.site, zones + limited, link, link]
    row.append(zones + sites + arcs + group)
    opening = first.layout.columns(OPEN)[flows.site]
    column = [flow, columns.start + arcs + zone, flow, by, flow, opening]
    column.append(columns.start + arcs + member)
    value = [one, np.ones(zones), one, -fixed.data, one, -demand[flows.zone]]
    value.append(np.ones(len(member)))
    place = (np.concatenate(row), np.concatenate(column))
    shape = (zones + sites + arcs + num_groups, columns.stop)
    return csr_array((np.concatenate(value), place), shape=shape)


def _widened(block: csr_array, columns: int) -> csr_array:
    parts = (block.data, block.indices, block.indptr)
    return csr_array(parts, shape=(block.shape[0], columns))
