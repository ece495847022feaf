"""Demographic drivers given by an expert with ranges."""
