"""By how much limits must give way that no plan keeps together.

One rule at a time is made elastic, all others of the model hold: each of its rows may be missed by
a column that costs 1 per unit, and the least total is what the rule must give (Chinneck 2008,
elastic programs).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array, diags_array, eye_array, hstack, vstack

from robustev.core import highs
from robustev.core.arrays import FloatArray
from robustev.model.features.base import Feature
from robustev.model.first_stage import first_stage
from robustev.model.instance import Instance

NOTHING = 1e-6
"""Share of a limit that counts as nothing."""


def loosened(instance: Instance, clashing: Sequence[Feature]) -> list[str]:
    """Return, for each clashing rule whose loosening alone is enough, its limits and by how much.

    Rules that are no rows (what must stay, what is locked) cannot give way by an amount.
    """
    found = []
    for rule in clashing:
        rows = rule.rows(instance)
        given = _given_way(instance, rule) if len(rows) else None
        if given is not None:
            limit = np.maximum(np.abs(_finite(rows.lower)), np.abs(_finite(rows.upper)))
            some = np.flatnonzero(given > NOTHING * np.maximum(limit, NOTHING))
            parts = [f"{rows.meaning[r]} by {given[r]:,.6g}" for r in some]
            found += [" and ".join(parts)] if parts else []
    return found


def _finite(values: FloatArray) -> FloatArray:
    return np.where(np.isfinite(values), values, 0.0)


def _given_way(instance: Instance, rule: Feature) -> FloatArray | None:
    """Return the least by which the rows of one rule are missed; None if that is not enough."""
    whole = first_stage(instance)
    kept = np.array([key != rule.key for key in whole.rules])
    others = csr_array(whole.matrix[kept])
    stated = rule.rows(instance)
    own, count = stated.on(whole.layout), len(stated)
    size = np.array([float(np.abs(own[[r]].data).max(initial=0.0)) or 1.0 for r in range(count)])
    own = csr_array(diags_array(1.0 / size) @ own)
    give = hstack([eye_array(count), -eye_array(count)])
    matrix = vstack(
        [hstack([others, csr_array((others.shape[0], 2 * count))]), hstack([own, give])]
    )
    solver = highs.new_highs(mip_rel_gap=0.0, threads=1)
    highs.pass_rows(
        solver,
        cost=np.concatenate([np.zeros(whole.num_columns), np.tile(size / size.max(), 2)]),
        lower=np.append(whole.lower, np.zeros(2 * count)),
        upper=np.append(whole.upper, np.full(2 * count, highs.INFINITY)),
        matrix=csr_array(matrix),
        row_lower=np.append(whole.row_lower[kept], stated.lower / size),
        row_upper=np.append(whole.row_upper[kept], stated.upper / size),
        integer=np.append(np.ones(whole.num_columns), np.zeros(2 * count)),
    )
    accept = (highs.OPTIMAL, *highs.INFEASIBLE)
    if highs.run(solver, "by how much limits clash", accept=accept) != highs.OPTIMAL:
        return None
    missed = np.asarray(highs.column_values(solver))[whole.num_columns :].reshape(2, count)
    return np.asarray(missed.sum(axis=0) * size)
