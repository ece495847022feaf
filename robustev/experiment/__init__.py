"""Experiments: one YAML file in, one result folder out."""
