"""The whole model of one scenario as plain arrays, compiled from its Pyomo model."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyomo.environ as pyo
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from scipy.sparse import csr_array

from robustev.core.arrays import FloatArray
from robustev.model.instance import Instance
from robustev.model.pyomo_model import scenario_model
from robustev.model.risk import Expected
from robustev.model.variables import first_stage_columns


@dataclass(frozen=True, eq=False)
class LinearModel:
    """A mixed-integer program ``min cost @ y + constant`` over rows and bounds.

    ``integer`` is 1 for whole-number columns, else 0; shapes are (columns,) and (rows,). ``row_of``
    has the name of the Pyomo constraint that each row is of.
    """

    matrix: csr_array
    row_lower: FloatArray
    row_upper: FloatArray
    lower: FloatArray
    upper: FloatArray
    integer: FloatArray
    cost: FloatArray
    constant: float
    row_of: tuple[str, ...]


def linear_scenario(instance: Instance, scenario: int) -> LinearModel:
    """Compile the whole model of one scenario and its cost; the first stage has the first columns.

    Second-stage columns that are fixed are left out.
    """
    plain = instance.model.model_copy(update={"objective": Expected()})
    m = scenario_model(replace(instance, model=plain), scenario)
    first = first_stage_columns(m)
    known = {id(v) for v in first}
    every = m.component_data_objects(pyo.Var, descend_into=True)
    second = [v for v in every if id(v) not in known and not v.fixed]
    return standard_form(m, [*first, *second])


def standard_form(m: pyo.ConcreteModel, variables: list[pyo.Var]) -> LinearModel:
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
        row_of=tuple(row.constraint.parent_component().name for row in form.rows),
    )
