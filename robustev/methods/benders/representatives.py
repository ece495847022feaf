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
from robustev.model.decisions import decisions
from robustev.model.first_stage import FirstStage
from robustev.model.instance import Instance
from robustev.model.layout import OPEN
from robustev.recourse.dual import DualPoint
from robustev.recourse.flow_program import FlowProgram

MAX_FEW = 6
"""Most scenarios in the program: with more, each point brings a cutting plane enough."""
MAX_FLOWS = 40_000
"""Most flows in it; in a tree, of the scenarios that come through one last node."""
MAX_LEAVES = 4
"""Last nodes of a tree whose flows it may hold."""
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
        weight: float,
        capacity: csr_array,
    ) -> int:
        """Add the flows of its scenario; return the first of their rows.

        ``capacity`` has shape (sites of the flows, first-stage columns).
        """
        demand = flows.demand[flows.scenario]
        begin, end = self.num_columns, self.num_columns + len(flows.site) + len(demand)
        group, allowed = flows.limits()
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
    first, kernels = engine.first, engine.recourse.kernels
    flows = len(engine.instance.arcs) * len(kernels)
    if not 0 < flows <= MAX_FLOWS:  # without any arc, all demand stays unserved
        return None
    few = _few(engine.instance, min(MAX_FEW, MAX_FLOWS // flows))
    if len(few.kept) * flows > MAX_FLOWS * MAX_LEAVES:
        return None
    program, begin = _Program(first), []
    for s, weight in zip(few.kept.tolist(), few.weight, strict=True):
        programs = _flows(engine, s)
        if programs is None:
            return None
        begin.append([(program.add(flow, weight, held), flow) for flow, held in programs])
    most = int(np.argmax(engine.total_demand))
    if most not in few.kept:
        # Where groups must be served, the point is to do that in the scenario of most demand too.
        for flow, held in _flows(engine, most) or ():
            if len(flow.limits()[1]):
                program.add(flow, 0.0, held)
    found = program.solve()
    if found is None:
        return None
    values, row_duals = found
    duals = [
        tuple(flow.dual_point(row_duals[row:] / max(weight, TINY)) for row, flow in rows)
        for weight, rows in zip(few.weight, begin, strict=True)
    ]
    z = np.clip(values[: first.num_columns], first.lower, first.upper)
    return Explicit(z, duals, few.assigned)


@dataclass(frozen=True, eq=False)
class _Few:
    """Scenarios ``kept``, what they weigh, and for every scenario which of them stands for it."""

    kept: IntArray
    weight: FloatArray
    assigned: IntArray


def _few(instance: Instance, most: int) -> _Few:
    """Return up to ``most`` scenarios, and one at least of those that come through each last node.

    So every decision of a tree is asked for something.
    """
    tree = decisions(instance)
    inner = {decision.parent for decision in tree}
    last = [decision for v, decision in enumerate(tree) if v not in inner]
    kept: list[IntArray] = []
    weight: list[FloatArray] = []
    assigned = np.zeros(len(instance.scenarios), dtype=np.int64)
    for leaf in last:
        whole = len(leaf.scenarios) == len(instance.scenarios)
        own = instance.scenarios if whole else instance.scenarios.subset(leaf.scenarios)
        few = reduce_scenarios(own, max(1, most // len(last)), "k_medoids")
        assigned[leaf.scenarios] = few.assigned + sum(len(part) for part in kept)
        kept.append(leaf.scenarios[few.kept])
        weight.append(leaf.probability * few.scenarios.probability)
    return _Few(np.concatenate(kept), np.concatenate(weight), assigned)


def _flows(engine: CutEngine, scenario: int) -> list[tuple[FlowProgram, csr_array]] | None:
    """Return the flows of a scenario by kernel, each with the capacity of its sites.

    None if a kernel's problem is no such thing.
    """
    programs = [kernel.flow_program(scenario) for kernel in engine.recourse.kernels]
    found = [(flow, _capacity(engine, flow)) for flow in programs if flow is not None]
    return found if len(found) == len(programs) else None


def _capacity(engine: CutEngine, flows: FlowProgram) -> csr_array:
    """Return the capacity of the sites of some flows, shape (sites, first-stage columns)."""
    types, site = engine.instance.num_types, np.arange(len(flows.unlimited))
    return csr_array(engine.first.capacity[(flows.first_site + site) * types + flows.type])


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
    arcs, zones, sites = len(flows.site), len(flows.ceiling), len(flows.unlimited)
    arc, zone, one = np.arange(arcs), np.arange(zones), np.ones(arcs)
    flow, link = columns.start + arc, zones + sites + arc
    fixed = capacity.tocoo()
    limited, by = (part.astype(np.int64) for part in fixed.coords)
    member = zone[: len(group)]  # groups have rows where they have limits
    row = [flows.zone, zone, zones + flows.site, zones + limited, link, link]
    row.append(zones + sites + arcs + group)
    opening = first.layout.columns(OPEN)[flows.first_site + flows.site]
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
