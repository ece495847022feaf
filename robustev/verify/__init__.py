"""Checking results apart from the optimiser: other code, a second model, plain statements.

Nothing here uses :mod:`robustev.methods` or :mod:`robustev.recourse`. Shared with them are the
reading of data, :class:`robustev.model.instance.Instance`, the model's numbers, and HiGHS.
Costs of service and bounds from prices rest on weak duality, checked in plain numpy, whatever HiGHS
says; what rests on its tree over whole numbers is said so.
"""
