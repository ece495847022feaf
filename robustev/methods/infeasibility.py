"""Why no plan exists, in words."""

from __future__ import annotations

import numpy as np

from robustev.core import highs
from robustev.core.arrays import FloatArray
from robustev.methods.loosening import loosened
from robustev.model.features.base import Feature, active_features
from robustev.model.first_stage import FirstStage, compile_first_stage, first_stage
from robustev.model.instance import Instance

TOLERANCE = 1e-7
OF_PHASES = "the limits of each phase"
UNEXPLAINED = (
    "No plan keeps every limit and serves in every scenario what must be served: each limit can be "
    "kept, but not all together."
)
"""What can be said when the limits hold one by one but not together."""


def explain(instance: Instance) -> str | None:
    """Return a sentence that says why ``instance`` has no plan, or None if none was found.

    Looks at the first stage alone, at demand out of reach, and at total capacity.
    """
    first = first_stage(instance)
    if _most(first, np.zeros(first.num_columns)) is None:
        rules = _clashing(instance)
        limits = [rule.text() for rule in rules]
        if len(instance.blocks) > 1:
            return f"No plan keeps all of these limits: {'; '.join([*limits, OF_PHASES])}."
        enough = loosened(instance, rules)
        give = f" It is enough to loosen {', or '.join(enough)}." if enough else ""
        return f"No plan keeps all of these limits: {'; '.join(limits)}.{give}"
    found = (
        _out_of_reach(block) or _too_little_capacity(block, first_stage(block))
        for block in instance.blocks
    )
    return next((text for text in found if text is not None), None)


def _clashing(instance: Instance) -> list[Feature]:
    """Return rules that no plan keeps together, each of which is needed for that.

    Rules are left out one by one; one without which there is still no plan is left out for good
    (the deletion filter of Chinneck and Dravnieks 1991).
    """
    kept = list(active_features(instance.model))
    for rule in tuple(kept):
        rest = [other for other in kept if other is not rule]
        first = compile_first_stage(instance, rest)
        if _most(first, np.zeros(first.num_columns)) is None:
            kept = rest
    return kept


def _out_of_reach(instance: Instance) -> str | None:
    forbidden = np.isinf(instance.unserved_price)
    cut_off = instance.arcs.cut_off
    wanted = (instance.demand[:, cut_off][:, :, forbidden] > 0).any(axis=(0, 2))
    if not wanted.any():
        return None
    ids = [instance.region.zones.ids[j] for j in cut_off[wanted]]
    return (
        f"{len(ids)} zones have demand that must be served but no site within reach: "
        f"{', '.join(ids[:10])}{', ...' if len(ids) > 10 else ''}."
    )


def _too_little_capacity(instance: Instance, first: FirstStage) -> str | None:
    for k in np.flatnonzero(np.isinf(instance.unserved_price)):
        if first.unlimited[:, k].any():
            continue
        rows = np.arange(instance.num_sites) * instance.num_types + k
        gain = np.asarray(first.capacity[rows].sum(axis=0), dtype=float).ravel()
        most = _most(first, gain)
        total = instance.demand[:, :, k].sum(axis=1)
        s = int(np.argmax(total))
        if most is not None and most < total[s] * (1 - TOLERANCE):
            return (
                f"Demand of type {instance.region.types[k]!r} in scenario "
                f"{instance.scenarios.names[s]!r} is {total[s]:.10g}, but {_limits(instance)} "
                f"allow a capacity of {most:.10g} at most, and unserved demand is forbidden."
            )
    return None


def _limits(instance: Instance) -> str:
    """Return in words the rules that the first stage has rows of."""
    stated = first_stage(instance).rules
    rules = [rule.text() for rule in active_features(instance.model) if rule.key in stated]
    return " and ".join([", ".join(rules[:-1]), rules[-1]] if len(rules) > 1 else rules)


def _most(first: FirstStage, gain: FloatArray) -> float | None:
    """Return the largest ``gain @ z`` over the first stage, or None if it is empty."""
    solver = highs.new_highs(mip_rel_gap=0.0, threads=1)
    highs.pass_rows(
        solver,
        cost=-gain,
        lower=first.lower,
        upper=first.upper,
        matrix=first.matrix,
        row_lower=first.row_lower,
        row_upper=first.row_upper,
        integer=np.ones(first.num_columns),
    )
    accept = (highs.OPTIMAL, *highs.INFEASIBLE)
    if highs.run(solver, "a capacity check", accept=accept) != highs.OPTIMAL:
        return None
    return -float(solver.getInfo().mip_dual_bound)
