"""The hub: mpi-sppy's progressive hedging, with an extension that feeds it cuts and stops it."""

from __future__ import annotations

import logging
import math
import time
from typing import Any

import numpy as np
import pyomo.environ as pyo

from robustev.core.arrays import FloatArray
from robustev.core.errors import InfeasibleError
from robustev.methods.benders.engine import CutEngine
from robustev.methods.benders.resume import POOL, take_up
from robustev.methods.benders.solver import BendersSolver
from robustev.methods.bounds import Bounds
from robustev.methods.hedging.candidates import Candidates
from robustev.methods.hedging.context import Context
from robustev.methods.hedging.projected import add_cut, add_feasibility_cut
from robustev.methods.sppy import Extension, PHHub
from robustev.model.risk import Expected, ScenarioRisk
from robustev.model.variables import first_stage_columns
from robustev.parallel import ranks

logger = logging.getLogger(__name__)

NUM_SEED_POINTS = 12
"""Points of the mean scenario's relaxation whose cuts every scenario model starts with."""
INFEASIBLE = "Infeasibility detected"
"""What mpi-sppy says when a scenario has no plan."""
SEED_GAP = 1e-3
SEED_SECONDS = 4.0
"""How far, and how long, the relaxation of the mean scenario is solved for these points."""
CUT_TOLERANCE = 1e-6
"""Relative amount by which a scenario's cost-to-go must fall short for a cut to be added."""
POLL_SECONDS = 0.02
FIRST_SWEEP_SHARE = 0.3
"""Share of the time limit that the first sweep may take without MPI."""
LEAST_SECONDS = 0.05
"""Time that a subproblem gets when there is none left."""
FIRST_SEARCH_SECONDS = 0.3
SEARCH_SHARE = 0.2
"""Search of the integer master between two sweeps without MPI: at first, and as a share of the
time so far."""


class EndHedging(Exception):  # noqa: N818 - not an error: the run is over
    """Leaves mpi-sppy's loops once there is nothing left to do."""


def is_infeasible(error: BaseException) -> bool:
    """Return whether an error says that a scenario has no plan."""
    return isinstance(error, InfeasibleError) or INFEASIBLE in str(error)


class HedgingHub(PHHub):  # type: ignore[misc]
    """mpi-sppy's hub, which also ends inside a sweep and waits for the spokes after the last."""

    def main(self) -> None:
        """Hedge, then wait until the gap is reached or time is up."""
        context: Context = self.options["context"]
        try:
            self.opt.ph_main(finalize=False)
            if context.stop.iterations is None:
                candidates = self.opt.extobject.extdict.get(HubCandidates.__name__)
                while not self._over(context):
                    if candidates is not None:
                        candidates.try_sent()
                    time.sleep(POLL_SECONDS)
        except EndHedging:
            pass
        except (Exception, KeyboardInterrupt) as error:
            if is_infeasible(error):
                context.infeasible = not self._late(error, context)
                return
            context.fail(error)
            context.keeper.save()
            if self.cylinder_comm.Get_size() > 1:  # the other hub ranks may wait for this one
                ranks.end_all(self.cylinder_comm)

    def _late(self, error: BaseException, context: Context) -> bool:
        """Return whether scenarios lack a plan because time was up before they were solved.

        mpi-sppy raises its error on all ranks that hedge, of which one may be late alone.
        """
        late = context.out_of_time()
        return bool(self.allreduce_or(late)) if INFEASIBLE in str(error) else late

    def finalize(self) -> None:
        """Do without mpi-sppy's closing reports: the models are projected."""

    def is_converged(self, screen_trace: bool = False) -> bool:
        """Return whether the gap is reached or time is up."""
        reached = super().is_converged(screen_trace=screen_trace)
        return bool(self.allreduce_or(reached or self._over(self.options["context"])))

    def _over(self, context: Context) -> bool:
        self.sync_bounds()
        context.infeasible |= bool(self.BestOuterBound == np.inf)
        self.take_in(context)
        return context.done()

    def take_in(self, context: Context) -> None:
        """Note the bounds of all cylinders in this rank's record."""
        if np.isfinite(self.BestOuterBound):
            context.bounds.raise_lower(float(self.BestOuterBound), "outer bound")
        if np.isfinite(self.BestInnerBound):
            context.bounds.offer(None, float(self.BestInnerBound), "inner bound")

    def end_if_over(self) -> None:
        """Leave the sweep if the run is over; only a hub of one rank may leave alone."""
        if self.cylinder_comm.Get_size() == 1 and self._over(self.options["context"]):
            raise EndHedging


