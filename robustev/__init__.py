"""Scenario-robust placement and sizing of EV charging stations."""
