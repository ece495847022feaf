"""The whole problem stated a second time as one mixed-integer program, for small instances."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import block_diag, csr_array, hstack, vstack

from robustev.core.arrays import FloatArray, IntArray
from robustev.methods.scaling import Scaling
from robustev.model.instance import Instance, Stage
from robustev.verify.first_stage import (
    charger_columns,
    column_bounds,
    column_costs,
    first_stage_rows,
    num_columns,
    open_columns,
    stage_columns,
)
from robustev.verify.mixed_integer import Rows, minimise
from robustev.verify.service import service_types
from robustev.verify.tables import Counted, counted

MAX_COLUMNS = 12_000


@dataclass(frozen=True)
class Optimum:
    """What was found: a lower bound, and the cost of a plan; None where unknown."""

    lower: float | None
    upper: float | None


def extensive_size(instance: Instance) -> int:
    """Return the number of second-stage columns of the whole problem."""
    of_one = sum(
        (len(stage.instance.arcs) + stage.instance.num_zones) * len(service_types(stage.instance))
        for stage in instance.stages(0)
    )
    return of_one * len(instance.scenarios)


def extensive_optimum(instance: Instance, seconds: float) -> Optimum:
    """Solve the whole problem for its expected cost, in units of ordinary size.

    Raises
    ------
    SolverError
        If it cannot be solved.
    """
    scaling = Scaling.of(instance)
    instance = scaling.scaled(instance)
    more = counted(instance, charger_columns(instance), num_columns(instance))
    blocks = [
        _moved(_block(stage.instance, more, stage.scenario, weight, types), more, stage, instance)
        for s, weight in enumerate(instance.probability.tolist())
        for stage in instance.stages(s)
        for types in service_types(stage.instance)
    ]
    rows = first_stage_rows(instance)
    second = block_diag([block.second for block in blocks], format="csr")
    first = vstack([block.first for block in blocks], format="csr")
    held = csr_array((len(rows.low), more.size))
    top = vstack([hstack([csr_array(rows.matrix), held]), more.rows], format="csr")
    empty = csr_array((top.shape[0], second.shape[1]))
    matrix = vstack([hstack([top, empty]), hstack([first, second])], format="csr")
    low, high = column_bounds(instance)
    low, high = np.append(low, np.zeros(more.size)), np.append(high, np.ones(more.size))
    upper = np.concatenate([high, *(block.upper for block in blocks)])
    spent = np.append(column_costs(instance), np.zeros(more.size))
    cost = np.concatenate([spent, *(block.cost for block in blocks)])
    integer = np.concatenate([np.ones(len(low)), np.zeros(second.shape[1])])
    limits = Rows(
        matrix,
        np.concatenate([rows.low, more.low, *(block.row_low for block in blocks)]),
        np.concatenate([rows.high, more.high, *(block.row_high for block in blocks)]),
    )
    bounds = (np.concatenate([low, np.zeros(second.shape[1])]), upper)
    found = minimise(cost, limits, bounds, integer, seconds)
    fixed, money = instance.fixed_cost, scaling.money
    return Optimum(
        (found.bound + fixed) / money if np.isfinite(found.bound) else None,
        None if found.cost is None else (found.cost + fixed) / money,
    )


@dataclass(frozen=True, eq=False)
class _Block:
    """Second-stage columns and rows of one scenario and service; ``first`` multiplies z."""

    cost: FloatArray
    upper: FloatArray
    first: csr_array
    second: csr_array
    row_low: FloatArray
    row_high: FloatArray


def _moved(block: _Block, more: Counted, stage: Stage, whole: Instance) -> _Block:
    """Return the block of one phase with its first-stage columns among those of the whole."""
    source = block.first.tocoo()
    row, column = source.coords
    counting = num_columns(whole) + np.arange(more.size)
    place = np.append(stage_columns(whole, stage.first_site), counting)[column]
    shape = (block.first.shape[0], num_columns(whole) + more.size)
    return replace(block, first=csr_array((source.data, (row, place)), shape=shape))


def _block(
    instance: Instance, more: Counted, scenario: int, weight: float, types: IntArray
) -> _Block:
    order = instance.arcs.by_site
    i, j, way = instance.arcs.site[order], instance.arcs.zone[order], instance.arcs.cost[order]
    arcs, zones, sites = len(i), instance.num_zones, instance.num_sites
    load = instance.demand[scenario][:, types]
    penalty = instance.unserved_price[types]
    forbidden = (np.isinf(penalty)[None, :] & (load > 0)).any(axis=1)
    left = load @ np.where(np.isinf(penalty), 0.0, penalty)
    cost = weight * np.concatenate([way * load.sum(axis=1)[j], left])
    num_first = num_columns(instance) + more.size
    every = np.arange(arcs)
    served = csr_array(
        (np.ones(arcs + zones), (np.concatenate([j, np.arange(zones)]), np.arange(arcs + zones)))
    )
    link = csr_array((np.ones(arcs), (every, every)), shape=(arcs, arcs + zones))
    opens = csr_array((-np.ones(arcs), (every, i)), shape=(arcs, num_first))
    use, give, limited = [], [], 0
    for column, k in enumerate(types):
        bounded = np.flatnonzero(np.isfinite(instance.fixed_capacity[:, k]))
        place = np.full(sites, -1)
        place[bounded] = np.arange(len(bounded))
        inside = place[i] >= 0
        entries = (load[j[inside], column], (place[i[inside]], every[inside]))
        use.append(csr_array(entries, shape=(len(bounded), arcs + zones)))
        give.append(_capacity(instance, more, bounded, k))
        limited += len(bounded)
    nothing = csr_array((zones, num_first))
    return _Block(
        cost=cost,
        upper=np.concatenate([np.ones(arcs), np.where(forbidden, 0.0, 1.0)]),
        first=vstack([nothing, opens, *give], format="csr"),
        second=vstack([served, link, *use], format="csr"),
        row_low=np.concatenate([np.ones(zones), np.full(arcs + limited, -np.inf)]),
        row_high=np.concatenate([np.ones(zones), np.zeros(arcs + limited)]),
    )


def _capacity(instance: Instance, more: Counted, bounded: IntArray, k: int) -> csr_array:
    """Return what z takes off the load of each site with a limit: ``-C_ik``."""
    rows = np.zeros((len(bounded), num_columns(instance)))
    opening, chargers = open_columns(instance), charger_columns(instance)
    for row, i in enumerate(bounded):
        rows[row, opening[i]] = -instance.fixed_capacity[i, k]
        if not more.size:
            rows[row, chargers[i]] = -instance.charger_capacity[:, k]
    counting = more.capacity[bounded * instance.num_types + k]
    return csr_array(hstack([csr_array(rows), -counting], format="csr"))