class Limits(Extension):  # type: ignore[misc]
    """Keeps the time limit inside a sweep: HiGHS gets the time left, and hears an interrupt."""

    def __init__(self, opt: Any, context: Context) -> None:
        super().__init__(opt)
        self.opt = opt
        self.context = context
        self._heard: dict[int, object] = {}

    def pre_solve(self, subproblem: pyo.ConcreteModel) -> None:
        """Give the subproblem's solver the time that is left."""
        context, plugin = self.context, subproblem._solver_plugin
        if math.isfinite(context.stop.seconds):
            alone_at_first = self.opt.spcomm is None and self.opt._PHIter == 0
            share = FIRST_SWEEP_SHARE if alone_at_first else 1.0
            left = share * context.stop.seconds - context.bounds.seconds
            plugin.options["time_limit"] = max(LEAST_SECONDS, left)
        solver = plugin._solver_model
        if solver is not None and self._heard.get(id(subproblem)) is not solver:
            solver.cbMipInterrupt.subscribe(self._watch)
            self._heard[id(subproblem)] = solver

    def _watch(self, event: Any) -> None:
        if self.context.out_of_time():
            event.interrupt()

    def post_solve(self, subproblem: pyo.ConcreteModel, results: Any) -> Any:
        """Leave the sweep once the run is over, where no other rank hedges.

        Without MPI the first one must leave time for both bounds.
        """
        context = self.context
        if self.opt.spcomm is not None:
            self.opt.spcomm.end_if_over()
        else:
            late = context.bounds.seconds > FIRST_SWEEP_SHARE * context.stop.seconds
            if context.out_of_time() or (late and self.opt._PHIter == 0):
                raise EndHedging
        return results


class CutExtension(Extension):  # type: ignore[misc]
    """Gives projected scenario models their cuts: a few at the start, one after each solve."""

    def __init__(self, opt: Any, context: Context) -> None:
        super().__init__(opt)
        self.opt = opt
        self.context = context
        self.engine = context.engine()
        names = context.instance.scenarios.names
        self.position = {name: s for s, name in enumerate(names)}

    def pre_iter0(self) -> None:
        """Start every model with the cuts along the relaxation of the mean scenario."""
        if self.context.out_of_time():
            return
        rows = self.engine.demand_rows()
        for model in self.opt.local_scenarios.values():
            for coefficients, least in rows:
                add_feasibility_cut(model, coefficients, least)
        for z in self._seed():
            self._add_best_cuts(list(self.opt.local_scenarios), z)
        kept = self.context.keeper.part(POOL)
        if kept:
            take_up(self.engine.recourse, kept)
            for z in kept["points"][-NUM_SEED_POINTS:]:
                self._add_best_cuts(list(self.opt.local_scenarios), z)

    def _seed(self) -> list[FloatArray]:
        """Return points along the relaxation of the mean scenario; its prices join the pool."""
        instance = self.context.instance
        mean = instance.on_means()
        engine = CutEngine(
            mean, ScenarioRisk(Expected(), mean.probability), first=self.engine.first
        )
        bounds = Bounds()
        solver = BendersSolver(
            engine,
            bounds,
            gap=SEED_GAP,
            interrupted=lambda: bounds.seconds > SEED_SECONDS or self.context.done(),
        )
        solver.relax()
        self.engine.recourse.adopt(engine.recourse)
        return solver.state.points[-NUM_SEED_POINTS:]

    def _add_best_cuts(self, names: list[str], z: FloatArray) -> None:
        """Add the pool's best cut at ``z`` to the models of some scenarios."""
        x, capacity = self.engine.split(z)
        index = np.array([self.position[name] for name in names])
        recourse, one = self.engine.recourse, np.ones(1)
        _, choices = recourse.proven(x, capacity, index)
        for row, name in enumerate(names):
            chosen = [part[[row]] for part in choices]
            cut = recourse.cut(index[[row]], one, chosen, x)
            coefficients = cut.columns(self.engine.first)
            add_cut(self.opt.local_scenarios[name], coefficients, cut.constant)

    def post_solve(self, subproblem: pyo.ConcreteModel, results: Any) -> Any:
        """Learn the true cost of the scenario's own first stage, and cut off a lower guess."""
        if subproblem._mpisppy_data.solution_available:
            self._learn(subproblem)
        return results

    def _learn(self, model: pyo.ConcreteModel) -> None:
        recourse, exchange = self.engine.recourse, self.context.exchange
        exchange.receive_prices(recourse, most=50)
        s = self.position[model.name]
        z = np.array([v.value for v in first_stage_columns(model)])
        x, capacity = self.engine.split(np.rint(z))
        for cut, _ in self.engine.feasibility_cuts(x, capacity):
            add_feasibility_cut(model, -cut.columns(self.engine.first), cut.constant)
        value = recourse.solve(s, x, capacity)
        exchange.share_prices(recourse)
        if value > model.cost_to_go.value + CUT_TOLERANCE * max(1.0, abs(value)):
            self._add_best_cuts([model.name], np.rint(z))


