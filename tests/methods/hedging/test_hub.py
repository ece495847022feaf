"""The hub takes in what other ranks find, also after the last sweep."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from robustev.core.arrays import FloatArray
from robustev.core.errors import InfeasibleError
from robustev.methods.bounds import Bounds
from robustev.methods.hedging.context import Context
from robustev.methods.hedging.exchange import Exchange
from robustev.methods.hedging.hub import HubCandidates, is_infeasible
from robustev.methods.hedging.options import HedgingOptions
from robustev.methods.result import StopRule
from robustev.model.first_stage import first_stage
from robustev.model.instance import Instance
from robustev.model.risk import ScenarioRisk
from tests import instances


class Letters(Exchange):
    """An exchange with plans that wait to be read."""

    def __init__(self, plans: list[FloatArray], failure: str | None = None) -> None:
        super().__init__(None)
        self.plans, self.failure = plans, failure

    def receive_plans(self) -> list[FloatArray]:
        waiting, self.plans = self.plans, []
        return waiting

    def receive_failure(self) -> str | None:
        return self.failure


def context_of(instance: Instance, exchange: Exchange, seconds: float = np.inf) -> Context:
    risk = ScenarioRisk(instance.model.objective, instance.probability)
    stop = StopRule(seconds=seconds)
    return Context(instance, risk, stop, HedgingOptions(), Bounds(), exchange)


def test_a_plan_that_arrives_when_hedging_is_over_still_counts() -> None:
    instance = instances.random_instance(2)
    optimum, best = instances.brute_force(instance)
    assert best is not None
    context = context_of(instance, Letters([first_stage(instance).columns(best)]))
    hub = SimpleNamespace(best_solution_obj_val=None)
    HubCandidates(hub, context).try_sent()
    assert context.bounds.upper == pytest.approx(optimum)
    assert hub.best_solution_obj_val == context.bounds.upper


def test_what_fails_on_another_rank_ends_this_one() -> None:
    instance = instances.random_instance(2)
    assert not context_of(instance, Letters([])).done()
    context = context_of(instance, Letters([], failure="rank 2: it broke"))
    assert context.done()
    assert context.failure == "rank 2: it broke"


def test_only_what_says_so_is_infeasible() -> None:
    assert is_infeasible(InfeasibleError("no plan"))
    assert is_infeasible(RuntimeError("Infeasibility detected; E_feas=0.5, E1=1.0"))
    assert not is_infeasible(RuntimeError("something else"))
