"""Simulating the queues of plans under an experiment's region, model and scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from robustev.assess.config import CompareConfig
from robustev.assess.statistics.streams import judging_definition, out_of_sample_scenarios
from robustev.config.experiment import Experiment
from robustev.config.region import make_region
from robustev.core.errors import ConfigError, InputError, RobustevError
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.experiment.compare import definition_of
from robustev.experiment.evaluate import find_plan
from robustev.experiment.phases import refuse_phases
from robustev.experiment.prepare import make_scenarios
from robustev.model.instance import build_instance, with_levels
from robustev.results.folder import ResultFolder
from robustev.results.layout import Layout
from robustev.results.reader import read_results
from robustev.results.writer import write_json
from robustev.simulate.config import SimulationConfig
from robustev.simulate.queues import promise_of
from robustev.simulate.schema import SimulationDocument

MISSING = "'robustev simulate' needs the extra 'simulate': pip install 'robustev[simulate]'"


def simulate_plans(
    experiment: Experiment,
    names: Sequence[str] = (),
    *,
    folder: Path | None = None,
    number: int | None = None,
) -> list[SimulationDocument]:
    """Return what simulated queues say of plans; see :func:`robustev.simulate.simulate.simulate`.

    Parameters
    ----------
    names
        CSV files, plans of the result folder ``folder``, or ``existing``; without any, all plans of
        the folder that have a promise.
    number
        Fresh scenarios to draw; absent takes those that the experiment's plans are made from.

    Raises
    ------
    InputError
        If a plan cannot be read, has no promise to be held to, or no scenarios can be drawn.
    RobustevError
        If the extra is not installed.
    """
    try:
        from robustev.simulate.simulate import simulate  # noqa: PLC0415 - an optional dependency
    except ImportError as error:
        raise RobustevError(MISSING) from error
    refuse_phases(experiment, "simulate")
    config = experiment.simulate or SimulationConfig()
    stored = None if folder is None else read_results(folder)
    region = make_region(experiment)
    scenarios = _scenarios(experiment, region, number)
    found = []
    for name in names or _plans(experiment, stored, config):
        spec = experiment.plans.get(name)
        model = experiment.model if spec is None else spec.model
        promise = config.promise or promise_of(model)
        if promise is None:
            raise ConfigError(
                f"plan {name!r} has no promise on waiting: give 'model.waiting', or "
                "'simulate.promise' to hold every plan to the same one"
            )
        plan = find_plan(name, with_levels(region, model), stored)
        instance = build_instance(region, scenarios, model).with_scenarios(scenarios)
        found.append(simulate(instance, plan, promise, config, experiment.seed))
    return found


def write_simulations(found: Sequence[SimulationDocument], folder: Path) -> list[Path]:
    """Write each plan's simulation where a result folder keeps it, and return the files."""
    paths = [Layout(folder).simulation(one.plan) for one in found]
    for one, path in zip(found, paths, strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_json(path, one)
    return paths


def _plans(
    experiment: Experiment, stored: ResultFolder | None, config: SimulationConfig
) -> list[str]:
    """Return the plans of a result folder that have a promise, those of the experiment first.

    Raises
    ------
    InputError
        If there are none.
    """
    plans = {} if stored is None else stored.plans
    found = [
        name
        for name, spec in experiment.plans.items()
        if name in plans and plans[name].document.has_plan
        and (config.promise is not None or promise_of(spec.model) is not None)
    ]  # fmt: skip
    if not found:
        raise InputError(
            "no plan to simulate: name one (a CSV file, existing, or a plan of a result folder), "
            "or give 'simulate.promise' for the plans of a result folder"
        )
    return found


def _scenarios(experiment: Experiment, region: Region, number: int | None) -> ScenarioSet:
    if number is None:
        return make_scenarios(experiment, region)
    config = experiment.compare or CompareConfig()
    source = judging_definition(config, definition_of(experiment))
    return out_of_sample_scenarios(region, source, number, experiment.seed)
