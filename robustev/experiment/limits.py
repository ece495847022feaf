"""Whether plans of any origin keep the limits of an experiment's model."""

from __future__ import annotations

from collections.abc import Sequence

from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.model.instance import build_instance
from robustev.model.model import Model
from robustev.verify.first_stage import violations


def limits_broken(
    region: Region, scenarios: ScenarioSet, model: Model, plans: Sequence[Plan]
) -> list[tuple[str, ...]]:
    """Return, for each plan, every limit of the model that it breaks, in words with amounts.

    Limits are those on what may be built; how demand is served is judged by its cost.
    """
    instance = build_instance(region, scenarios.mean(), model)
    return [tuple(violations(instance, plan)) for plan in plans]
