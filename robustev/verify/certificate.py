"""The relaxation bound, derived again from stored dual prices.

``certificate/<plan>.npz`` holds, for every service g (a demand type, numbered in the region's
order; one service where types share a split), the prices that the last relaxation rests on:

- ``site_price_<g>``: shape (prices, sites), ``u >= 0``; (prices, sites, types) for a shared split;
- ``zone_value_<g>``: shape (prices, zones), ``v``;
- ``weight_<g>``: shape (prices, scenarios), how much of each scenario's weight is bounded by each
  price. Summed over prices it is the scenario's weight in the objective, the same for every g.

For any such numbers, with ``L_jp`` the weighted demand of a price,

    sum_s w_s Q_s(x, C) >= sum_p [ sum_j L_jp (v_jp - sum_i x_i (v_jp - t_ij - u_ip)^+)
                                   - sum_i W_p u_ip C_i ],

so the least value of infrastructure plus this, over the linear relaxation of the first stage, is
a lower bound whatever the optimiser did. With a shared split ``t_ij`` becomes
``t_ij sum_k D_jk + sum_k u_ik D_jk`` and ``v`` the value of a whole zone, scenario by scenario.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import linprog

from robustev.arrays import FloatArray
from robustev.errors import InputError, SolverError
from robustev.problem import Problem
from robustev.verify.first_stage import column_bounds, column_costs, first_stage_rows
from robustev.verify.measure import in_envelope


@dataclass(frozen=True, eq=False)
class Certificate:
    """Dual prices of one type and the scenario weights that rest on them; see this module."""

    site_price: FloatArray
    zone_value: FloatArray
    weight: FloatArray


def read_certificate(path: Path) -> list[Certificate] | None:
    """Return a stored certificate, one part per service; None where there is none."""
    if not path.is_file():
        return None
    with np.load(path) as stored:
        services = sorted({int(name.rsplit("_", 1)[1]) for name in stored.files})
        return [
            Certificate(stored[f"site_price_{g}"], stored[f"zone_value_{g}"], stored[f"weight_{g}"])
            for g in services
        ]


def relaxation_bound(problem: Problem, parts: list[Certificate]) -> float:
    """Return the lower bound that the certificate proves for ``problem``.

    Raises
    ------
    InputError
        If the certificate is no certificate: prices below 0, a zone value above the unserved
        penalty, weights that are not the objective's.
    """
    if problem.model.split == "shared" and problem.num_types > 1:
        raise InputError("certificates of a shared split are not checked here")
    if len(parts) != problem.num_types:
        raise InputError(f"the certificate has {len(parts)} parts for {problem.num_types} types")
    total = None
    for k, part in enumerate(parts):
        _check(problem, k, part)
        weight = part.weight.sum(axis=0)
        if total is not None and not np.allclose(weight, total, atol=1e-9):
            raise InputError("the certificate's types rest on different scenario weights")
        total = weight
    constant, slope = _cut(problem, parts)
    return constant + _least(problem, column_costs(problem) + slope) + problem.fixed_cost


def _check(problem: Problem, k: int, part: Certificate) -> None:
    if (part.site_price < 0).any() or (part.weight < 0).any():
        raise InputError("the certificate has a negative price or weight")
    unlimited = np.isinf(problem.fixed_capacity[:, k])
    if (part.site_price[:, unlimited] > 0).any():
        raise InputError("the certificate prices a capacity that has no limit")
    if (part.zone_value > problem.penalty[k] * (1 + 1e-12)).any():
        raise InputError("the certificate values a zone above the unserved penalty")
    goal = problem.model.objective
    if goal.measure == "regret":
        raise InputError("certificates for regret need each scenario's optimum, on trust")
    if not in_envelope(goal, part.weight.sum(axis=0), problem.probability):
        raise InputError("the certificate's scenario weights are not the objective's")


def _cut(problem: Problem, parts: list[Certificate]) -> tuple[float, FloatArray]:
    """Return the constant, and the coefficients on z, of the bound on second-stage cost."""
    constant = 0.0
    opening = np.zeros(problem.num_sites)
    chargers = np.zeros((problem.num_sites, problem.num_kinds))
    for k, part in enumerate(parts):
        load = part.weight @ problem.demand[:, :, k]
        constant += float((load * part.zone_value).sum())
        for p in range(len(load)):
            with np.errstate(invalid="ignore"):
                saved = part.zone_value[p] - problem.travel - part.site_price[p][:, None]
            opening -= np.maximum(saved, 0.0) @ load[p]
        rent = part.weight.sum(axis=1) @ part.site_price
        fixed = np.where(np.isinf(problem.fixed_capacity[:, k]), 0.0, problem.fixed_capacity[:, k])
        opening -= rent * fixed
        chargers -= rent[:, None] * problem.charger_capacity[None, :, k]
    return constant, np.concatenate([opening, chargers.ravel()])


def _least(problem: Problem, cost: FloatArray) -> float:
    """Return a lower bound on ``cost @ z`` over the relaxed first stage, by weak duality."""
    rows, (low, high) = first_stage_rows(problem), column_bounds(problem)
    matrix = rows.matrix
    upper, lower = np.isfinite(rows.high), np.isfinite(rows.low)
    stacked = np.vstack([matrix[upper], -matrix[lower]])
    limits = np.concatenate([np.array(rows.high)[upper], -np.array(rows.low)[lower]])
    solver: Any = linprog
    found = solver(cost, A_ub=stacked, b_ub=limits, bounds=np.column_stack([low, high]))
    if found.status != 0:
        raise SolverError(f"the relaxed first stage could not be solved: {found.message}")
    # The solver's duals prove a bound in plain numpy; its own value is not relied upon.
    y = np.maximum(-np.asarray(found.ineqlin.marginals), 0.0)
    reduced = cost + y @ stacked
    return float(np.minimum(reduced * low, reduced * high).sum() - y @ limits)
