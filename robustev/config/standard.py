"""The standard plans of a comparison: the same model under another objective or margin."""

from __future__ import annotations

from robustev.assess.config import CompareConfig, StandardPlan
from robustev.config.experiment import Experiment, PlanSpec
from robustev.model.risk import measure_of

MARGIN = {"margin_10": 1.1, "margin_20": 1.2}
NOT_MADE = ("existing",)
"""Standard plans that need no solve."""


def with_standard_plans(experiment: Experiment) -> Experiment:
    """Return the experiment with the standard plans that its comparison asks for among its plans.

    A plan that is there already under such a name stays as it is.
    """
    if experiment.compare is None:
        return experiment
    plans = dict(experiment.plans)
    for name in experiment.compare.plans:
        if name not in plans and name not in NOT_MADE:
            plans[name] = standard_plan(experiment, name)
    return experiment.model_copy(update={"plans": plans})


def standard_plan(experiment: Experiment, name: StandardPlan) -> PlanSpec:
    """Return what the standard plan of that name is made for."""
    margin = MARGIN.get(name)
    measure = "nominal" if margin else name
    own = experiment.model.objective
    changed = measure_of(own.model_dump() | {"measure": measure, "weight": 1.0})
    solve = experiment.solve
    if not changed.is_expected_cost and solve.method != "ef":
        # One scenario, or the few that such a measure weighs, often fit into one model.
        solve = solve.model_copy(update={"method": "auto"})
    model = experiment.model.model_copy(update={"objective": changed})
    return PlanSpec(demand_factor=margin or 1.0, model=model, solve=solve)


def with_comparison(experiment: Experiment) -> Experiment:
    """Return the experiment with a comparison by the defaults, where it states none."""
    if experiment.compare is not None:
        return experiment
    return with_standard_plans(experiment.model_copy(update={"compare": CompareConfig()}))
