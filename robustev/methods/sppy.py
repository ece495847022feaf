"""mpi-sppy, imported in silence, and the bridge from scenarios to its models.

On import it prints a line and opens log files in the working directory; so it is imported here
alone, and its classes are taken from here.
"""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Callable, Sequence
from typing import Any

import pyomo.environ as pyo

from robustev.parallel.world import without_shared_memory

with contextlib.redirect_stdout(io.StringIO()), without_shared_memory():
    import mpisppy
    import mpisppy.log

    # Its cylinders would each open a log file in the working directory on import.
    mpisppy.log.setup_logger = lambda *_, **__: None
    from mpisppy import MPI
    from mpisppy.cylinders.hub import PHHub
    from mpisppy.cylinders.spoke import InnerBoundNonantSpoke, OuterBoundSpoke
    from mpisppy.extensions.extension import Extension, MultiExtension
    from mpisppy.opt.ef import ExtensiveForm
    from mpisppy.opt.ph import PH
    from mpisppy.scenario_tree import ScenarioNode
    from mpisppy.spbase import SPBase
    from mpisppy.spin_the_wheel import WheelSpinner
    from mpisppy.spopt import SPOpt
    from mpisppy.utils import sputils

from robustev.model.decisions import Decision, scenario_infrastructure
from robustev.model.instance import Instance
from robustev.model.pyomo_model import first_stage_variables, scenario_model
from robustev.model.risk import ScenarioRisk
from robustev.model.variables import first_stage_columns
from robustev.recourse.recourse import Recourse

__all__ = [
    "PH",
    "Extension",
    "ExtensiveForm",
    "InnerBoundNonantSpoke",
    "MultiExtension",
    "OuterBoundSpoke",
    "PHHub",
    "SPBase",
    "SPOpt",
    "WheelSpinner",
    "every_node",
    "own_rank",
    "scenario_creator",
    "solver_layer",
    "tree_creator",
]

logger = logging.getLogger(__name__)
# Every solve that is stopped once its bound is good enough would be told as a failing of HiGHS.
logging.getLogger("pyomo.contrib.appsi.solvers.highs").setLevel(logging.ERROR)


class _LogStream(io.TextIOBase):
    """Sends what mpi-sppy would print to the log."""

    def write(self, text: str) -> int:
        if text.strip():
            logger.debug("mpi-sppy: %s", text.strip())
        return len(text)


mpisppy.tt_timer.ostream = _LogStream()

Build = Callable[..., pyo.ConcreteModel]
"""Builds a scenario's model: ``build(problem, scenario, cost_bounds=..., best_cost=...)``."""


def scenario_creator(
    instance: Instance, risk: ScenarioRisk, build: Build = scenario_model
) -> Callable[..., object]:
    """Return mpi-sppy's creator: a scenario's model by name, with its nonanticipative variables."""
    position = {name: s for s, name in enumerate(instance.scenarios.names)}
    offset = risk.offset
    bounds = (min(0.0, instance.fixed_cost), _most_costly(instance))

    def create(name: str, **_: object) -> pyo.ConcreteModel:
        s = position[name]
        model = build(instance, s, cost_bounds=bounds, best_cost=float(offset[s]))
        model.name = name
        model._mpisppy_probability = float(instance.probability[s])
        sputils.attach_root_node(model, 0.0, first_stage_variables(model))
        return model

    return create


def node_names(of: Sequence[Decision]) -> list[str]:
    """Return mpi-sppy's names of decisions: ROOT, ROOT_0, ROOT_1, ROOT_0_0, ..."""
    names: list[str] = []
    for place, decision in enumerate(of):
        before = [d for d in of[:place] if d.parent == decision.parent]
        names.append("ROOT" if decision.parent < 0 else f"{names[decision.parent]}_{len(before)}")
    return names


def every_node(of: Sequence[Decision]) -> list[str] | None:
    """Return the names of all nodes with a leaf for each scenario; None where there are two."""
    if len(of) == 1:
        return None
    names, parents = node_names(of), {decision.parent for decision in of}
    leaves = [
        f"{name}_{k}"
        for v, (name, decision) in enumerate(zip(names, of, strict=True))
        if v not in parents
        for k in range(len(decision.scenarios))
    ]
    return [*names, *leaves]


def tree_creator(
    instance: Instance, risk: ScenarioRisk, of: Sequence[Decision], build: Build
) -> Callable[..., object]:
    """Return mpi-sppy's creator for more stages than two.

    Each scenario decides at its own nodes, at what that costs in it; the columns of other nodes are
    its model's own, cost nothing, and are not read.
    """
    create, names = scenario_creator(instance, risk, build), node_names(of)
    position = {name: s for s, name in enumerate(instance.scenarios.names)}
    if len(of) == 1:
        return create

    def create_staged(name: str, **options: object) -> object:
        model: Any = create(name, **options)
        s = position[name]
        columns = first_stage_columns(model)
        cost, constant = scenario_infrastructure(instance, of, s)
        terms = zip(cost.tolist(), columns, strict=True)
        spent = pyo.quicksum(price * v for price, v in terms if price)
        model.infrastructure_cost.set_value(spent + constant)
        model._mpisppy_node_list = []
        for place, decision in enumerate(of):
            if s not in decision.scenarios:
                continue
            parent = decision.parent
            before = of[parent].probability if parent >= 0 else 1.0
            model._mpisppy_node_list.append(
                ScenarioNode(
                    names[place],
                    decision.probability / before,
                    len(model._mpisppy_node_list) + 1,
                    0.0,
                    [columns[c] for c in decision.columns],
                    model,
                    parent_name=names[parent] if parent >= 0 else None,
                )
            )
        return model

    return create_staged


def own_rank() -> Any | None:
    """Return the communicator of this rank alone, or None without MPI."""
    return MPI.COMM_SELF if mpisppy.haveMPI else None


def solver_layer(options: dict[str, object]) -> object:
    """Return mpi-sppy's form of solver options that hold in every iteration."""
    return sputils.solver_options_layer("default", options)


def _most_costly(instance: Instance) -> float:
    """Return a cost that no scenario exceeds: everything built, every unit at its ceiling."""
    built = float(
        instance.opening_cost.sum() + (instance.max_chargers @ instance.charger_cost).sum()
    )
    return built + Recourse(instance).most_costly()
