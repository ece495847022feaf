"""The scenarios of an experiment on their own: a folder with figures and pictures of them."""

from __future__ import annotations

from pathlib import Path

from robustev.config.experiment import Experiment
from robustev.config.region import make_region
from robustev.evaluate.cost_space import cost_space
from robustev.experiment.prepare import given_scenarios
from robustev.results.disk import OutputError
from robustev.scenarios.folder import write_folder
from robustev.scenarios.generator import Generated

ABOUT = "about.json"


def write_experiment_scenarios(
    experiment: Experiment, folder: Path | None = None
) -> tuple[Generated, Path]:
    """Write the experiment's scenarios with summary and pictures; return them and the folder.

    By default the folder is ``results/<name>-scenarios``. See `write_folder` for what it holds.

    Raises
    ------
    InputError
        If the data or the definition cannot be used.
    OutputError
        If the folder holds something else.
    """
    section = experiment.scenarios
    target = (folder or Path("results") / f"{experiment.name}-scenarios").resolve()
    if target.is_file():
        raise OutputError(f"{target} is a file; name a folder with --output")
    if target.is_dir() and any(target.iterdir()) and not (target / ABOUT).is_file():
        raise OutputError(
            f"{target} holds something else than scenarios (it has no {ABOUT}); "
            "name another folder with --output, or empty this one"
        )
    region = make_region(experiment)
    made = write_folder(
        region, section, target, num_scenarios=section.number, seed=experiment.seed,
        cost_space=cost_space(region, experiment.model), given=given_scenarios(experiment),
    )  # fmt: skip
    return made, target
