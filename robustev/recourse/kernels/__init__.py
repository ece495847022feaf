"""Kernels: exact solves, duals and cuts of one part of the second stage."""
