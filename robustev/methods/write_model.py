"""Writing what is solved to a file, so that any other solver can check it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from robustev.core.errors import ConfigError, InfeasibleError
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.methods.infeasibility import explain
from robustev.methods.sppy import scenario_creator
from robustev.methods.wait_and_see import regret_measure, wait_and_see
from robustev.model.export import compile_program, writer_for
from robustev.model.features.base import Feature
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model
from robustev.model.pyomo_model import first_stage_variables
from robustev.model.risk import ScenarioRisk

OWN_OPTIMUM_GAP = 1e-7
"""Relative gap of each scenario's own optimum, which regret is measured from."""


def write_model(
    path: str | Path,
    region: Region,
    scenarios: ScenarioSet,
    model: Model,
    *,
    features: Sequence[Feature] = (),
) -> list[Path]:
    """Write the two-stage model as a file for other solvers, and return the files written.

    ``.mps`` and ``.lp`` hold the extensive form: all scenarios in one mixed-integer program.
    ``.cor`` is the core of SMPS, with ``.tim`` and ``.sto`` beside it: the first scenario, its two
    periods, and what the others have otherwise. Columns are named after the model's variables and
    the places of site, zone and type: ``open_3``, ``chargers_3_0``, ``s0_assign_3_12_0``. The
    optimum is the objective that :func:`robustev.solve` finds.

    The file holds every arc of every scenario; it is meant for problems that ``ef`` can solve.

    Parameters
    ----------
    features
        Rules that are written outside the package, beside those that ``model`` asks for.

    Raises
    ------
    ConfigError
        If the ending of ``path`` is none of these, or the model asks for what the region does not
        have.
    InfeasibleError
        If no plan keeps the rules.
    """
    write = writer_for(path)
    instance = build_instance(region, scenarios, model.with_features(*features))
    message = explain(instance)
    if message is not None:
        raise InfeasibleError(message)
    goal = instance.goal
    if not (goal.is_linear or goal.is_expectation):
        raise ConfigError(f"no linear program states the risk measure {goal.measure!r} exactly")
    create = scenario_creator(instance, _risk(instance))
    stated = (create(name) for name in instance.scenarios.names)
    programs = [compile_program(m, first_stage_variables(m)) for m in stated]
    return write(Path(path), programs, instance.probability)


def _risk(instance: Instance) -> ScenarioRisk:
    """Return the risk measure, with each scenario's own optimum where it needs them."""
    goal = instance.goal
    if not goal.needs_own_optima or goal.is_expectation:
        return ScenarioRisk(goal, instance.probability)
    return regret_measure(instance, wait_and_see(instance, gap=OWN_OPTIMUM_GAP, total=np.inf))
