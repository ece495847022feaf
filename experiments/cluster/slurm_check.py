"""Run a job of `robustev job` on a real Slurm: submit, hit the end of its time, requeue, finish.

    python -m experiments.cluster.slurm_check [--folder DIR]

Needs Debian's packages slurm-wlm and munge, and root: controller and node daemon are started on
this machine with a configuration of their own, and ended at the end. The plans must cost the same,
within their gap, as those of a run that was left alone.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from experiments.cluster.kill import write_experiment

GAP = 1e-4
PLANS = [
    "plans={robust: {}, second: {demand_factor: 1.1}, third: {demand_factor: 1.2}}",
    f"solve.gap={GAP}", "solve.time_limit=45", "output.checkpoint=5",
]  # fmt: skip
MINUTES = 2
WARNING = 45
LONGEST = 1500.0
"""Seconds for the whole job, waiting in the queue included."""
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "scontrol")
CONFIGURATION = """\
ClusterName=check
SlurmctldHost={host}
SlurmUser=root
AuthType=auth/munge
# A job that is queued again waits until its old credential has expired.
AuthInfo=socket={folder}/munge.socket,cred_expire=5
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmctldPort=7817
SlurmdPort=7818
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
JobRequeue=1
KillWait=10
ReturnToService=2
NodeName={host} CPUs={cpus} RealMemory={memory} State=UNKNOWN
PartitionName=check Nodes=ALL Default=YES MaxTime=INFINITE State=UP OverSubscribe=FORCE:4
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the check; return 0 if the job came to the plans of a run that was left alone."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args(arguments)
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing or os.geteuid() != 0:
        print(f"skipped: needs root and slurm-wlm and munge; missing: {', '.join(missing)}")
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        with slurm(folder) as environment:
            return check(folder, environment)


@contextmanager
def slurm(folder: Path) -> Iterator[dict[str, str]]:
    """Give the environment of a Slurm of one node, which runs while the block does."""
    for name in ("state", "spool"):
        (folder / name).mkdir(exist_ok=True)
    host = socket.gethostname().split(".")[0]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20 - 100
    text = CONFIGURATION.format(host=host, folder=folder, cpus=os.cpu_count() or 1, memory=memory)
    (folder / "slurm.conf").write_text(text)
    (folder / "munge.key").write_bytes(os.urandom(1024))
    (folder / "munge.key").chmod(0o400)
    environment = {**os.environ, "SLURM_CONF": str(folder / "slurm.conf")}
    commands = (
        ["munged", "--foreground", "--force", f"--key-file={folder}/munge.key",
         f"--socket={folder}/munge.socket", f"--pid-file={folder}/munged.pid",
         f"--log-file={folder}/munged.log", f"--seed-file={folder}/munged.seed"],
        ["slurmctld", "-D"],
        ["slurmd", "-D", "-N", host],
    )  # fmt: skip
    running: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            running.append(
                subprocess.Popen(
                    command, env=environment,
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                )
            )  # fmt: skip
            time.sleep(3)
        yield environment
    finally:
        for daemon in reversed(running):
            daemon.terminate()
            try:
                daemon.wait(timeout=20)
            except subprocess.TimeoutExpired:
                daemon.kill()


def check(folder: Path, environment: dict[str, str]) -> int:
    """Submit the job, wait for its end, and compare it with a run that is left alone."""
    experiment = write_experiment(folder)
    script = folder / "job.sh"
    settings = [part for setting in PLANS for part in ("--set", setting)]
    robustev = [sys.executable, "-m", "robustev"]
    subprocess.run(
        [*robustev, "job", str(experiment), *settings, "--hours", str(MINUTES / 60),
         "--warning", str(WARNING), "--launcher", "mpiexec", "--ranks", "2",
         "--results", str(folder / "job"), "--output", str(script)],
        check=True,
    )  # fmt: skip
    path = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    said = subprocess.run(
        ["sbatch", "--parsable", str(script)],
        env={**environment, "PATH": path}, cwd=folder, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if said.returncode != 0:
        print(f"sbatch: {said.stderr}")
        return 1
    job = said.stdout.strip()
    restarts, state = wait_for(job, environment)
    print(f"job {job}: {state} after {restarts} requeues")
    log = (folder / f"killed-{job}.log").read_text()
    print(log)
    subprocess.run(
        [*robustev, "run", str(experiment), *settings, "--ranks", "2", "--quiet",
         "--output", str(folder / "alone")],
        check=True,
    )  # fmt: skip
    return compare(folder, state == "COMPLETED" and restarts >= 1)


def wait_for(job: str, environment: dict[str, str]) -> tuple[int, str]:
    """Return how often the job was queued again, and its state at the end."""
    began, restarts, state = time.monotonic(), 0, ""
    while time.monotonic() - began < LONGEST:
        said = subprocess.run(
            ["scontrol", "show", "job", job], env=environment, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        words = dict(word.split("=", 1) for word in said.stdout.split() if "=" in word)
        restarts = int(words.get("Restarts", restarts))
        if words.get("JobState", "") != state:
            state = words.get("JobState", "")
            print(f"{time.monotonic() - began:6.0f} s  {state}, {restarts} requeues", flush=True)
        if state in ("COMPLETED", "FAILED", "TIMEOUT", "CANCELLED", "NODE_FAIL"):
            break
        time.sleep(1)
    return restarts, state


def compare(folder: Path, ended_well: bool) -> int:
    """Return 0 if the job's plans are as good as those of the run that was left alone."""
    good = ended_well
    for path in sorted((folder / "alone" / "plans").glob("*.json")):
        alone, job = (json.loads((folder / name / "plans" / path.name).read_text())
                      for name in ("alone", "job"))  # fmt: skip
        within = max(GAP, alone["gap"], job["gap"])
        same = abs(job["objective"] - alone["objective"]) <= within * abs(alone["objective"])
        print(f"{path.stem}: {job['objective']} by the job, {alone['objective']} alone, {same}")
        good &= same
    print("the job lost nothing" if good else "FAILED")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
