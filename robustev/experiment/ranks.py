"""Whether this process is one of several MPI ranks, found out without starting MPI."""

from __future__ import annotations

import os
from collections.abc import Mapping

SIZE_VARIABLES = ("OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MPI_LOCALNRANKS", "PMIX_SIZE")
RANK_VARIABLES = ("OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK")


def started_by_mpi(environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether mpiexec, or srun with several tasks, started this process.

    >>> started_by_mpi({"OMPI_COMM_WORLD_SIZE": "2"}), started_by_mpi({"SLURM_NTASKS": "4"})
    (True, False)
    """
    if any(name in environment for name in (*SIZE_VARIABLES, *RANK_VARIABLES)):
        return True
    # sbatch itself sets SLURM_PROCID=0; only srun's steps have an id below the special ones.
    is_step = environment.get("SLURM_STEP_ID", "").isdecimal() and "SLURM_PROCID" in environment
    return is_step and int(environment.get("SLURM_STEP_NUM_TASKS", "1")) > 1


def rank() -> int:
    """Return this process's rank; 0 if it runs alone."""
    return _world()[0]


def num_ranks() -> int:
    """Return the number of ranks; 1 if this process runs alone."""
    return _world()[1]


def _world() -> tuple[int, int]:
    if not started_by_mpi():
        return 0, 1
    from mpi4py import MPI  # noqa: PLC0415 - starts MPI, so only where there are ranks

    return MPI.COMM_WORLD.Get_rank(), MPI.COMM_WORLD.Get_size()
