"""The lower bound, derived again from stored dual prices by a small cutting-plane method.

The solver's cuts are not read. Only its site prices are, and points of the first stage where cuts
are worth seeking; cuts, master problem and bound are made anew. Cuts are built as
:mod:`robustev.verify.prices` says, with scenarios weighted as the objective weighs the worst of
them. The least value of infrastructure plus the largest cut is found over the linear relaxation of
the first stage, then over whole numbers. Where the stored prices prove no more, scenarios are
solved by this check's own linear programs, whose prices join them. Where capacity never binds
there is no price to be known, and cuts are made zone by zone (:mod:`robustev.verify.zones`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import FloatArray, IntArray
from robustev.core.errors import InputError
from robustev.methods.scaling import Scaling
from robustev.model.instance import Instance
from robustev.recourse.certificate import Certificate
from robustev.verify.master import Cut, Master, Solved
from robustev.verify.measure import worst_weights
from robustev.verify.prices import Affine, PricedService, priced_services, shortage_services
from robustev.verify.zones import ZoneSeparator, never_binds

MAX_GROUPS = 20
"""Most cost-to-go variables of an expected cost; more scenarios share them in groups."""
SMALL = 1e-6
"""Relative rise of the bound that counts as little; violation at which a cut is worth adding."""
MAX_STALLS = 6
"""Rounds in a row that may bring little."""
IN_OUT = 0.3
"""Weight of the master's optimum against the core point where cuts are sought, at first."""
LAST_POINTS = 40
"""Stored points at which cuts are built before the first round."""
FRESH = 10
"""Scenarios that are solved anew at a time."""
RELAXING = 0.75
"""Most of the time that the relaxation may take."""


@dataclass(frozen=True)
class Derived:
    """Lower bounds that the prices prove.

    Parameters
    ----------
    relaxed
        From linear programming alone; a sum over the solver's duals, valid whatever they are.
    whole
        From a search over whole-number plans, on the word of the solver's tree; None if there was
        none.
    seconds
        Time it took.
    fresh
        Prices that this check found itself.
    """

    relaxed: float
    whole: float | None = None
    seconds: float = 0.0
    fresh: int = 0


def derive(
    instance: Instance, certificate: Certificate, *, target: float, seconds: float
) -> Derived:
    """Return the lower bounds that the certificate proves for ``instance``.

    Works in units of ordinary size, until ``target`` is proven, no price proves more, or
    ``seconds`` have passed; the relaxation gets at most three quarters of them.

    Raises
    ------
    InputError
        If the certificate is none: prices below 0, or for another problem.
    SolverError
        If the master problem cannot be solved.
    """
    start, scaling = time.perf_counter(), Scaling.of(instance)
    instance, certificate = scaling.scaled(instance), scaling.certificate(certificate)
    target = target * scaling.money
    separator: AnySeparator = Separator(instance, certificate)
    if separator.expected and len(instance.blocks) == 1 and never_binds(instance):
        separator = ZoneSeparator(instance)
    floor = 0.0 if separator.expected else -np.inf
    master = Master(instance, separator.num_theta, floor)
    enough = target - SMALL * max(1.0, abs(target)) if np.isfinite(target) else target
    relaxed = _relax(separator, master, certificate.points, enough, start + RELAXING * seconds)
    whole = None
    if relaxed < enough:
        whole = max(relaxed, _branch(separator, master, enough, start + seconds))
    relaxed, whole = relaxed / scaling.money, None if whole is None else whole / scaling.money
    return Derived(relaxed, whole, time.perf_counter() - start, separator.num_fresh)


def _relax(
    separator: AnySeparator, master: Master, points: FloatArray, enough: float, end: float
) -> float:
    """Return the relaxation's bound: by the stored prices, then by more and more fresh ones."""
    core = _seed(separator, master, points, end)
    best, core = _descend(separator, master, core, enough, end)
    todo, before = separator.heaviest(core), best
    while best < enough and time.perf_counter() < end:
        separator.refresh(core, todo[:FRESH], end)
        todo = todo[FRESH:]
        found, core = _descend(separator, master, core, enough, end)
        best = max(best, found)
        if not len(todo):
            if best - before <= SMALL * abs(best):
                break
            todo, before = separator.heaviest(core), best
    return best


def _seed(separator: AnySeparator, master: Master, points: FloatArray, end: float) -> FloatArray:
    """Add cuts at the last stored points; return the one where to go on."""
    lowest = np.minimum(master.low, master.high)
    points = points[:, : len(lowest)]  # a rule's own columns follow, which nothing here is about
    for z in points[::-1][:LAST_POINTS]:
        master.add(separator.cuts_at(z))
        if time.perf_counter() > end:
            break
    if not len(points):
        master.add(separator.cuts_at(lowest))
    return np.asarray(points[-1] if len(points) else lowest)


def _descend(
    separator: AnySeparator, master: Master, core: FloatArray, enough: float, end: float
) -> tuple[float, FloatArray]:
    """Return the bound that the prices prove, and the point it rests on, by in-out separation."""
    best, stalls = -np.inf, 0
    while stalls <= MAX_STALLS:
        solved = master.relaxed()
        assert solved.z is not None
        small = solved.bound - best <= SMALL * abs(solved.bound)
        best = max(best, solved.bound)
        if best >= enough or time.perf_counter() > end:
            break
        weight = min(1.0, IN_OUT * 2.0**stalls)
        core = weight * solved.z + (1.0 - weight) * core
        cuts = _violated(separator.cuts_at(core), solved)
        if not cuts and weight == 1.0:
            break
        master.add(cuts)
        stalls = stalls + 1 if small or not cuts else 0
    return best, core


