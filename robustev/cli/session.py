"""What every command does around its work: the terminal, the log, errors in words, exit codes."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console

from robustev.cli.logs import logging_to
from robustev.core.errors import InfeasibleError, InputError, RobustevError
from robustev.parallel import launch, ranks
from robustev.parallel.watchdog import watch_launcher
from robustev.parallel.world import under_mpi, world

BAD_INPUT = 2
INFEASIBLE = 3
FAILED = 1
INTERRUPTED = 130
GRACE_SECONDS = 3.0
"""Time for the other ranks to meet an error that is theirs too."""


def make_console(*, quiet: bool = False, stderr: bool = False) -> Console:
    """Return the console of this rank: silent on all ranks but the first."""
    silent = (quiet and not stderr) or ranks.rank() != 0
    if not under_mpi():
        return Console(stderr=stderr, quiet=silent, highlight=False)
    # mpiexec gives its ranks pseudo-terminals, so only who started them knows where output ends.
    width = os.environ.get(launch.TERMINAL)
    return Console(
        stderr=stderr,
        quiet=silent,
        highlight=False,
        force_terminal=width is not None,
        width=int(width) if width else None,
    )


@contextmanager
def session(
    *,
    quiet: bool = False,
    verbose: int = 0,
    debug: bool = False,
    notes: bool = False,
    log: Path | None = None,
) -> Iterator[Console]:
    """Give the console to the block; turn what goes wrong in it into words and an exit code.

    With ``notes`` the command prints itself what was repaired in the data, and the log need not.
    ``log`` is a file for the log of all ranks.
    Exit codes: 2 bad input, 3 infeasible, 130 interrupted, 1 anything else.
    """
    launch.stop_on_request()
    watch_launcher()
    console, errors = make_console(quiet=quiet), make_console(stderr=True)
    try:
        launch.check_ranks(ranks.num_ranks())
        ranks.meeting_place()
        with logging_to(verbose, quiet=quiet, notes=notes, file=log):
            yield console
    except KeyboardInterrupt:
        _end_alone("interrupted", INTERRUPTED)
        errors.print(
            "Interrupted. 'run', 'compare' and 'stability' go on with --resume from what is known.",
            style="yellow",
        )
        leave(INTERRUPTED)
    except (RobustevError, OSError) as error:
        _end_alone(str(error), exit_code(error))
        if debug:
            errors.print(traceback.format_exc(), markup=False)
        errors.print("[bold red]Error[/]:", end=" ")
        errors.print(str(error), markup=False, soft_wrap=True)
        leave(exit_code(error))


def exit_code(error: Exception) -> int:
    """Return the exit code that tells what kind of error it was."""
    if isinstance(error, InputError):
        return BAD_INPUT
    return INFEASIBLE if isinstance(error, InfeasibleError) else FAILED


def _end_alone(message: str, code: int) -> None:
    """End all ranks with one message if this one has failed alone, and the others wait for it."""
    if ranks.all_have_come(GRACE_SECONDS):
        return
    Console(stderr=True, highlight=False).print(
        f"Error on rank {ranks.rank()}: {message}", markup=False, soft_wrap=True
    )
    launch.report_exit(code)
    ranks.end_all(world(), code)


def leave(code: int) -> None:
    """End the command with an exit code, rank 0 telling it to whoever started the ranks.

    No rank leaves before the others are done: one that ends with a code ends all of them.
    """
    ranks.all_have_come()
    if ranks.rank() == 0:
        raise typer.Exit(launch.report_exit(code))
    raise typer.Exit(0 if launch.EXIT_FILE in os.environ else code)
