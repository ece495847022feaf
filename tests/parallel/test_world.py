"""Whether mpiexec started the process."""

import pytest

from robustev.parallel.world import under_mpi


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        pytest.param({}, False, id="plain shell"),
        pytest.param({"OMPI_COMM_WORLD_SIZE": "3"}, True, id="Open MPI"),
        pytest.param({"PMI_SIZE": "3", "PMI_RANK": "0"}, True, id="MPICH"),
        pytest.param({"PMIX_RANK": "1"}, True, id="PMIx"),
        pytest.param({"SLURM_NTASKS": "8", "SLURM_PROCID": "0"}, False, id="inside sbatch"),
        pytest.param(
            {"SLURM_STEP_ID": "0", "SLURM_PROCID": "1", "SLURM_STEP_NUM_TASKS": "8"},
            True,
            id="under srun",
        ),
        pytest.param(
            {"SLURM_STEP_ID": "0", "SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "1"},
            False,
            id="srun with one task",
        ),
    ],
)
def test_ranks_are_known_by_their_environment(environment: dict[str, str], expected: bool) -> None:
    assert under_mpi(environment) is expected
