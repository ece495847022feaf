"""Comparing plans that were made in Python, on scenarios that none of them has seen."""

from __future__ import annotations

from collections.abc import Sequence

from robustev.assess.compare import Compared, Notify, compare
from robustev.assess.config import CompareConfig
from robustev.assess.input import ComparisonInput, JudgedPlan
from robustev.core.errors import InputError
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.methods.options import SolveOptions
from robustev.methods.result import SolveResult
from robustev.model.model import Model
from robustev.scenarios.config import ScenarioConfig


def compare_plans(
    plans: Sequence[Plan | tuple[Model, SolveResult]],
    region: Region,
    scenarios: ScenarioSet,
    model: Model,
    *,
    source: ScenarioConfig,
    config: CompareConfig | None = None,
    options: SolveOptions | None = None,
    seed: int = 0,
    notify: Notify | None = None,
) -> Compared:
    """Judge plans on the same fresh scenarios, and answer whether the robust one is really better.

    Parameters
    ----------
    plans
        Results with the model that each was made for, by which the nominal plan and the robust ones
        are known; or plans of any origin. Their names must differ.
    scenarios
        Those that the plans were made from.
    model
        How demand is served and what counts as cost when plans are judged, by expected cost.
    source
        How fresh scenarios are drawn; they differ from ``scenarios`` whatever the seed.
    config
        What to ask and on how many scenarios, the section ``compare`` of an experiment; its plans
        are not made here.
    options
        How the optima that questions need are solved.
    notify
        Called with the name of each part as it begins.

    Raises
    ------
    InputError
        If two plans have one name, a solve found no plan, or no fresh scenarios can be drawn.
    KeyboardInterrupt
        If someone asked to stop.
    """
    case = ComparisonInput(
        name=region.name,
        region=region,
        in_sample=scenarios,
        definition=source,
        model=model,
        config=config or CompareConfig(),
        options=options or SolveOptions(),
        seed=seed,
        candidates=tuple(_judged(one) for one in plans),
    )
    names = [one.name for one in case.candidates]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise InputError(f"two plans are called {repeated[0]!r}; give solve another name=")
    return compare(case, notify=notify)


def _judged(one: Plan | tuple[Model, SolveResult]) -> JudgedPlan:
    if isinstance(one, Plan):
        return JudgedPlan(one)
    model, result = one
    if result.plan is None:
        raise InputError(f"a solve found no plan: {result.message or result.status}")
    return JudgedPlan(result.plan, model, 1.0, result.objective, result.lower_bound)
