"""Building out over several phases: what is built now, and what later, when more has been seen."""
