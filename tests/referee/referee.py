"""The optimum of a small problem, and what a plan costs, by the second statement of the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from tests.referee.measures import MEASURES, Costs, is_mean
from tests.referee.rules import STATED
from tests.referee.statement import Statement, add_decisions, add_scenario, facts_of, sunk


@dataclass(frozen=True)
class Problem:
    """A region, scenarios, and the section ``model`` of an experiment file."""

    region: Region
    scenarios: ScenarioSet
    section: Mapping[str, Any]

    def optimum(self, plan: Plan | None = None) -> float:
        """Return the least objective, of one plan if one is given; infinite if there is none."""
        goal = self.section.get("objective", {})
        offset = np.zeros(len(self.scenarios))
        if goal.get("measure") == "regret" and not is_mean(goal):
            offset = np.array([self.alone(s).optimum() for s in range(len(offset))])
            if np.isinf(offset).any():
                return np.inf
        return self._least(offset, plan)

    def is_feasible(self, slack: float) -> bool:
        """Return whether there is a plan; rows may be missed by ``slack``, of ordinary sizes."""
        return self._stated().program.is_feasible(slack)

    def alone(self, s: int) -> Problem:
        """Return the problem of one scenario, for its expected cost."""
        section = {**self.section, "objective": {"measure": "expected"}}
        return Problem(self.region, self.scenarios.subset([s]), section)

    def _stated(self) -> Statement:
        """Return the whole model but its objective."""
        to = Statement(facts_of(self.region, self.scenarios, self.section))
        add_decisions(to)
        for s in range(len(to.facts.demand)):
            add_scenario(to, s)
        for key, options in self.section.items():
            if key in STATED and options is not None:
                STATED[key](to, options)
        return to

    def _least(self, offset: np.ndarray, plan: Plan | None) -> float:
        to = self._stated()
        f, p = to.facts, to.program
        goal, fixed = self.section.get("objective", {}), -sunk(f)
        weight = 0.0 if is_mean(goal) else goal.get("weight", 1.0)
        terms = [{**to.built, **service} for service in to.service]
        for row, share in zip(terms, f.probability, strict=True):
            for c, v in row.items():
                p.cost[c] += (1 - weight) * float(share) * v
        if weight:
            constants = (fixed - offset / f.money).tolist()
            risk = MEASURES[goal["measure"]](Costs(f, p, terms, constants, f.probability), goal)
            for c, v in risk.items():
                p.cost[c] += weight * v
        if plan is not None:
            _fix(to, plan)
        point = p.solve()
        if point is None:
            return np.inf
        return float((np.dot(p.cost, point) + (1 - weight) * fixed) * f.money)


def _fix(to: Statement, plan: Plan) -> None:
    """Require the decisions of a plan."""
    for i, opened in enumerate(to.open):
        at = float(plan.open[i])
        to.program.row({opened: 1.0}, least=at, most=at)
        for r, column in enumerate(to.chargers[i]):
            count = float(plan.chargers[i, r])
            to.program.row({column: 1.0}, least=count, most=count)
