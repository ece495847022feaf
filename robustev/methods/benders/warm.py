"""From one solve to the next, where prices, rules or demand differ: dual points, cuts, and a plan.

What may be built, and at what price, is no part of the second stage, so every dual point and every
cut of it stays valid. Demand enters only its right-hand side, so dual points stay valid too, and
cuts are made from them anew; and any price of capacity is valid whatever travel or unserved demand
costs, once the values of zones are taken anew. A lower bound is the master's, whatever it began
with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.data.plan import Plan
from robustev.methods.benders.decomposition import Decomposition
from robustev.methods.benders.engine import CutEngine, MasterCut
from robustev.methods.benders.repair import adapted
from robustev.methods.benders.state import Step, Steps
from robustev.model.instance import Instance
from robustev.recourse.recourse import Recourse

SOURCE = "warm start"
POINTS = 6
"""Points of an earlier solve, the last ones, where cuts are made anew."""
ROUNDS = 12
"""Moves of a plan's chargers within a box, at most."""
SHARE, LEAST = 0.25, 2.0
"""First width of the box: this share of a site's chargers, and no fewer chargers."""
NARROWEST = 0.01
"""Width at which moves end."""


@dataclass(frozen=True, eq=False)
class Learnt:
    """What a solve has learnt.

    Parameters
    ----------
    engine
        Its separation, with the dual points of all scenarios.
    cuts
        Cuts of its master.
    points
        Shape (columns,) each: where cuts were sought, the last ones nearest to the optimum.
    plan
        The best plan; None where there is none.
    """

    engine: CutEngine
    cuts: Sequence[MasterCut] = field(repr=False)
    points: Sequence[FloatArray] = field(repr=False)
    plan: Plan | None = None

    @classmethod
    def of(cls, parts: Decomposition) -> Learnt:
        """Return what a decomposition has learnt."""
        plan = parts.bounds.plan
        points = parts.state.points[-POINTS:]
        if plan is not None:
            points = [*points, parts.engine.first.columns(plan)]
        return cls(parts.engine, tuple(parts.master.cuts), tuple(points), plan)

    @property
    def instance(self) -> Instance:
        """The instance that was solved."""
        return self.engine.instance

    def holds_for(self, instance: Instance) -> bool:
        """Return whether the second stage of ``instance`` is this one: all that is proven holds."""
        return is_same_second_stage(self.instance, instance)

    def fits(self, instance: Instance) -> bool:
        """Return whether ``instance`` differs in costs, demand and first-stage rules alone."""
        same_kinds = self.instance.max_chargers.shape == instance.max_chargers.shape
        return same_kinds and _is_alike(self.instance, instance)

    def recourse_for(self, instance: Instance) -> Recourse:
        """Return the second stage of an instance that fits, with dual points that hold there."""
        if self.holds_for(instance):
            return self.engine.recourse
        recourse = Recourse(instance)
        recourse.take_over(self.engine.recourse, self._useful(), self._openings())
        return recourse

    def _openings(self) -> FloatArray:
        """Return the openings of the best plan, shape (sites,); all where there is none."""
        if self.plan is None:
            return np.ones(self.instance.num_sites)
        return self.plan.open.astype(float)

    def _useful(self) -> list[list[int]]:
        """Return, for each kernel, the places of dual points that are the best for a scenario."""
        recourse = self.engine.recourse
        places: list[set[int]] = [set() for _ in recourse.kernels]
        for z in self.points:
            choices = recourse.proven(*self.engine.split(z))[1]
            for found, choice in zip(places, choices, strict=True):
                found |= {int(p) for p in choice if p >= 0}
        return [sorted(found) for found in places]


def is_same_second_stage(one: Instance, other: Instance) -> bool:
    """Return whether the second stages of two instances are the same function of the first."""
    if not _is_alike(one, other):
        return False
    pairs = (
        (one.demand, other.demand),
        (one.probability, other.probability),
        (one.arcs.cost, other.arcs.cost),
        (one.unserved_price, other.unserved_price),
        (np.isinf(one.fixed_capacity), np.isinf(other.fixed_capacity)),
    )
    if not all(a is b or np.array_equal(a, b) for a, b in pairs):
        return False
    return bool((other.max_capacity() <= one.max_capacity()).all())  # flow covers rest on it


