"""Tests on MPI ranks: a program is started on some, as the command starts itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from robustev.parallel.launch import LaunchError, find_launcher, rank_environment


def on_ranks(ranks: int, *program: str, timeout: int) -> subprocess.CompletedProcess[str]:
    """Run what follows ``python -m mpi4py`` on so many ranks; skips the test without MPI."""
    try:
        launcher = find_launcher()
    except LaunchError as error:
        pytest.skip(str(error))
    command = launcher.command(ranks, [])
    command[command.index("mpi4py") + 1 :] = program
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(
        command, capture_output=True, text=True, timeout=timeout, check=False,
        env=rank_environment(launcher.flavour, ranks, environment),
    )  # fmt: skip


def told_by_ranks(ranks: int, script: str, *, timeout: int) -> Any:
    """Run a script on ranks; return what is JSON in the last line that it prints."""
    done = on_ranks(ranks, "-c", script, timeout=timeout)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])
