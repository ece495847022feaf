"""By how much no plan can serve a scenario as it must, and which limits would have to give way.

The whole model of one scenario is made elastic: demand that must be served may stay unserved, and a
row that a rule adds to the second stage may be missed, each at 1 a unit (Chinneck 2008, elastic
programs). If the least total over all plans is above 0, no plan serves that scenario, alone or with
others. Then one limit of the first stage at a time is made elastic instead, all else held.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyomo.environ as pyo
from scipy.sparse import csr_array, hstack

from robustev.core import highs
from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.core.errors import SolverError
from robustev.model.features.base import active_features
from robustev.model.first_stage import first_stage
from robustev.model.instance import Instance
from robustev.model.linear import LinearModel, standard_form
from robustev.model.pyomo_model import SERVICE_ROWS, add_second_stage, first_stage_model
from robustev.model.variables import first_stage_columns

NOTHING = 1e-6
"""Share of a scenario's demand, or of a limit, that counts as nothing."""
MOST_SCENARIOS = 4
"""Scenarios that are looked at, those of most demand first."""
MOST_ARCS = 20_000
"""Arcs of all types up to which one scenario is looked at as a whole."""
SECONDS = 10.0
"""Longest solve for each number."""


def explain_shortfall(instance: Instance) -> str | None:
    """Return which scenario no plan serves as it must, by how much; None if none was found.

    Every amount is proven: the least over all plans that keep the other limits. An instance of
    several phases, or a large one, is not looked at.
    """
    if len(instance.blocks) > 1 or len(instance.arcs) * instance.num_types > MOST_ARCS:
        return None
    total = instance.demand.sum(axis=(1, 2))
    for s in np.argsort(-total, kind="stable")[:MOST_SCENARIOS]:
        whole = _Whole.of(instance, int(s))
        found = _least(whole, whole.must, whole.units)
        if found is None or found.sum() <= NOTHING * max(float(total[s]), NOTHING):
            continue
        name = instance.scenarios.names[int(s)]
        text = (
            f"No plan serves scenario {name!r} as it must: of all that keep the other limits, the "
            f"nearest to it {_amounts(whole, found)}."
        )
        enough = _loosened(whole)
        return f"{text} There it is enough to loosen {', or '.join(enough)}." if enough else text
    return None


@dataclass(frozen=True, eq=False)
class _Whole:
    """One scenario's whole model: its rows, and what of it may give way.

    Parameters
    ----------
    must
        Shape (columns,): True for unserved demand that is forbidden.
    units
        Shape (columns,): demand units of such a column at 1.
    ruled
        Rows that rules add to the second stage.
    """

    instance: Instance
    form: LinearModel
    must: BoolArray
    units: FloatArray
    ruled: IntArray

    @classmethod
    def of(cls, instance: Instance, scenario: int) -> _Whole:
        m = first_stage_model(instance)
        m.objective = pyo.Objective(expr=add_second_stage(m, instance, scenario, elastic=True))
        first = first_stage_columns(m)
        known = {id(v) for v in first}
        every = m.component_data_objects(pyo.Var, descend_into=True)
        columns = [*first, *(v for v in every if id(v) not in known and not v.fixed)]
        form = standard_form(m, columns)
        demand = np.where(np.isinf(instance.unserved_price), instance.demand[scenario], 0.0)
        if instance.model.split == "shared":
            demand = demand.sum(axis=1, keepdims=True)
        forbidden = {id(v): float(demand[j, k]) for (j, k), v in m.unserved.items()}
        units = np.array([forbidden.get(id(v), 0.0) for v in columns])
        later = np.diff(csr_array(form.matrix[:, len(first) :]).indptr) > 0
        plain = np.array([name in SERVICE_ROWS for name in form.row_of])
        return cls(instance, form, units > 0, units, np.flatnonzero(later & ~plain))


def _least(
    whole: _Whole, may: BoolArray, units: FloatArray, rows: IntArray | None = None
) -> FloatArray | None:
    """Return the least by which columns and rows give way, columns first; None if not known.

    ``may`` are the columns that may be used at ``units`` each, of those that must stay 0; ``rows``
    may be missed, by default those of the second stage's rules.
    """
    form = whole.form
    rows = whole.ruled if rows is None else rows
    count, width = len(rows), len(form.lower)
    place = (np.tile(rows, 2), np.arange(2 * count))
    sign, shape = np.repeat([1.0, -1.0], count), (form.matrix.shape[0], 2 * count)
    slack = csr_array((sign, place), shape=shape)
    cost = np.append(np.where(may, units, 0.0), np.ones(2 * count))
    solver = highs.new_highs(mip_rel_gap=0.0, threads=1, time_limit=SECONDS)
    highs.pass_rows(
        solver,
        cost=cost,
        lower=np.append(form.lower, np.zeros(2 * count)),
        upper=np.append(
            np.where(whole.must & ~may, 0.0, form.upper), np.full(2 * count, highs.INFINITY)
        ),
        matrix=csr_array(hstack([form.matrix, slack], format="csr")),
        row_lower=form.row_lower,
        row_upper=form.row_upper,
        integer=np.append(form.integer, np.zeros(2 * count)),
    )
    accept = (highs.OPTIMAL, *highs.LIMITS, *highs.INFEASIBLE)
    try:
        status = highs.run(solver, "by how much a scenario falls short", accept=accept)
    except SolverError:  # what is asked here only explains what is known already
        return None
    if status != highs.OPTIMAL:
        return None
    values = np.asarray(highs.column_values(solver)) * cost
    missed = values[width:].reshape(2, count).sum(axis=0)
    return np.append(np.where(may, values[:width], 0.0), missed)


def _amounts(whole: _Whole, found: FloatArray) -> str:
    """Return in words what is short: demand, and rules of the second stage."""
    width = len(whole.form.lower)
    parts, short = [], float(found[:width].sum())
    if short > 0:
        parts.append(f"leaves {short:,.6g} units unserved that must be served")
    missed = float(found[width:].sum())
    if missed > 0:
        names = {whole.form.row_of[r] for r in whole.ruled[found[width:] > 0]}
        stated = [rule for rule in active_features(whole.instance.model) if rule.in_second_stage]
        # Rows are usually called after their rule.
        rules = [rule.text() for rule in stated if rule.key in names or len(stated) == 1]
        what = " and ".join(rules) or "what rules ask of the second stage"
        parts.append(f"misses {what} by {missed:,.6g} units")
    return " and ".join(parts)


def _loosened(whole: _Whole) -> list[str]:
    """Return the rules of the first stage each of which is enough to loosen, with the amount."""
    stated = set(first_stage(whole.instance).rules)
    none = np.zeros(len(whole.form.lower), dtype=bool)
    enough = []
    for rule in active_features(whole.instance.model):
        rows = np.flatnonzero([name == rule.key for name in whole.form.row_of])
        rows = np.setdiff1d(rows, whole.ruled)
        if rule.key not in stated or not len(rows):
            continue
        found = _least(whole, none, whole.units, rows)
        if found is not None and found.sum() > 0:
            enough.append(f"{rule.text()} by {float(found.sum()):,.6g}")
    return enough
