"""Small problems of two phases, and their optimum by trying every build-out.

The referee shares nothing with the package's own phases: it costs each phase as a problem of its
own, and joins decisions by comparing what stands before and after.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from robustev.core.arrays import FloatArray, IntArray
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model
from robustev.model.phases.instance import PhasedInstance
from tests.instances import PENALTY, every_plan, region, scenario_set, true_costs

GROWTH, DISCOUNT, WEIGHT = (1.0, 1.7), (1.0, 0.8), (1.0, 2.0)


def phases(build: str, **changes: Any) -> dict[str, Any]:
    """Return a section of two phases, with budgets that bind."""
    steps = [
        {"name": "now", "growth": GROWTH[0], "budget": 14.0},
        {
            "name": "later",
            "growth": GROWTH[1],
            "discount": DISCOUNT[1],
            "weight": WEIGHT[1],
            "budget": 18.0,
        },
    ]
    return {"build": build, "branches": 2, "steps": steps} | changes


@dataclass(frozen=True)
class Small:
    """A problem of two phases, and its data."""

    of: Region
    scenarios: ScenarioSet
    model: Model

    @property
    def instance(self) -> PhasedInstance:
        """The problem as the package makes it."""
        made = build_instance(self.of, self.scenarios, self.model)
        assert isinstance(made, PhasedInstance)
        return made

    def phase(self, t: int) -> Instance:
        """Return a phase as a problem of its own, not discounted."""
        grown = self.scenarios.scaled(GROWTH[t])
        return build_instance(self.of, grown, self.model.model_copy(update={"phases": None}))


def small(seed: int, build: str, **options: Any) -> Small:
    """Return a random problem of two sites, four zones and four scenarios."""
    shape = {name: options.pop(name) for name in ("types", "kinds", "existing") if name in options}
    of = region(seed, sites=2, zones=4, slots=2, **shape)
    section = phases(build, **options.pop("phases", {}))
    model = Model(**({"unserved_penalty": PENALTY} | options | {"phases": section}))
    return Small(of, scenario_set(seed, of, 4), model)


def spent(of: Region, plan: Plan, standing: Instance) -> float:
    """Return the money that a plan costs beyond what must stand."""
    opened = of.sites.opening_cost[plan.open & ~standing.min_open].sum()
    return float(opened + ((plan.chargers - standing.min_chargers) @ of.charger_cost).sum())


class Referee:
    """The least expected cost over all build-outs, by trying them."""

    def __init__(self, problem: Small) -> None:
        self.problem = problem
        self.phases = [problem.phase(t) for t in (0, 1)]
        self.tried = [[self._known(of, plan) for plan in every_plan(of)] for of in self.phases]

    def _known(self, of: Instance, plan: Plan) -> tuple[Plan, float, float, FloatArray]:
        """Return a plan with its money, its cost to build, and to serve each scenario with."""
        built = of.infrastructure_cost(plan)
        return plan, spent(self.problem.of, plan, of), built, true_costs(of, plan) - built

    def optimum(self, groups: Sequence[IntArray], *, every_phase: bool = False) -> float:
        """Return the optimum with one second decision for each group of scenarios."""
        p = self.problem.scenarios.probability
        section = self.problem.model.phases
        limit = [np.inf if step.budget is None else step.budget for step in section.steps]
        best = np.inf
        for plan, before, built, served in self.tried[0]:
            if before > limit[0] + 1e-9:
                continue
            total = DISCOUNT[0] * (built + WEIGHT[0] * float(p @ served))
            for group in groups:
                share = p[group].sum()
                total += min(
                    (
                        DISCOUNT[1] * share * (after - (0.0 if every_phase else built))
                        + DISCOUNT[1] * WEIGHT[1] * float(p[group] @ cost[group])
                        for other, money, after, cost in self.tried[1]
                        if (other.open >= plan.open).all()
                        and (other.chargers >= plan.chargers).all()
                        and money - before <= limit[1] + 1e-9
                    ),
                    default=np.inf,
                )
            best = min(best, total)
        return float(best)
