"""Benchmarks that anyone can run: one small file per case, one table, all methods side by side."""
