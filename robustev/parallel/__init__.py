"""Processes: MPI ranks, threads, launching, interrupts."""
