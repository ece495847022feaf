"""Progressive hedging by mpi-sppy: scenario models, the hub's extension, the bound cylinders."""
