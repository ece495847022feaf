"""What commands share: what they are about, starting ranks, progress, the exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from robustev.cli.printing.compare import print_comparison
from robustev.cli.printing.progress import LiveProgress
from robustev.cli.printing.run import print_outcome
from robustev.cli.session import FAILED, INFEASIBLE, INTERRUPTED
from robustev.config.experiment import Experiment
from robustev.core.errors import ConfigError, RobustevError, nearest_name
from robustev.experiment.methods import needs_data, ranks_wanted
from robustev.experiment.outcome import Outcome
from robustev.experiment.prepare import Prepared, prepare
from robustev.experiment.run import result_folder, run_experiment
from robustev.methods.result import Status
from robustev.parallel import launch
from robustev.parallel.world import under_mpi
from robustev.results.disk import check_target
from robustev.results.journal import journal_folder


def start_ranks(
    experiment: Experiment,
    arguments: list[str],
    console: Console,
    *,
    folder: Path | None,
    rescue: Callable[[], None] | None = None,
) -> tuple[int | None, Prepared | None]:
    """Run the command on MPI ranks if its plans want them; return its exit code, else None.

    Under mpiexec the ranks that are there are used, so the answer is None. What was prepared to
    learn the number of ranks comes with it, for a run that stays in this process. A ``folder`` that
    cannot be written is refused before anything is read. ``rescue`` is called where the ranks
    have not come to their end.
    """
    if under_mpi():
        return None, None
    if folder is not None:
        check_target(folder)
    ready = prepare(experiment) if needs_data(experiment) else None
    wanted = ranks_wanted(experiment, {} if ready is None else ready.instances)
    if wanted.number == 1:
        return None, ready
    code = launch.relaunch(
        arguments, wanted.number, notify=lambda text: console.print(text), rescue=rescue,
        environment=wanted.environment,
    )  # fmt: skip
    return code, None


def carry_out(
    experiment: Experiment,
    console: Console,
    *,
    folder: Path | None,
    keep: bool = False,
    known: Path | None = None,
    resume: bool = False,
) -> tuple[Outcome | None, int]:
    """Run an experiment from end to end and print what came out; return that and the exit code.

    There is no outcome here where MPI ranks were started, which print it themselves.
    """
    target = result_folder(experiment, folder)
    code, ready = start_ranks(
        experiment, sys.argv[1:], console, folder=target,
        rescue=lambda: _rescue(experiment, console, target),
    )  # fmt: skip
    if code is not None:
        return None, code
    outcome, code = execute(
        experiment, console, folder=target, keep=keep, known=known, resume=resume, ready=ready
    )
    print_outcome(console, outcome)
    if outcome.comparison is not None:
        print_comparison(console, outcome.comparison.comparison, experiment.units)
    return outcome, code


def _rescue(experiment: Experiment, console: Console, target: Path) -> None:
    """Write a result folder of what ranks knew that have died, from what they had saved."""
    if not journal_folder(target).is_dir():
        return
    console.print("The ranks have ended early; writing what they had saved.")
    try:
        outcome = run_experiment(experiment, folder=target, resume=True, only_known=True)
    except (RobustevError, OSError) as error:
        console.print(f"It could not be written: {error}", markup=False, soft_wrap=True)
        return
    print_outcome(console, outcome)


def execute(
    experiment: Experiment,
    console: Console,
    *,
    folder: Path | None = None,
    keep: bool = False,
    write: bool = True,
    known: Path | None = None,
    resume: bool = False,
    ready: Prepared | None = None,
) -> tuple[Outcome, int]:
    """Run the experiment with live progress; return the outcome and the exit code."""
    with LiveProgress(console, list(experiment.plans)) as progress:
        outcome = run_experiment(
            experiment, folder=folder, keep=keep, write=write, progress=progress,
            on_part=progress.part, on_made=progress.made, known=known, resume=resume, ready=ready,
        )  # fmt: skip
    return outcome, _exit_code(outcome)


def _exit_code(outcome: Outcome) -> int:
    found = {result.status for result in outcome.results.values()}
    if Status.INTERRUPTED in found or len(outcome.results) < len(outcome.experiment.plans):
        return INTERRUPTED
    if outcome.comparison is not None and not outcome.comparison.complete:
        return INTERRUPTED
    compared = outcome.experiment.compare is None or outcome.comparison is not None
    # What is noted of a run that came to its end is that something could not be written.
    if Status.ERROR in found or not compared or outcome.note:
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
