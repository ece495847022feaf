"""Starting ranks: which mpiexec, with what, and how signals and exit codes travel."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from robustev.parallel import launch


def fake_mpiexec(folder: Path, version: str, body: str = "") -> Path:
    program = folder / "mpiexec"
    script = f'#!/bin/sh\nif [ "$1" = --version ]; then echo "{version}"; exit 0; fi\n{body}\n'
    program.write_text(script)
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(
    ("version", "flavour"),
    [
        pytest.param("mpiexec (Open MPI) 5.0.11", "openmpi", id="Open MPI"),
        pytest.param("mpirun (OpenRTE) 4.0.3", "openmpi", id="Open MPI 4"),
        pytest.param("HYDRA build details:\n Version: 4.2", "mpich", id="MPICH"),
        pytest.param("Intel(R) MPI Library for Linux", "mpich", id="Intel MPI"),
        pytest.param("something else", "other", id="unknown"),
    ],
)
def test_the_family_of_an_mpiexec_is_recognised(version: str, flavour: str) -> None:
    assert launch.flavour_of(version) == flavour


def test_the_environments_own_mpiexec_comes_first(tmp_path: Path) -> None:
    program = fake_mpiexec(tmp_path, "mpiexec (Open MPI) 5.0")
    assert launch.find_launcher(tmp_path) == launch.Launcher(str(program), "openmpi")


def test_without_an_mpiexec_the_message_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(launch.LaunchError, match=r"robustev\[openmpi\].*--ranks 1"):
        launch.find_launcher(tmp_path)


def test_open_mpi_may_use_more_ranks_than_processors_and_others_get_no_odd_options() -> None:
    command = launch.Launcher("mpiexec", "openmpi").command(4, ["run", "x.yaml"])
    assert command[:6] == ["mpiexec", "-n", "4", "--oversubscribe", "--bind-to", "none"]
    assert command[6:] == [sys.executable, "-m", "mpi4py", "-m", "robustev", "run", "x.yaml"]
    assert "--oversubscribe" not in launch.Launcher("mpiexec", "mpich").command(4, [])


def test_what_the_user_has_set_stays() -> None:
    environment = launch.rank_environment("openmpi", 3, {"OMPI_MCA_osc": "ucx"})
    assert environment["OMPI_MCA_osc"] == "ucx"
    assert environment[launch.RANKS] == "3"


def test_ranks_that_do_not_see_each_other_are_refused() -> None:
    launch.check_ranks(3, {launch.RANKS: "3"})
    launch.check_ranks(1, {})
    with pytest.raises(launch.LaunchError, match="do not belong together"):
        launch.check_ranks(1, {launch.RANKS: "3"})


def test_tasks_of_srun_with_a_foreign_pmi_are_refused() -> None:
    """Each would do the whole work and write it to the same place."""
    step = {"SLURM_STEP_ID": "0", "SLURM_PROCID": "1", "SLURM_STEP_NUM_TASKS": "4"}
    launch.check_ranks(4, step)
    with pytest.raises(launch.LaunchError, match=r"4 ranks were started, but they see 1.*srun"):
        launch.check_ranks(1, step)
    with pytest.raises(launch.LaunchError, match="do not belong together"):
        launch.check_ranks(1, {**step, "PMI_SIZE": "4", "PMI_RANK": "0"})
    launch.check_ranks(2, {**step, "OMPI_COMM_WORLD_SIZE": "2"})  # mpiexec within a step


def test_the_exit_code_travels_in_a_file_past_mpiexec(tmp_path: Path) -> None:
    file = tmp_path / "code"
    assert launch.report_exit(3, {launch.EXIT_FILE: str(file)}) == 0
    assert file.read_text() == "3"
    assert launch.report_exit(3, {}) == 3


RELAUNCH = """
import sys, sysconfig
sysconfig.get_path = lambda name: sys.argv[1]
from robustev.parallel.launch import relaunch
sys.exit(relaunch(["run"], 2, notify=lambda text: print(text, flush=True)))
"""


def start(tmp_path: Path, body: str) -> subprocess.Popen[str]:
    fake_mpiexec(tmp_path, "HYDRA", textwrap.dedent(body))
    return subprocess.Popen(
        [sys.executable, "-c", RELAUNCH, str(tmp_path)], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param('printf 3 > "$ROBUSTEV_EXIT_FILE"', 3, id="told by rank 0"),
        pytest.param("exit 7", 7, id="a crash"),
        pytest.param("true", 0, id="success"),
    ],
)
def test_the_exit_code_of_the_ranks_is_the_commands(tmp_path: Path, body: str, code: int) -> None:
    assert start(tmp_path, body).wait(timeout=30) == code


def test_the_first_interrupt_asks_the_ranks_to_stop_in_order(tmp_path: Path) -> None:
    process = start(
        tmp_path,
        """
        trap 'printf 130 > "$ROBUSTEV_EXIT_FILE"; echo kept; exit 0' USR1
        echo ready
        for _ in $(seq 400); do sleep 0.05; done
        """,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    output = process.stdout.read()
    assert process.wait(timeout=30) == 130
    assert "best plan so far is kept" in output
    assert "kept\n" in output


def test_an_interrupt_while_the_ranks_start_is_passed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = tmp_path / "ready"

    class Interrupted(subprocess.Popen[bytes]):
        def __init__(self, *args: object, **kwargs: object) -> None:
            super().__init__(*args, **kwargs)  # type: ignore[call-overload]
            while not ready.exists():
                time.sleep(0.01)
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(launch.subprocess, "Popen", Interrupted)
    body = f"trap 'exit 5' USR1; touch {ready}; for _ in $(seq 200); do sleep 0.05; done"
    assert launch._run(["sh", "-c", body], os.environ, print) == 130


def test_the_second_interrupt_ends_ranks_that_do_not_listen(tmp_path: Path) -> None:
    process = start(
        tmp_path,
        """
        trap '' USR1
        echo ready
        for _ in $(seq 400); do sleep 0.05; done
        """,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    assert "Press Ctrl-C again" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    started = time.monotonic()
    assert process.wait(timeout=30) == 130
    assert time.monotonic() - started < 10


def test_a_request_to_stop_is_an_interrupt() -> None:
    before = signal.getsignal(signal.SIGUSR1)
    # A shell starts background jobs with SIGINT ignored; the meaning is about a listening process.
    interrupt_before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        launch.stop_on_request()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGUSR1)
    finally:
        signal.signal(signal.SIGUSR1, before)
        signal.signal(signal.SIGINT, interrupt_before)
