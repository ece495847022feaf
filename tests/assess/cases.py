"""Small cases to compare plans in."""

from __future__ import annotations

import numpy as np

from robustev.assess.config import CompareConfig
from robustev.assess.input import ComparisonInput, JudgedPlan
from robustev.data.plan import Plan
from robustev.data.scenarios import ScenarioSet
from robustev.methods.options import SolveOptions
from robustev.methods.solve import solve
from robustev.model.model import Model
from robustev.model.risk import measure_of
from robustev.scenarios.config import ScenarioConfig
from robustev.scenarios.sources import ZoneSource
from tests import instances

OPTIONS = SolveOptions(method="ef", gap=1e-9, time_limit=10, ranks=1)
DEFINITION = ScenarioConfig(source=ZoneSource(spread=0.4))
MEASURES = ("nominal", "expected")


def made(
    instance: instances.Instance, measure: str, factor: float = 1.0, name: str | None = None
) -> JudgedPlan:
    """Return the optimal plan of a problem under a measure, for ``factor`` times the demand."""
    model = instance.model.model_copy(update={"objective": measure_of({"measure": measure})})
    result = solve(instance.region, instance.scenarios.scaled(factor), model, OPTIONS)
    assert result.plan is not None
    plan = result.plan.renamed(name or measure)
    return JudgedPlan(plan, model, factor, result.objective, result.lower_bound)


def small_case(
    seed: int,
    *,
    config: CompareConfig | None = None,
    model: Model | None = None,
    candidates: tuple[JudgedPlan, ...] | None = None,
    scenarios: int = 3,
    definition: ScenarioConfig | None = DEFINITION,
    **shape: int,
) -> ComparisonInput:
    """Return a case whose plans are optimal for the mean and for the expected cost."""
    instance = instances.random_instance(seed, scenarios=scenarios, model=model, **shape)
    return ComparisonInput(
        name="small",
        region=instance.region,
        in_sample=instance.scenarios,
        definition=definition,
        model=instance.model,
        config=config or CompareConfig(scenarios=30, gap=1e-9, regret_scenarios=5, redraws=2),
        options=OPTIONS,
        seed=seed,
        candidates=candidates or tuple(made(instance, measure) for measure in MEASURES),
    )


def plan_of(instance: instances.Instance, *chargers: int, name: str = "plan") -> Plan:
    """Return the plan with so many chargers of the one kind at each site; none closes the site."""
    counts = np.array(chargers)
    return Plan(name, counts > 0, counts[:, None])


def equiprobable(instance: instances.Instance, demand: np.ndarray) -> ScenarioSet:  # type: ignore[type-arg]
    """Return equally likely scenarios of the given demand for the problem's region."""
    region = instance.region
    return ScenarioSet.equiprobable(demand, region.zones.ids, region.types)
