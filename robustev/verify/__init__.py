"""Checking results apart from the optimiser: another solver, other code, plain statements.

Nothing here uses :mod:`robustev.solve` or :mod:`robustev.recourse`. Shared with them are the
reading of data and :class:`robustev.problem.Problem`, which holds the model's numbers.
"""
