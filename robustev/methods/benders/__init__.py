"""Benders decomposition on shared dual prices: master problem, cut engine, and the loop."""