def _is_alike(one: Instance, other: Instance) -> bool:
    """Return whether two second stages differ in costs and demand alone."""
    if not (type(one) is type(other) is Instance):
        return False
    if not _has_same_rules(one, other):
        return False
    same = one.model.split == other.model.split and one.region.types == other.region.types
    same &= np.array_equal(np.isinf(one.unserved_price), np.isinf(other.unserved_price))
    same &= len(one.scenarios) == len(other.scenarios)
    same &= (one.num_sites, one.num_zones) == (other.num_sites, other.num_zones)
    return same and all(
        a is b or np.array_equal(a, b)
        for a, b in ((one.arcs.zone, other.arcs.zone), (one.arcs.site, other.arcs.site))
    )


def _has_same_rules(one: Instance, other: Instance) -> bool:
    """Return whether rules state the same about both second stages."""
    if one.has_plain_second_stage and other.has_plain_second_stage:
        return True
    mine, others = (
        [part for part in instance.model.parts if part.in_second_stage] for instance in (one, other)
    )
    return one.region is other.region and mine == others


# --- strategies --------------------------------------------------------------------------------


def warmed(of: Decomposition, learnt: Learnt, growth: float = 1.0) -> Steps[None]:
    """Begin with what was learnt: its cuts, and its plan moved to where it is best here.

    ``growth`` is demand over that of the earlier solve.
    """
    yield Step(SOURCE, cuts=_carried(of, learnt))
    for z in _points(of, learnt):
        yield Step(SOURCE, point=z)
    z = yield from relaxation(of)
    if learnt.plan is not None and not of.done():
        yield from moved(of, adapted(learnt.plan, of.engine.instance, of.engine.first, growth))
    elif not of.done():
        yield from of.rounded_to_nearest(z)


def _carried(of: Decomposition, learnt: Learnt) -> Sequence[MasterCut]:
    """Return the cuts of an earlier solve, or those of its dual points where it was another."""
    engine = of.engine
    before, here = learnt.engine.risk, engine.risk
    if learnt.holds_for(engine.instance) and before.is_expectation and here.is_expectation:
        return learnt.cuts
    found: list[MasterCut] = []
    for z in _points(of, learnt):
        found += engine.cuts_from(engine.learn(z, tolerance=0.0, max_exact=0))
    return found


def _points(of: Decomposition, learnt: Learnt) -> list[FloatArray]:
    """Return the points of an earlier solve within the bounds of the columns here."""
    first = of.engine.first
    same = [z for z in learnt.points if len(z) == first.num_columns]
    return [np.clip(z, first.lower, first.upper) for z in same]


def relaxation(of: Decomposition) -> Steps[FloatArray]:
    """Solve the master's relaxation once, and return its point."""
    solution = of.master.solve_relaxation()
    assert solution.z is not None
    yield Step(
        SOURCE, bound=solution.bound, relaxed=solution.bound, core=solution.z, point=solution.z
    )
    return solution.z


def moved(of: Decomposition, z: FloatArray) -> Steps[None]:
    """Improve a plan's chargers at its own stations by moves within a box that narrows.

    Each move is the best within the box by the cuts so far, in fractions, then rounded, evaluated
    exactly and cut. New stations may take any number of chargers at first.
    """
    first = of.engine.first
    plan = of.nearest.plan_to_the_nearest(z)
    if plan is None:
        return
    yield from _evaluated(of, plan)
    if not of.done():
        yield from relaxation(of)
    best, width = first.columns(plan), SHARE
    empty = (first.openings(best) > 0) & (first.chargers(best).sum(axis=1) == 0)
    for _ in range(ROUNDS):
        if of.done() or width < NARROWEST:
            return
        before = of.bounds.upper
        low, high = best.copy(), best.copy()
        here = first.chargers(best)
        reach = np.maximum(LEAST, np.ceil(width * here))
        reach[empty] = np.inf
        first.chargers(low)[:] = here - reach
        first.chargers(high)[:] = here + reach
        low, high = np.maximum(low, first.lower), np.minimum(high, first.upper)
        point = of.master.solve_relaxation(within=(low, high)).z
        plan = None if point is None else of.nearest.plan_to_the_nearest(point)
        if plan is None:
            width /= 2
            continue
        yield from _evaluated(of, plan)
        yield from relaxation(of)
        if of.bounds.upper < before:
            best, empty = first.columns(plan), np.zeros_like(empty)
        else:
            width /= 2


def _evaluated(of: Decomposition, plan: Plan) -> Steps[None]:
    """Evaluate a plan exactly, and cut there."""
    objective, cuts = of.engine.evaluate(plan)
    yield Step(SOURCE, plan=plan, objective=objective, cuts=tuple(cuts))
