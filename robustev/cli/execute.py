"""What ``run`` and ``solve`` share: starting ranks, following progress, the exit code."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from robustev.cli.progress import LiveProgress
from robustev.cli.session import FAILED, INFEASIBLE, INTERRUPTED
from robustev.errors import ConfigError, nearest_name
from robustev.experiment import launch
from robustev.experiment.config import Experiment
from robustev.experiment.folder import check_replaceable
from robustev.experiment.methods import num_ranks_wanted
from robustev.experiment.run import Outcome, result_folder, run_experiment
from robustev.mpi import under_mpi
from robustev.solve.result import Status


def start_ranks(
    experiment: Experiment, arguments: list[str], console: Console, *, folder: Path | None
) -> int | None:
    """Run the command on MPI ranks if its plans want them; return its exit code, else None.

    Under mpiexec the ranks that are there are used, so the answer is None.
    """
    check_replaceable(result_folder(experiment, folder))
    if under_mpi():
        return None
    wanted = num_ranks_wanted(experiment)
    if wanted == 1:
        return None
    return launch.relaunch(arguments, wanted, notify=lambda text: console.print(text))


def execute(
    experiment: Experiment,
    console: Console,
    *,
    folder: Path | None = None,
    keep: bool = False,
    write: bool = True,
    known: Path | None = None,
) -> tuple[Outcome, int]:
    """Run the experiment with live progress; return the outcome and the exit code."""
    with LiveProgress(console, list(experiment.plans)) as progress:
        outcome = run_experiment(
            experiment, folder=folder, keep=keep, write=write, progress=progress,
            on_part=progress.part, known=known,
        )  # fmt: skip
    return outcome, _exit_code(outcome)


def _exit_code(outcome: Outcome) -> int:
    found = {result.status for result in outcome.results.values()}
    if Status.INTERRUPTED in found or len(outcome.results) < len(outcome.experiment.plans):
        return INTERRUPTED
    compared = outcome.experiment.compare is None or outcome.comparison is not None
    if Status.ERROR in found or not compared:
        return FAILED
    return INFEASIBLE if Status.INFEASIBLE in found else 0


def only_plan(experiment: Experiment, name: str | None) -> Experiment:
    """Return the experiment with one plan: the named one, or the first.

    Raises
    ------
    ConfigError
        If there is no plan of that name.
    """
    chosen = next(iter(experiment.plans)) if name is None else name
    if chosen not in experiment.plans:
        near = nearest_name(chosen, experiment.plans)
        hint = f" (is {near!r} meant?)" if near else ""
        raise ConfigError(f"no plan {chosen!r}{hint}; there are {', '.join(experiment.plans)}")
    return experiment.model_copy(update={"plans": {chosen: experiment.plans[chosen]}})
