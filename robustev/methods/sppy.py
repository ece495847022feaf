"""mpi-sppy, imported in silence, and the bridge from scenarios to its models.

On import it prints a line and opens log files in the working directory; so it is imported here
alone, and its classes are taken from here.
"""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Callable
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
    from mpisppy.spbase import SPBase
    from mpisppy.spin_the_wheel import WheelSpinner
    from mpisppy.spopt import SPOpt
    from mpisppy.utils import sputils

from robustev.model.instance import Instance
from robustev.model.pyomo_model import first_stage_variables, scenario_model
from robustev.model.risk import ScenarioRisk
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
    "own_rank",
    "scenario_creator",
    "solver_layer",
]

logger = logging.getLogger(__name__)


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