class HubCandidates(Extension):  # type: ignore[misc]
    """The inner bound on the hub itself, where no rank is left for a cylinder of its own."""

    def __init__(self, opt: Any, context: Context, engine: CutEngine | None = None) -> None:
        super().__init__(opt)
        self.opt = opt
        self.context = context
        self.engine = engine or context.engine()
        self.candidates = Candidates(self.engine, context.bounds)

    def post_iter0_after_sync(self) -> None:
        """Try the first sweep's plans."""
        self.try_points()

    def enditer(self) -> None:
        """Try the sweep's plans."""
        self.try_points()

    def try_points(self) -> None:
        """Evaluate the plans of all scenarios, and those that other ranks have sent."""
        self.context.bounds.iteration = self.opt._PHIter
        self.try_sent()
        points = np.array(
            [
                [v.value for v in first_stage_columns(model)]
                for model in self.opt.local_scenarios.values()
            ]
        )
        self.candidates.consider(points, self.context.done)
        self._publish()

    def try_sent(self) -> None:
        """Evaluate the plans that other ranks have sent; the gap may hang on them at the end."""
        exchange = self.context.exchange
        exchange.receive_prices(self.engine.recourse)
        for z in exchange.receive_plans():
            self.candidates.offer(self.engine.first.plan(z, "plan"), "benders")
        self._publish()

    def _publish(self) -> None:
        if self.context.bounds.plan is not None:
            self.opt.best_solution_obj_val = self.context.bounds.upper


class SerialBounds(HubCandidates):
    """Both bounds without MPI: works on them between the sweeps of progressive hedging."""

    def __init__(self, opt: Any, context: Context) -> None:
        engine = context.engine()
        super().__init__(opt, context, engine)
        self.allowance = FIRST_SEARCH_SECONDS
        self.relaxed = False
        self.solver = BendersSolver(
            engine,
            context.bounds,
            gap=context.stop.gap,
            interrupted=context.out_of_time,
            counts=False,
        )
        self.solver.go_on(context.keeper)

    def post_iter0_after_sync(self) -> None:
        """Solve the relaxation once the first sweep is done, then try the sweep's plans."""
        self.context.bounds.raise_lower(float(self.opt.trivial_bound), "wait and see")
        self.relax()
        self.try_points()
        self._end_if_over()

    def enditer(self) -> None:
        """Try the sweep's plans, then search the integer master for a while."""
        self.try_points()
        self._end_if_over()
        self.work()
        self._end_if_over()

    def relax(self) -> None:
        """Solve the relaxation, unless that has been done."""
        if not self.relaxed:
            self.relaxed = True
            self.solver.relax()

    def try_any(self) -> None:
        """Try the plan near what must stand, where time was up before there was any other."""
        self.candidates.offer(self.candidates.nearest.plan(self.engine.first.lower), "rounding")

    def work(self) -> None:
        """Search for a while; longer the next time if neither bound has moved."""
        bounds = self.context.bounds
        before = (bounds.lower, bounds.upper)
        self.solver.improve(max(self.allowance, SEARCH_SHARE * bounds.seconds))
        if before == (bounds.lower, bounds.upper):
            self.allowance *= 2

    def finish(self) -> bool:
        """Search with all the time that is left; return whether anything was learnt."""
        return self.solver.improve(
            max(0.1, self.context.stop.seconds - self.context.bounds.seconds)
        )

    def _end_if_over(self) -> None:
        if self.context.done():
            raise EndHedging
