"""The data of an experiment: its region and its scenarios, the same on every rank."""

from __future__ import annotations

from pathlib import Path

from robustev.config.experiment import Experiment
from robustev.core.errors import ConfigError
from robustev.data.reach import Reach
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.evaluate.cost_space import cost_space
from robustev.model.instance import reach_of
from robustev.readers.load import load_region
from robustev.scenarios.config import generate


def make_region(experiment: Experiment) -> Region:
    """Read the experiment's region.

    Raises
    ------
    InputError
        With every fault in the data.
    """
    return load_region(experiment.region, Path(), _reach(experiment))


def _reach(experiment: Experiment) -> Reach:
    """Return the arcs that any of the experiment's models wants."""
    models = [experiment.model, *(spec.model for spec in experiment.plans.values())]
    return Reach.loosest(reach_of(model) for model in models)


def make_scenarios(experiment: Experiment, region: Region) -> ScenarioSet:
    """Return the experiment's scenarios: drawn, the reference demand, or those of the instance.

    Raises
    ------
    ConfigError
        If the region's data bring no scenarios and the experiment wants them.
    """
    section = experiment.scenarios
    if section.use == "reference":
        demand = region.demand[None]
        return ScenarioSet.equiprobable(demand, region.zones.ids, region.types, names=["reference"])
    if section.use == "given":
        if not experiment.region.brings_scenarios:
            raise ConfigError(
                f"scenarios.use is 'given', but data of the format {experiment.region.format!r} "
                "bring no scenarios; use 'generated' or 'reference'"
            )
        return experiment.region.read_scenarios(Path())
    return generate(
        region, section, num_scenarios=section.number, seed=experiment.seed,
        cost_space=cost_space(region, experiment.model),
    )  # fmt: skip
