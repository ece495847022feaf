"""Scenarios fitted to a region's own past demand."""

COMFORTABLE_YEARS = 5  # of history, from which on a forecast rests on data more than on beliefs
