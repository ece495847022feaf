"""Readers: one small file per format, each returning a checked region."""
