"""What a method returns for a problem, held against the referee and against verification."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from robustev.core.errors import SolverError
from robustev.methods.options import SolveOptions
from robustev.methods.result import SolveResult, Status
from robustev.methods.solve import solve
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model
from robustev.results.schema import PlanDocument
from robustev.verify.bound import check_bound
from robustev.verify.finding import Verdict
from robustev.verify.first_stage import violations
from robustev.verify.measure import measure
from robustev.verify.verify import scenario_costs
from tests.referee.problems import random_problem
from tests.referee.referee import Problem

GAP = 1e-6
"""Gap that methods are asked for."""
CLOSE = 3e-6
"""Relative difference of costs that is the solvers' accuracy, theirs and the referee's."""
HAIR = 1e-6
"""Slack by which rows may be missed in problems that are feasible by a hair."""
TINY = 1e-12
"""Cost that is nothing where all is free."""
SECONDS = 60.0


@dataclass(frozen=True)
class Trial:
    """One random problem and its optimum."""

    seed: int

    @cached_property
    def problem(self) -> Problem:
        return random_problem(self.seed)

    @cached_property
    def optimum(self) -> float:
        return self.problem.optimum()

    @cached_property
    def instance(self) -> Instance:
        model = Model(**self.problem.section)
        return build_instance(self.problem.region, self.problem.scenarios, model)

    @cached_property
    def size(self) -> float:
        """Return the size of costs that differences are compared with."""
        instance = self.instance
        demand = float(instance.demand.sum(axis=(1, 2)).max())
        finite = instance.unserved_price[np.isfinite(instance.unserved_price)]
        prices = [*instance.arcs.cost.tolist(), *finite.tolist(), 0.0]
        built = instance.opening_cost.sum() + instance.charger_cost.sum()
        return demand * max(prices) + float(built) + abs(instance.fixed_cost)

    def solve(self, method: str, ranks: int | str = 1) -> SolveResult:
        """Solve by a method; whatever it raises is a fault."""
        options = SolveOptions(method=method, gap=GAP, ranks=ranks, time_limit=SECONDS)
        problem = self.problem
        return solve(problem.region, problem.scenarios, self.instance.model, options)

    def faults(self, result: SolveResult) -> list[str]:
        """Return what is wrong with a result, in words; empty if it is right."""
        found = self._of_status(result)
        if result.plan is None or np.isinf(self.optimum):
            return found
        assert result.objective is not None
        near = max(CLOSE * abs(self.optimum), 1e-9 * self.size)
        cost = self.problem.optimum(result.plan)
        if abs(cost - result.objective) > near:
            found.append(f"objective {result.objective!r} of a plan that costs {cost!r}")
        lower = result.lower_bound
        if lower is None or lower > self.optimum + near:
            found.append(f"false bound {lower!r} above the optimum {self.optimum!r}")
        elif result.objective - lower > GAP * abs(result.objective) + near:
            found.append(f"gap left: {lower!r} below {result.objective!r}")
        return found + self._of_verification(result)

    def _of_status(self, result: SolveResult) -> list[str]:
        expected = (Status.OPTIMAL, Status.GAP_REACHED)
        if np.isinf(self.optimum):
            expected = (Status.INFEASIBLE,)
        if result.status in expected:
            return []
        ended = result.status in (Status.INFEASIBLE, Status.OPTIMAL, Status.GAP_REACHED)
        if ended and self._is_feasible_by_a_hair():
            return []
        optimum = f"optimum {self.optimum!r}"
        return [f"status {result.status} ({result.message}) where the {optimum}"]

    def _is_feasible_by_a_hair(self) -> bool:
        return [self.problem.is_feasible(slack) for slack in (-HAIR, HAIR)] == [False, True]

    def _of_verification(self, result: SolveResult) -> list[str]:
        instance, plan = self.instance, result.plan
        assert plan is not None
        found = [f"verify: {text}" for text in violations(instance, plan)]
        if not instance.has_plain_second_stage:
            return found
        goal = instance.goal
        if not goal.needs_own_optima or goal.is_expectation:
            every = np.arange(len(instance.scenarios))
            try:
                value = measure(goal, scenario_costs(instance, plan, every), instance.probability)
            except SolverError:  # of which it says that it cannot check the plan
                return found
            near = max(CLOSE * abs(self.optimum), 1e-9 * self.size, TINY)
            if value is None or abs(value - (result.objective or 0.0)) > near:
                found.append(f"verify: objective {value!r}, not {result.objective!r}")
        document = PlanDocument(
            plan=plan.name, method=result.method, status=result.status,
            objective=result.objective, lower_bound=result.lower_bound, seconds=0.0,
        )  # fmt: skip
        wrong = [
            f"verify: {one.statement}"
            for one in check_bound(instance, document, result.certificate, SECONDS)
            if one.verdict is Verdict.WRONG
        ]
        return found + wrong


def described(trial: Trial) -> str:
    """Return what a problem is, in one line."""
    problem = trial.problem
    shape = f"{problem.region.num_sites} sites, {problem.region.num_zones} zones"
    return f"seed {trial.seed}: {shape}, {len(problem.scenarios)} scenarios, {problem.section}"
