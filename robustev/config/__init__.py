"""Experiment files: their schema, their source with the place of every key, their faults."""
