"""The lower bound, derived again from stored dual prices by a small cutting-plane method.

The solver's cuts are not read. Only its site prices are, and points of the first stage where cuts
are worth seeking; cuts, master problem and bound are made anew. Cuts are built as
:mod:`robustev.verify.prices` says, with scenarios weighted as the objective weighs the worst of
them. The least value of infrastructure plus the largest cut is found over the linear relaxation of
the first stage, then over whole numbers.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from robustev.arrays import FloatArray, IntArray
from robustev.certificate import Certificate
from robustev.errors import InputError
from robustev.problem import Problem
from robustev.verify.master import Cut, Master, Solved
from robustev.verify.measure import envelope, worst_weights
from robustev.verify.prices import Affine, PricedService, priced_services, shortage_services

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
    """

    relaxed: float
    whole: float | None = None


def derive(problem: Problem, certificate: Certificate, *, target: float, seconds: float) -> Derived:
    """Return the lower bounds that the certificate proves for ``problem``.

    Works until ``target`` is proven, the prices prove no more, or ``seconds`` have passed; the
    relaxation gets at most half of them.

    Raises
    ------
    InputError
        If the certificate is none: prices below 0, or for another problem.
    SolverError
        If the master problem cannot be solved.
    """
    start = time.perf_counter()
    separator = Separator(problem, certificate)
    floor = 0.0 if separator.expected else -np.inf
    master = Master(problem, len(separator.groups), floor)
    enough = target - SMALL * max(1.0, abs(target))
    relaxed = _relax(separator, master, certificate.points, enough, start + seconds / 2)
    if relaxed >= enough:
        return Derived(relaxed)
    return Derived(relaxed, max(relaxed, _branch(separator, master, enough, start + seconds)))


def _relax(
    separator: Separator, master: Master, points: FloatArray, enough: float, end: float
) -> float:
    """Return the relaxation's bound, by in-out separation around the last stored point."""
    lowest = np.minimum(master.low, master.high)
    for z in points[::-1][:LAST_POINTS]:
        master.add(separator.cuts_at(z))
        if time.perf_counter() > end:
            break
    if not len(points):
        master.add(separator.cuts_at(lowest))
    core = points[-1] if len(points) else lowest
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
    return best


def _branch(separator: Separator, master: Master, enough: float, end: float) -> float:
    """Return the bound over whole numbers: search, cut off what was found, search again."""
    best = -np.inf
    while best < enough and time.perf_counter() < end:
        solved = master.branched(end - time.perf_counter())
        best = max(best, solved.bound)
        if solved.z is None:
            break
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

    def __init__(self, problem: Problem, certificate: Certificate) -> None:
        self.problem = problem
        self.services = priced_services(problem, certificate)
        self.shortages = shortage_services(problem, certificate)
        goal = problem.model.objective
        self.expected = bool(envelope(goal, problem.probability)[1].sum() <= 1.0 + SMALL)
        self.offset = np.zeros(len(problem.scenarios))
        if goal.measure == "regret" and not self.expected:
            if certificate.own_optimum is None:
                raise InputError("the certificate lacks the scenarios' own optima")
            self.offset = certificate.own_optimum
        order = np.argsort(problem.demand.sum(axis=(1, 2)))
        num_groups = min(len(order), MAX_GROUPS) if self.expected else 1
        self.groups: list[IntArray] = np.array_split(order, num_groups)

    def cuts_at(self, z: FloatArray) -> list[Cut]:
        """Return one cut per cost-to-go variable, sharp at ``z``, and one against shortage."""
        costs, choices = _best(self.services, z, len(self.offset))
        goal, probability = self.problem.model.objective, self.problem.probability
        weight = worst_weights(goal, costs - self.offset, probability)
        regretted = weight - (1.0 - goal.weight) * probability
        cuts = self._shortage_cuts(z)
        for c, members in enumerate(self.groups):
            only = np.zeros(len(weight))
            only[members] = weight[members]
            bound = _combined(self.services, choices, only, z)
            constant = bound.constant - float(regretted @ self.offset)
            cuts.append(Cut(Affine(constant, bound.slope), c))
        return cuts

    def _shortage_cuts(self, z: FloatArray) -> list[Cut]:
        """Return the cut against the largest shortage that the prices prove at ``z``, if any."""
        short, choices = _best(self.shortages, z, len(self.offset))
        s = int(np.argmax(short))
        if short[s] <= SMALL * float(self.problem.demand[s].sum()):
            return []
        only = np.zeros(len(short))
        only[s] = 1.0
        return [Cut(_combined(self.shortages, choices, only, z), None)]


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
