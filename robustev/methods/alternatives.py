"""Plans that cost little more than the best and differ from it, and what each site is worth.

Each question is a solve of the same instance under one more rule, from the dual points that the
solves before it have learnt, which hold whatever is built. With ``U`` and ``L`` for the best plan's
objective and lower bound, and ``U_i`` and ``L_i`` for those of the best plan in which site ``i`` is
otherwise (closed, where the best plan opens it), that change costs between ``max(0, L_i - U)`` and
``U_i - L``. A plan within a share ``e`` costs at most ``(1 + e) U``; how far one can be from others
is found by bisection on the least difference that is asked for, and a difference is ruled out where
its lower bound exceeds that cost.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from robustev.core.arrays import BoolArray
from robustev.core.errors import ConfigError, InfeasibleError, SolverError
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.methods.checkpoint import Knowledge
from robustev.methods.keeper import Keeper, Source
from robustev.methods.options import SolveOptions
from robustev.methods.result import SolveResult, Status
from robustev.methods.solve import solve_instance
from robustev.model.features.base import Feature
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model
from robustev.model.rows import Limits, Rows

logger = logging.getLogger(__name__)

WITHIN = 0.02
"""Share by which an alternative may cost more than the best plan, unless asked otherwise."""


@dataclass(frozen=True)
class SiteWorth:
    """What it costs if a site is otherwise than in the best plan.

    Parameters
    ----------
    is_open
        Whether the best plan opens it; what costs is then its absence, else its presence.
    low, high
        The proven interval of that cost, in money; both infinite where no plan has it otherwise,
        ``high`` infinite where none was found in time.
    verdict
        What follows for plans within the share that was asked for.
    """

    site: str
    is_open: bool
    low: float
    high: float
    verdict: str


@dataclass(frozen=True, eq=False)
class Alternative:
    """A plan that costs little more than the best, and differs from it.

    Parameters
    ----------
    objective
        Its objective, evaluated exactly.
    extra
        By which share it costs more than the best plan found.
    differs
        Fewest sites at which it is otherwise than any plan before it.
    most
        No plan within the share differs from those before it at more sites.
    """

    plan: Plan
    objective: float
    extra: float
    differs: int
    most: int


@dataclass(frozen=True, eq=False)
class Alternatives:
    """The best plan, others within a share of its cost, and what each site is worth."""

    best: SolveResult
    within: float
    plans: tuple[Alternative, ...]
    sites: tuple[SiteWorth, ...]
    is_complete: bool
    """Whether :attr:`plans` are as many as were asked for, or no further one exists."""


class _Forced(Feature):
    """A site has a station, or has none."""

    key = "forced"
    site: int
    is_open: bool

    def limits(self, instance: Instance) -> Limits:
        least, most = np.zeros(instance.num_sites), np.ones(instance.num_sites)
        (least if self.is_open else most)[self.site] = float(self.is_open)
        return Limits({"open": least}, {"open": most})

    def broken(self, plan: Plan, instance: Instance) -> list[str]:
        return [] if bool(plan.open[self.site]) == self.is_open else ["the site is otherwise"]


class _Differs(Feature):
    """Stations stand otherwise than in some plans at so many sites at least."""

    key = "differs"
    plans: tuple[tuple[bool, ...], ...]
    least: int

    def rows(self, instance: Instance) -> Rows:
        known = np.array(self.plans, dtype=float)
        return Rows.of(
            [f"other stations at {self.least} sites at least"] * len(known),
            lower=self.least - known.sum(axis=1),
            open=1.0 - 2.0 * known,
        )

    def broken(self, plan: Plan, instance: Instance) -> list[str]:
        differ = [int((np.array(one) != plan.open).sum()) for one in self.plans]
        return [] if min(differ) >= self.least else [f"differs at {min(differ)} sites"]


class _Memory(Keeper):
    """Keeps the parts that a solve provides for the next one, in this process."""

    def __init__(self) -> None:
        self.sources: dict[str, Source] = {}

    def open(self, instance: Instance, comm: Any | None = None) -> Keeper:
        """Return itself, with what the solve before has learnt."""
        parts = {name: source() for name, source in self.sources.items()}
        self.known = Knowledge(parts={name: part for name, part in parts.items() if part})
        return self

    def provide(self, name: str, source: Source) -> None:
        """Keep what ``source`` gives as the part of that name from now on."""
        self.sources[name] = source


def alternatives(
    region: Region,
    scenarios: ScenarioSet,
    model: Model,
    options: SolveOptions | None = None,
    *,
    within: float = WITHIN,
    number: int = 3,
    sites: bool = True,
) -> Alternatives:
    """Return the best plan, plans within a share of its cost that differ most, and sites' worth.

    Parameters
    ----------
    options
        How each plan is made: the gap and time of every solve; ``benders`` goes on from one to the
        next.
    number
        How many alternatives to look for.
    sites
        Whether to find what each site is worth: one solve for each.

    Raises
    ------
    ConfigError
        If the model builds in phases, or asks for what the region does not have.
    InfeasibleError
        If there is no plan at all.
    SolverError
        If no plan is found in time.
    """
    if model.phases is not None:
        raise ConfigError("alternatives are of one phase: leave out model.phases")
    options = (options or SolveOptions()).model_copy(update={"ranks": 1})
    search = _Search(build_instance(region, scenarios, model), options, within)
    plans, complete = search.plans(number)
    worth = tuple(search.worth(i) for i in range(region.num_sites)) if sites else ()
    return Alternatives(search.best, within, plans, worth, complete)


class _Search:
    """Solves one instance under further rules, with what the solves before have learnt."""

    def __init__(self, instance: Instance, options: SolveOptions, within: float) -> None:
        self.instance = instance
        self.options = options
        self.within = within
        self.memory = _Memory()
        self.known: list[Plan] = []
        self.best = self._solve()
        if self.best.status is Status.INFEASIBLE:
            raise InfeasibleError(self.best.message)
        if self.best.plan is None or self.best.objective is None or self.best.lower_bound is None:
            raise SolverError(f"no plan was found: {self.best.status}")
        self.objective, self.lower = self.best.objective, self.best.lower_bound
        self.limit = self.objective + within * abs(self.objective)

    def _solve(self, *rules: Feature) -> SolveResult:
        """Return the solve under more rules; plans found before are tried where they keep them."""
        model = self.instance.model
        assert isinstance(model, Model)
        ruled = replace(self.instance, model=model.with_features(*rules))
        found = solve_instance(
            ruled, self.options, name="alternative", start=self.known, checkpoint=self.memory
        )
        if found.plan is not None:
            self.known.append(found.plan)
        return found

    def plans(self, number: int) -> tuple[tuple[Alternative, ...], bool]:
        """Return alternatives, the one that differs most first, and whether there is no other."""
        assert self.best.plan is not None
        chosen, found = [self.best.plan.open], list[Alternative]()
        while len(found) < number:
            one = self._farthest(chosen, f"alternative_{len(found) + 1}")
            if one is None:
                return tuple(found), self._ruled_out
            found.append(one)
            chosen.append(one.plan.open)
        return tuple(found), True

    def _farthest(self, chosen: Sequence[BoolArray], name: str) -> Alternative | None:
        """Return a plan within the share that differs most from some others, by bisection."""
        known = tuple(tuple(bool(x) for x in one) for one in chosen)
        low, high, proven = 0, self.instance.num_sites, self.instance.num_sites
        self._ruled_out = False
        best: SolveResult | None = None
        while low < high:
            asked = (low + high + 1) // 2
            found = self._solve(_Differs(plans=known, least=asked))
            if (
                found.plan is not None
                and found.objective is not None
                and (found.objective <= self.limit)
            ):
                plan = found.plan
                low, best = min(int((plan.open != one).sum()) for one in chosen), found
                continue
            high = asked - 1
            bound = np.inf if found.status is Status.INFEASIBLE else found.lower_bound
            if bound is not None and bound > self.limit and proven > high:
                proven = high
        if best is None or best.plan is None or best.objective is None:
            self._ruled_out = proven == 0
            return None
        extra = (best.objective - self.objective) / max(abs(self.objective), 1e-300)
        return Alternative(best.plan.renamed(name), best.objective, extra, low, max(low, proven))

    def worth(self, i: int) -> SiteWorth:
        """Return what it costs if site ``i`` is otherwise than in the best plan."""
        assert self.best.plan is not None
        site, is_open = self.instance.region.sites.ids[i], bool(self.best.plan.open[i])
        found = self._solve(_Forced(site=i, is_open=not is_open))
        if found.status is Status.INFEASIBLE:
            low = high = np.inf
        else:
            bound = -np.inf if found.lower_bound is None else found.lower_bound
            low = max(0.0, bound - self.objective)
            high = np.inf if found.objective is None else max(0.0, found.objective - self.lower)
        return SiteWorth(site, is_open, low, high, self._verdict(is_open, low, high))

    def _verdict(self, is_open: bool, low: float, high: float) -> str:
        """Return in words what an interval says about plans within the share."""
        most = self.limit - self.objective
        if np.isinf(low):
            return "no plan without it" if is_open else "in no plan"
        if low > most:
            return "irreplaceable" if is_open else "never worth it"
        if high <= most:
            return "replaceable" if is_open else "would do as well"
        return "open"
