#!/usr/bin/env bash
# Run one experiment on the ranks of an mpiexec of your own, on one machine or several:
#   RANKS=8 experiments/cluster/mpiexec.sh experiments/randstad.yaml [--set solve.gap=0.001 ...]
# On one machine `robustev run --ranks 8` does the same and needs no script.
set -euo pipefail

source "${VENV:-.venv}/bin/activate"
export OMP_NUM_THREADS=1

# HOSTFILE names the machines, one a line; Open MPI reads it as it is.
mpiexec -n "${RANKS:-4}" ${HOSTFILE:+--hostfile "$HOSTFILE"} \
  python -m mpi4py -m robustev run "$@" --verbose
