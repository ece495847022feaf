"""Is a forecast distribution calibrated, and are there enough scenarios? Scores and backtests."""
