"""Intervals, and the random streams behind them."""
