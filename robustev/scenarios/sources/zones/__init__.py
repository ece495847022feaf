"""Scenarios from figures per zone and a copula in space."""