def _branch(separator: AnySeparator, master: Master, enough: float, end: float) -> float:
    """Return the bound over whole numbers: search, cut off what was found, search again."""
    best = -np.inf
    while best < enough and time.perf_counter() < end:
        solved = master.branched(end - time.perf_counter())
        best = max(best, solved.bound)
        if solved.z is None:
            break
        cuts = _violated(separator.cuts_at(solved.z), solved)
        if not cuts:
            separator.refresh(solved.z, separator.heaviest(solved.z), end)
            cuts = _violated(separator.cuts_at(solved.z), solved)
        if not cuts:
            break
        master.add(cuts)
    return best


def _violated(cuts: Sequence[Cut], solved: Solved) -> list[Cut]:
    assert solved.z is not None
    kept = []
    for cut in cuts:
        value = cut.bound.at(solved.z)
        known = 0.0 if cut.theta is None else float(solved.theta[cut.theta])
        if value > known + SMALL * max(1.0, abs(value)):
            kept.append(cut)
    return kept


class Separator:
    """Finds the best cuts that the prices give at a point.

    An expected cost has one cost-to-go variable for each of some groups of scenarios, any other
    objective a single one.
    """

    def __init__(self, instance: Instance, certificate: Certificate) -> None:
        self.instance = instance
        self.services = priced_services(instance, certificate)
        self.shortages = shortage_services(instance, certificate)
        goal = instance.goal
        self.expected = goal.is_expectation
        self.offset = np.zeros(len(instance.scenarios))
        if goal.needs_own_optima and not self.expected:
            if certificate.own_optimum is None:
                raise InputError("the certificate lacks the scenarios' own optima")
            self.offset = certificate.own_optimum
        self.num_fresh = 0
        order = np.argsort(instance.demand.sum(axis=(1, 2)))
        num_groups = min(len(order), MAX_GROUPS) if self.expected else 1
        self.groups: list[IntArray] = np.array_split(order, num_groups)
        self.num_theta = num_groups

    def cuts_at(self, z: FloatArray) -> list[Cut]:
        """Return one cut per cost-to-go variable, sharp at ``z``, and one against shortage."""
        costs, choices = _best(self.services, z, len(self.offset))
        goal, probability = self.instance.goal, self.instance.probability
        weight, regretted = worst_weights(goal, costs - self.offset, probability)
        above = 0.0
        if not self.expected:
            above = goal.weight * goal.conjugate(regretted / goal.weight, probability)
        cuts = self._shortage_cuts(z)
        for c, members in enumerate(self.groups):
            only = np.zeros(len(weight))
            only[members] = weight[members]
            bound = _combined(self.services, choices, only, z)
            constant = bound.constant - float(regretted @ self.offset) - above
            cuts.append(Cut(Affine(constant, bound.slope), c))
        return cuts

    def heaviest(self, z: FloatArray) -> IntArray:
        """Return the scenarios that count at ``z``, those of the most weight first.

        Of equal ones, those whose demand differs stand next to each other.
        """
        costs, _ = _best(self.services, z, len(self.offset))
        goal, probability = self.instance.goal, self.instance.probability
        weight, _ = worst_weights(goal, costs - self.offset, probability)
        size = max(len(group) for group in self.groups)
        spread = np.array([g[n] for n in range(size) for g in self.groups if n < len(g)])
        order = spread[np.argsort(-weight[spread], kind="stable")]
        return np.asarray(order[weight[order] > 0])

    def refresh(self, z: FloatArray, scenarios: IntArray, end: float) -> None:
        """Solve scenarios at ``z`` and add their prices; stop at the time ``end``."""
        for s in scenarios:
            if time.perf_counter() > end:
                return
            for service in self.services:
                service.learn(z, int(s))
                self.num_fresh += 1

    def _shortage_cuts(self, z: FloatArray) -> list[Cut]:
        """Return the cut against the largest shortage that the prices prove at ``z``, if any."""
        short, choices = _best(self.shortages, z, len(self.offset))
        s = int(np.argmax(short))
        if short[s] <= SMALL * float(self.instance.demand[s].sum()):
            return []
        only = np.zeros(len(short))
        only[s] = 1.0
        return [Cut(_combined(self.shortages, choices, only, z), None)]


AnySeparator = Separator | ZoneSeparator
"""Whatever finds cuts at a point."""


def _best(
    services: Sequence[PricedService], z: FloatArray, num_scenarios: int
) -> tuple[FloatArray, list[IntArray]]:
    """Return what the best prices prove about every scenario at ``z``, and which they are."""
    total, choices = np.zeros(num_scenarios), []
    for service in services:
        values = service.values(z)
        choices.append(values.argmax(axis=1))
        total += values.max(axis=1)
    return total, choices


def _combined(
    services: Sequence[PricedService],
    choices: Sequence[IntArray],
    weight: FloatArray,
    z: FloatArray,
) -> Affine:
    parts = [
        service.cut(weight, choice, z) for service, choice in zip(services, choices, strict=True)
    ]
    constant = sum(part.constant for part in parts)
    return Affine(constant, np.sum([part.slope for part in parts], axis=0, initial=0.0))
