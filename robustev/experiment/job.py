"""A job script for a cluster's scheduler, with ranks, memory and time from the size of the data.

The script asks for a signal before its time is up, stops the run in order, puts the job back into
the queue, and goes on with ``--resume`` whenever it starts: after a signal, after a kill, and after
a node that was lost.
"""

from __future__ import annotations

import math
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined

from robustev.config.experiment import Experiment
from robustev.experiment.methods import chosen_method
from robustev.experiment.prepare import Prepared
from robustev.methods.size import size_of

Scheduler = Literal["slurm", "pbs"]
SCHEDULERS: tuple[Scheduler, ...] = ("slurm", "pbs")
SLACK = 4.0
"""Times the forecast that is asked for: two instances of one size can differ tenfold."""
LEAST_SECONDS = 900.0
"""Shortest time to ask for: reading data and writing results are no part of the forecast."""
ROUND_SECONDS = 300.0
LONGEST_SECONDS = 86_400.0
"""Longest time to ask for by itself; a job that takes longer is put back into the queue."""
RANK_GIGABYTES = 0.7
"""Memory of a rank beside its data: Python and the solvers."""
SCENARIOS_PER_RANK = 8
"""Fewer make a rank wait for others most of the time."""
MOST_RANKS = 64
WARNING_SECONDS = 120
"""Between the signal and the end: to end a search, and to write."""


@dataclass(frozen=True)
class JobSize:
    """What to ask the scheduler for.

    Parameters
    ----------
    gigabytes
        Memory of each rank.
    """

    ranks: int
    gigabytes: float
    seconds: float


@dataclass(frozen=True)
class JobTask:
    """One run: the arguments of ``robustev``, and where its results go."""

    arguments: tuple[str, ...]
    folder: str


def job_size(ready: Prepared, ranks: int | None = None) -> JobSize:
    """Return the ranks, memory and time that an experiment should need.

    ``ranks`` overrides their number. The time is that of all plans, several times over; a plan's
    own time limit caps it.
    """
    seconds, gigabytes, most = 0.0, 0.0, 1
    for name, spec in ready.experiment.plans.items():
        instance = ready.instances[name]
        method = chosen_method(instance, spec.solve).method
        effort = method.estimate(size_of(instance), spec.solve.gap)
        if spec.solve.ranks != 1 and method.is_parallel:
            fitting = max(method.usual_ranks, len(instance.scenarios) // SCENARIOS_PER_RANK)
            asked = fitting if spec.solve.ranks == "auto" else spec.solve.ranks
            most = max(most, min(asked, MOST_RANKS))
        if effort is not None:
            seconds += min(SLACK * effort.seconds, spec.solve.time_limit or math.inf)
            gigabytes = max(gigabytes, effort.gigabytes)
    if ready.experiment.compare is not None:
        seconds *= 2
    seconds = min(max(seconds, LEAST_SECONDS), LONGEST_SECONDS)
    seconds = ROUND_SECONDS * math.ceil(seconds / ROUND_SECONDS)
    memory = math.ceil(10 * (RANK_GIGABYTES + 1.5 * gigabytes)) / 10
    return JobSize(ranks or most, memory, seconds)


def tasks_of(
    file: Path,
    experiment: Experiment,
    settings: Sequence[str],
    folder: Path,
    *,
    by_plan: bool = False,
    vary: Mapping[str, Sequence[str]] | None = None,
) -> list[JobTask]:
    """Return the runs of a job: one, one for each plan, or one for each value of a key."""
    plain = ["run", str(file)]
    for setting in settings:
        plain += ["--set", setting]
    if by_plan:
        return [JobTask((*plain, "--plan", name), f"{folder}-{name}") for name in experiment.plans]
    if vary:
        return [
            JobTask((*plain, "--set", f"{key}={value}"), f"{folder}-{_fit(key)}-{_fit(value)}")
            for key, values in vary.items()
            for value in values
        ]
    return [JobTask(tuple(plain), str(folder))]


def _fit(text: str) -> str:
    """Return the text as a part of a folder's name."""
    return "".join(letter if letter.isalnum() or letter in "._-" else "_" for letter in text)


def job_script(
    scheduler: Scheduler,
    name: str,
    tasks: Sequence[JobTask],
    size: JobSize,
    *,
    launcher: Literal["srun", "mpiexec"] = "srun",
    directives: Sequence[str] = (),
    path: Path | None = None,
    warning: int = WARNING_SECONDS,
) -> str:
    """Return a job script.

    Parameters
    ----------
    tasks
        Several make an array of jobs.
    launcher
        Who starts the ranks: Slurm's own ``srun``, with the cluster's MPI; or robustev itself, by
        the mpiexec of its environment, on one machine.
    directives
        More of the scheduler's options, such as ``--partition=long``.
    path
        Where the script will lie; PBS needs it to put the job back into the queue.
    warning
        Seconds between the request to stop and the end of the time.
    """
    found = Environment(
        loader=PackageLoader("robustev.experiment", "jobs"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    quote: Callable[[object], str] = lambda value: shlex.quote(str(value))  # noqa: E731
    found.filters["quoted"] = quote
    return found.get_template(f"{scheduler}.sh.j2").render(
        name=_fit(name),
        tasks=tasks,
        size=size,
        megabytes=math.ceil(1000 * size.gigabytes),
        clock=_clock(size.seconds),
        launcher=launcher,
        directives=directives,
        path=None if path is None else path.resolve(),
        warning=warning,
    )


def _clock(seconds: float) -> str:
    """Return seconds as hours, minutes and seconds.

    >>> _clock(5400.0)
    '01:30:00'
    """
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest:02d}"
