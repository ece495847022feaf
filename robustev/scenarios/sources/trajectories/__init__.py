"""Scenarios made elsewhere."""
