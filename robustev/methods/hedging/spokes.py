"""The bound cylinders of the wheel, as ordinary mpi-sppy spokes."""

from __future__ import annotations

import time

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.core.errors import InfeasibleError
from robustev.data.plan import Plan
from robustev.methods.benders.engine import CutEngine
from robustev.methods.benders.solver import BendersSolver
from robustev.methods.hedging.candidates import Candidates
from robustev.methods.hedging.context import Context
from robustev.methods.sppy import InnerBoundNonantSpoke, OuterBoundSpoke
from robustev.model.decisions import decisions
from robustev.model.variables import first_stage_columns

POLL_SECONDS = 0.01
"""Pause of an idle spoke, so that it leaves the processor to others."""
SEARCH_SECONDS = 20.0
"""Longest single search of the integer master before fresh bounds are taken in."""


class CutOuterBound(OuterBoundSpoke):  # type: ignore[misc]
    """The outer bound: Benders decomposition on shared prices, relaxation first, then the tree."""

    solver: BendersSolver | None = None
    _shared: Plan | None = None

    def main(self) -> None:
        """Raise the bound until the hub ends the run; an infinite one says that no plan exists."""
        context: Context = self.opt.options["context"]
        try:
            self._work(context)
        except InfeasibleError:
            self.send_bound(np.inf)
        except (Exception, KeyboardInterrupt) as error:  # the hub, once told, ends the run
            context.fail(error)
        while not self.got_kill_signal():
            time.sleep(POLL_SECONDS)

    def _work(self, context: Context) -> None:
        engine = context.engine()
        solver = BendersSolver(
            engine,
            context.bounds,
            gap=context.stop.gap,
            interrupted=lambda: self._ask(context, engine),
            counts=False,
        )
        self.solver = solver
        solver.go_on(context.keeper)
        solver.relax()
        learning = True
        while not self._ask(context, engine):
            if learning and not solver.done():
                learning = solver.improve(SEARCH_SECONDS)
            else:
                time.sleep(POLL_SECONDS)

    def _ask(self, context: Context, engine: CutEngine) -> bool:
        """Exchange bounds, prices and plans; return whether the hub has ended."""
        lower = context.bounds.lower
        if np.isfinite(lower) and lower != self.bound:
            self.send_bound(lower)
        self.update_hub_bounds()
        upper = self.hub_inner_bound
        if np.isfinite(upper) and upper < context.bounds.upper:
            context.bounds.offer(None, float(upper), "hub")
        plan = context.bounds.plan
        if plan is not None and plan is not self._shared:
            context.exchange.share_plan(engine.first.columns(plan))
            self._shared = plan
        context.exchange.share_prices(engine.recourse)
        context.exchange.receive_prices(engine.recourse, most=20)
        return bool(self.got_kill_signal()) or context.out_of_time()


class ExactInnerBound(InnerBoundNonantSpoke):  # type: ignore[misc]
    """The inner bound: candidates of the hub and of the outer bound, evaluated exactly."""

    def main(self) -> None:
        """Improve the incumbent until the hub ends the run."""
        context: Context = self.opt.options["context"]
        try:
            self._work(context)
        except (Exception, KeyboardInterrupt) as error:  # the hub, once told, ends the run
            context.fail(error)
        while not self.got_kill_signal():
            time.sleep(POLL_SECONDS)

    def _work(self, context: Context) -> None:
        engine = context.engine()
        candidates = Candidates(engine, context.bounds)
        if context.bounds.plan is not None:
            self._publish(context, engine)
        while not self._over(context):
            context.exchange.receive_prices(engine.recourse)
            fresh = self.update_nonants()
            plans = context.exchange.receive_plans()
            for z in plans:
                if candidates.offer(engine.first.plan(z, "plan"), "benders"):
                    self._publish(context, engine)
            if fresh:
                points = self._points(engine)
                if candidates.consider(points, lambda: self._over(context)):
                    self._publish(context, engine)
            if not fresh and not plans:
                time.sleep(POLL_SECONDS)

    def _over(self, context: Context) -> bool:
        return bool(self.got_kill_signal()) or context.out_of_time()

    def _points(self, engine: CutEngine) -> FloatArray:
        """Return the scenarios' first-stage points as the hub last sent them."""
        values = np.asarray(self.localnonants).reshape(engine.recourse.num_scenarios, -1)
        of = decisions(engine.instance)
        if len(of) == 1:
            return values[:, : engine.first.num_columns]
        points = np.zeros((len(values), engine.first.num_columns))
        for s, own in enumerate(values):
            mine = np.concatenate([d.columns for d in of if s in d.scenarios])
            points[s, mine] = own
        return points

    def _publish(self, context: Context, engine: CutEngine) -> None:
        """Put the incumbent into this cylinder's models and send its bound."""
        plan = context.bounds.plan
        assert plan is not None
        set_plan(
            self.opt.local_scenarios.values(), engine.first.columns(plan), context.bounds.upper
        )
        self.update_if_improving(context.bounds.upper)


def set_plan(models: object, z: FloatArray, objective: float) -> None:
    """Set the first-stage variables of mpi-sppy scenario models to the columns ``z`` of a plan."""
    for model in models:  # type: ignore[attr-defined]
        for variable, value in zip(first_stage_columns(model), z, strict=True):
            variable.set_value(float(value), skip_validation=True)
        for level in model.risk_levels:
            level.set_value(0.0, skip_validation=True)
        model._mpisppy_data.inner_bound = objective
