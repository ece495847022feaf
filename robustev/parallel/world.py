"""Whether this process is one of several MPI ranks, and the communicator if so."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

RANK_VARIABLES = ("OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMI_RANK", "PMIX_RANK")


def under_mpi(environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether mpiexec, or srun with several tasks, started this process.

    >>> under_mpi({"OMPI_COMM_WORLD_SIZE": "2"}), under_mpi({"SLURM_NTASKS": "4"})
    (True, False)
    """
    if any(name in environment for name in RANK_VARIABLES):
        return True
    # A batch script has SLURM_PROCID too, but only srun's steps are numbered and have tasks.
    is_step = environment.get("SLURM_STEP_ID", "").isdecimal() and "SLURM_PROCID" in environment
    return is_step and int(environment.get("SLURM_STEP_NUM_TASKS", "1")) > 1


def world() -> Any | None:
    """Return mpi4py's world communicator under an MPI launcher, else None."""
    if not under_mpi():
        return None
    from mpi4py import MPI  # noqa: PLC0415 - starts MPI, so only where there are ranks

    return MPI.COMM_WORLD


@contextmanager
def without_shared_memory() -> Iterator[None]:
    """Keep a single process that starts MPI from opening Open MPI's shared memory.

    The file in ``/dev/shm`` is removed by the daemon that started the ranks; alone there is none.
    """
    key = "OMPI_MCA_btl"
    if under_mpi() or key in os.environ:
        yield
        return
    os.environ[key] = "self"
    try:
        yield
    finally:
        del os.environ[key]
