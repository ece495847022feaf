"""The region that an experiment names, read with the arcs that its models need."""

from __future__ import annotations

from pathlib import Path

from robustev.config.experiment import Experiment
from robustev.data.reach import Reach
from robustev.data.region import Region
from robustev.model.instance import reach_of
from robustev.readers.load import load_region


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
