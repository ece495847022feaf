"""Weights and points of progressive hedging, kept after each iteration and taken up again.

The next iteration depends on nothing else: averages follow from the points, and the weights of the
next iteration from both.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from robustev.core.arrays import FloatArray
from robustev.methods.checkpoint import Arrays
from robustev.methods.hedging.context import Context
from robustev.methods.sppy import Extension

WEIGHTS = "hedging"
"""Kind of the parts, one for each rank that hedges."""


class KeptWeights(Extension):  # type: ignore[misc]
    """Gives each scenario's weights and point to the keeper, and sets those of an earlier run."""

    def __init__(self, opt: Any, context: Context) -> None:
        super().__init__(opt)
        self.opt = opt
        self.context = context
        names = context.instance.scenarios.names
        self.position = {name: s for s, name in enumerate(names)}
        self._state: Arrays = {}
        context.keeper.provide(f"{WEIGHTS}:{opt.cylinder_rank}", lambda: self._state)

    def post_iter0_after_sync(self) -> None:
        """Go on from the weights and points of an earlier run, where it had any.

        The first sweep is solved without them: its bound is the wait-and-see one.
        """
        found = together(self.context.keeper.parts(WEIGHTS), self.context.instance.probability)
        if found is None:
            return
        weights, points = found
        for model in self.opt.local_scenarios.values():
            s = self.position[model.name]
            indices = model._mpisppy_data.nonant_indices
            if len(indices) != weights.shape[1]:
                return
            for column, (place, variable) in enumerate(indices.items()):
                model._mpisppy_model.W[place]._value = float(weights[s, column])
                variable.set_value(float(points[s, column]), skip_validation=True)

    def enditer(self) -> None:
        """Note the weights and points of this rank's scenarios."""
        models = list(self.opt.local_scenarios.values())
        rows = [model._mpisppy_data.nonant_indices for model in models]
        weights = [
            [float(model._mpisppy_model.W[place]._value) for place in indices]
            for model, indices in zip(models, rows, strict=True)
        ]
        points = [[float(v.value) for v in indices.values()] for indices in rows]
        self._state = {
            "scenario": np.array([self.position[model.name] for model in models]),
            "weights": np.array(weights),
            "points": np.array(points),
        }


def together(parts: list[Arrays], probability: FloatArray) -> tuple[FloatArray, FloatArray] | None:
    """Return weights and points of all scenarios, shape (scenarios, columns); None if some lack.

    Parts of different ranks may be from different iterations, so the weights are moved until their
    mean is 0 again, as every bound and step of hedging needs.
    """
    if not parts:
        return None
    index = np.concatenate([part["scenario"] for part in parts])
    if len(np.unique(index)) != len(probability):
        return None
    rows: list[NDArray[Any]] = []
    for name in ("weights", "points"):
        table = np.concatenate([part[name] for part in parts]).astype(np.float64)
        whole = np.zeros((len(probability), table.shape[1]))
        whole[index] = table
        rows.append(whole)
    weights, points = rows
    return weights - probability @ weights, points
