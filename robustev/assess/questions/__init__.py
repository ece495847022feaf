"""The questions of a comparison."""
