"""Evaluating one plan of any origin on scenarios, from Python."""

from __future__ import annotations

import pandas as pd

from robustev.core.errors import InputError
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.evaluate.evaluation import Evaluation, evaluate
from robustev.methods.result import SolveResult
from robustev.model.instance import build_instance
from robustev.model.model import Model


def evaluate_plan(
    plan: Plan | SolveResult | pd.DataFrame,
    region: Region,
    scenarios: ScenarioSet,
    model: Model,
    *,
    name: str = "plan",
) -> Evaluation:
    """Return what a plan costs in every scenario, exactly, with its parts.

    Parameters
    ----------
    plan
        A plan, the result of a solve, or a table with a column ``id`` and one for each charger
        kind, such as :meth:`Plan.to_frame` returns.
    model
        Says how demand is served and what counts as cost. Its rules are not asked for: any plan
        can be evaluated.
    name
        What to call a plan from a table.

    Raises
    ------
    InputError
        If the plan is for other sites or charger kinds, or there is none.
    """
    instance = build_instance(region, scenarios, model).with_scenarios(scenarios)
    if isinstance(plan, SolveResult):
        if plan.plan is None:
            raise InputError(f"the solve found no plan: {plan.message or plan.status}")
        plan = plan.plan
    elif isinstance(plan, pd.DataFrame):
        plan = Plan.from_frame(plan, instance.region, name)
    return evaluate(instance, [plan])[0]
