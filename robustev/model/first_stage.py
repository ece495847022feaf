"""The first stage as plain arrays, compiled from its Pyomo model so that it is stated only once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyomo.environ as pyo
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from scipy.sparse import csr_array, hstack

from robustev.core.arrays import FloatArray
from robustev.data.plan import Plan
from robustev.model.instance import Instance
from robustev.model.pyomo_model import first_stage, scenario_model
from robustev.model.risk import Expected

FEASIBLE = 1e-9
"""Largest violation of a row or bound that does not count."""


@dataclass(frozen=True, eq=False)
class LinearFirstStage:
    """The first stage ``row_lower <= matrix @ z <= row_upper``, ``lower <= z <= upper``.

    ``z`` holds ``x_i`` for every site, then ``n_ir`` site by site; all of it is integer.

    Parameters
    ----------
    cost
        Shape (columns,): weighted infrastructure cost of each column.
    constant
        Cost that no decision changes.
    capacity
        Shape (sites * types, columns), sparse: ``C = capacity @ z``, site by site. An infinite
        fixed capacity is left out here and listed in ``unlimited``.
    unlimited
        Shape (sites, types): True where an open site has no capacity limit.
    """

    matrix: csr_array
    row_lower: FloatArray
    row_upper: FloatArray
    lower: FloatArray
    upper: FloatArray
    cost: FloatArray
    constant: float
    capacity: csr_array
    unlimited: FloatArray
    num_sites: int

    @property
    def num_columns(self) -> int:
        """Number of first-stage columns."""
        return len(self.cost)

    def plan(self, z: FloatArray, name: str) -> Plan:
        """Return the plan at ``z``, rounded to whole numbers."""
        whole = np.rint(z).astype(np.int64)
        return Plan(
            name, whole[: self.num_sites] > 0, whole[self.num_sites :].reshape(self.num_sites, -1)
        )

    def columns(self, plan: Plan) -> FloatArray:
        """Return the vector ``z`` of a plan."""
        return np.concatenate([plan.open.astype(float), plan.chargers.astype(float).ravel()])

    def on_columns(self, of_sites: csr_array) -> csr_array:
        """Return rows over sites, shape (rows, sites), as rows over all columns."""
        rest = self.num_columns - self.num_sites
        return csr_array(hstack([of_sites, csr_array((of_sites.shape[0], rest))], format="csr"))

    def infrastructure_cost(self, z: FloatArray) -> float:
        """Return the weighted cost of openings and chargers at ``z``, whole or not."""
        return float(self.cost @ z) + self.constant

    def violation(self, z: FloatArray) -> float:
        """Return the largest violation of any row or bound at ``z``."""
        rows = self.matrix @ z
        parts = (self.row_lower - rows, rows - self.row_upper, self.lower - z, z - self.upper)
        return max(0.0, *(float(part.max(initial=0.0)) for part in parts))

    def allows(self, z: FloatArray) -> bool:
        """Return whether ``z`` keeps every row and bound, to ``FEASIBLE``."""
        return self.violation(z) <= FEASIBLE


def linear_first_stage(instance: Instance) -> LinearFirstStage:
    """Compile the first stage of ``instance`` into arrays."""
    m = first_stage(instance)
    m.no_objective = pyo.Objective(expr=0)
    variables = [*m.open.values(), *m.chargers.values()]
    rows = _standard_form(m, variables)
    return LinearFirstStage(
        matrix=rows.matrix,
        row_lower=rows.row_lower,
        row_upper=rows.row_upper,
        lower=rows.lower,
        upper=rows.upper,
        cost=np.concatenate(
            [instance.opening_cost, np.tile(instance.charger_cost, instance.num_sites)]
        ),
        constant=instance.fixed_cost,
        capacity=_capacity(instance),
        unlimited=np.isinf(instance.fixed_capacity).astype(float),
        num_sites=instance.num_sites,
    )


@dataclass(frozen=True, eq=False)
class LinearModel:
    """A mixed-integer program ``min cost @ y + constant`` over rows and bounds.

    ``integer`` is 1 for whole-number columns, else 0; shapes are (columns,) and (rows,).
    """

    matrix: csr_array
    row_lower: FloatArray
    row_upper: FloatArray
    lower: FloatArray
    upper: FloatArray
    integer: FloatArray
    cost: FloatArray
    constant: float


def linear_scenario(instance: Instance, scenario: int) -> LinearModel:
    """Compile the whole model of one scenario and its cost; the first stage has the first columns.

    Second-stage columns that are fixed are left out.
    """
    plain = instance.model.model_copy(update={"objective": Expected()})
    m = scenario_model(replace(instance, model=plain), scenario)
    second = [v for part in (m.assign, m.unserved) for v in part.values() if not v.fixed]
    return _standard_form(m, [*m.open.values(), *m.chargers.values(), *second])


def _standard_form(m: pyo.ConcreteModel, variables: list[pyo.Var]) -> LinearModel:
    """Return a model's rows and objective on ``variables``, which are all that are not fixed."""
    position = {id(v): c for c, v in enumerate(variables)}
    form = LinearStandardFormCompiler().write(m, mixed_form=True)
    source, objective = form.A.tocoo(), form.c.tocoo()
    column = np.array([position[id(v)] for v in form.columns], dtype=np.int64)
    shape = (len(form.rows), len(position))
    kind = np.array([row.bound_type for row in form.rows], dtype=int)
    rhs = np.asarray(form.rhs, dtype=float)
    cost = np.zeros(len(position))
    cost[column[objective.col]] = objective.data
    return LinearModel(
        matrix=csr_array((source.data, (source.row, column[source.col])), shape=shape),
        row_lower=np.where(kind <= 0, rhs, -np.inf),
        row_upper=np.where(kind >= 0, rhs, np.inf),
        lower=np.array([v.lb for v in variables], dtype=float),
        upper=np.array([v.ub for v in variables], dtype=float),
        integer=np.array([not v.is_continuous() for v in variables], dtype=float),
        cost=cost,
        constant=float(form.c_offset[0]),
    )


def _capacity(instance: Instance) -> csr_array:
    sites, types, kinds = instance.num_sites, instance.num_types, instance.num_kinds
    fixed = np.where(np.isinf(instance.fixed_capacity), 0.0, instance.fixed_capacity)
    row = np.arange(sites * types)
    site, of_type = row // types, row % types
    rows, columns, values = [row], [site], [fixed.ravel()]
    for r in range(kinds):
        rows.append(row)
        columns.append(sites + site * kinds + r)
        values.append(instance.charger_capacity[r, of_type])
    entries = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    matrix = csr_array(entries, shape=(sites * types, sites + sites * kinds))
    matrix.eliminate_zeros()
    return matrix
