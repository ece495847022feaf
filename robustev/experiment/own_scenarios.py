"""What the plans of a run cost on the scenarios of its experiment, where nothing else tells."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import numpy as np

from robustev.evaluate import Evaluation, evaluate
from robustev.experiment.prepare import Prepared
from robustev.methods.result import SolveResult
from robustev.model.instance import Instance, build_instance
from robustev.model.risk import Expected
from robustev.parallel import ranks
from robustev.parallel.world import world

logger = logging.getLogger(__name__)


def evaluate_made(ready: Prepared, results: Mapping[str, SolveResult]) -> tuple[Evaluation, ...]:
    """Return an evaluation of every plan that was made; every rank makes this call.

    All are judged by the experiment's model on its scenarios, without safety margins. A plan that
    counts other charger kinds than that model is left out, and so is one that cannot serve what a
    scenario says must be served, since its cost is infinite. Nothing where someone asked to stop,
    and nothing of plans of several phases, whose decisions are for scenarios of their own.
    """
    if any(len(instance.blocks) > 1 for instance in ready.instances.values()):
        return ()
    instance = judging_instance(ready)
    kinds = [kind.name for kind in instance.region.kinds]
    plans = [
        result.plan
        for name, result in results.items()
        if result.plan is not None
        and [kind.name for kind in ready.instances[name].region.kinds] == kinds
    ]
    try:
        found = evaluate(instance, plans, comm=world()) if plans else []
    except KeyboardInterrupt:
        if ranks.num_ranks() > 1:
            raise
        logger.warning("the evaluation was interrupted; the plans are kept")
        return ()
    for one in found:
        short = int((~np.isfinite(one.cost)).sum())
        if short:
            logger.warning(
                "%s is not evaluated: in %d of %d scenarios it cannot serve what must be served",
                one.plan.name, short, len(one.cost),
            )  # fmt: skip
    return tuple(one for one in found if np.isfinite(one.cost).all())


def judging_instance(ready: Prepared) -> Instance:
    """Return the experiment's model on its scenarios: an instance of a plan where one is that."""
    model = ready.experiment.model.model_copy(update={"objective": Expected()})
    for name, spec in ready.experiment.plans.items():
        if spec.demand_factor == 1 and spec.model == model:
            return ready.instances[name]
    return build_instance(ready.region, ready.scenarios, model)
