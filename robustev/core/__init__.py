"""What everything stands on: arrays, errors, settings, units, formatting, HiGHS."""
