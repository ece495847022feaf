"""The state of an exploration: the run it began from, and all that was answered so far."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

import numpy as np

from robustev.config.experiment import Experiment
from robustev.core.arrays import FloatArray
from robustev.core.errors import InfeasibleError, InputError, nearest_name
from robustev.data.plan import Plan
from robustev.evaluate.spending import spend
from robustev.experiment.prepare import Prepared, prepare
from robustev.explore.demand import changed, forecasts_growth
from robustev.explore.question import Question
from robustev.explore.warm import Solved, solved
from robustev.model.instance import Instance, with_levels
from robustev.model.model import Model
from robustev.model.risk import Expected
from robustev.results.folder import ResultFolder
from robustev.results.plans import stored_plan
from robustev.results.reader import read_results

GAP = 0.02
"""The gap that answers aim at."""
QUICK, THOROUGH = 2.0, 60.0
"""Seconds for a first answer, and for one that goes on."""
BASE_SECONDS = 120.0
TRIES = 4
"""How often a likely question is worked on beforehand until its gap is reached."""
BUDGETS = (0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5)
FACTORS = (1.05, 0.95, 1.1, 0.9, 1.2, 0.8, 1.15, 0.85, 1.3, 1.4, 1.5)
SHARES = (0.5, 0.0, 1.5)
"""Questions that are answered beforehand, while nobody asks: money over what the plan spends,
vehicles over those of the run, and shares of the growth that is forecast."""
IDLE = 5.0
"""Seconds without a question from which on nobody seems to ask."""
POLL = 0.25
"""Seconds between two looks whether that is so."""


@dataclass(frozen=True, eq=False)
class Answer:
    """A plan for a question, with its proven bound.

    ``seconds`` is how long it took; ``measure`` what its cost is.
    """

    question: Question
    found: Solved
    seconds: float
    measure: str


class Explorer:
    """Answers questions about one plan of a result folder.

    One question is worked on at a time; while none is, likely ones are answered beforehand.

    Raises
    ------
    InputError
        If the folder holds no such plan, or its model cannot be explored.
    """

    def __init__(self, folder: Path, plan: str | None = None) -> None:
        self.results: ResultFolder = read_results(folder).check()
        if self.results.experiment is None:
            raise InputError(f"{folder} holds no experiment, so nothing can be asked about it")
        self.experiment: Experiment = self.results.experiment
        self.name = plan or self._first()
        if self.name not in self.experiment.plans or not self.results.plans[self.name].chargers:
            near = nearest_name(self.name, self.experiment.plans)
            hint = f" (is {near!r} meant?)" if near else ""
            raise InputError(f"no plan {self.name!r} of the experiment is in {folder}{hint}")
        ready = prepare(self.experiment)
        self.base = self._base(ready)
        self.region = self.base.region
        self.ready = ready
        start = stored_plan(self.results, self.name, with_levels(ready.region, self.base.model))
        assert start is not None
        self.start = start
        self.spend = spend(start, self.base)
        self._known: dict[Question, Solved] = {}
        self._work = threading.Lock()
        self._asked = threading.Event()
        self._closed = threading.Event()
        self._scenarios = {Question().demand: self.base.scenarios}
        self._last = 0.0

    def _first(self) -> str:
        made = [name for name in self.results.ordered if name in self.experiment.plans]
        if not made:
            raise InputError("the folder holds no plan that the experiment asks for")
        return made[0]

    def _base(self, ready: Prepared) -> Instance:
        """Return what the plan was made for; in place of regret, its expected cost."""
        instance = ready.instances[self.name]
        if type(instance) is not Instance:
            raise InputError(f"the plan {self.name!r} is not of a kind that can be explored")
        if instance.model.objective.needs_own_optima:
            model = instance.model.model_copy(update={"objective": Expected()})
            return replace(instance, model=model)
        return instance

    @property
    def today(self) -> FloatArray:
        """Today's demand, shape (zones, types), with the margin that the plan was made for."""
        margin = self.experiment.plans[self.name].demand_factor
        return np.asarray(margin * self.ready.region.demand)

    @property
    def grows(self) -> bool:
        """Whether the scenarios forecast growth, of which more or less may come about."""
        return forecasts_growth(self.base.scenarios, self.today)

    @property
    def measure(self) -> str:
        """What costs are: the expected one, or another measure's."""
        return self.base.model.objective.title

    @property
    def budgets(self) -> tuple[float, ...]:
        """Budgets to choose from, from what the plan spends downwards; empty where that is 0."""
        return tuple(round(share * self.spend, 2) for share in BUDGETS if self.spend > 0)

    # --- questions ---------------------------------------------------------------------------

    def answer(self, question: Question, *, thorough: bool = False) -> Answer:
        """Return a plan for a question, within seconds; a thorough answer takes longer.

        Raises
        ------
        InputError
            If it names a site that there is not, or one that must stay is closed.
        InfeasibleError
            If no plan keeps all that is asked.
        """
        self._check(question)
        began = time.perf_counter()
        stored = self._known.get(question)
        if stored is not None and (stored.gap <= GAP or not thorough):
            return Answer(question, stored, time.perf_counter() - began, self.measure)
        self._asked.set()
        with self._work:
            self._asked.clear()
            limit = THOROUGH if thorough else QUICK
            found = self._answered(question, _after(limit), thorough=thorough)
            self._last = time.perf_counter()
        if found is None:
            raise InfeasibleError("no plan that keeps all this was found in time")
        return Answer(question, found, time.perf_counter() - began, self.measure)

    def _check(self, question: Question) -> None:
        ids = {site: i for i, site in enumerate(self.region.sites.ids)}
        for site in (*question.closed, *question.opened):
            if site not in ids:
                raise InputError(f"no site {site!r}; is {nearest_name(site, ids)!r} meant?")
        kept = [s for s in question.closed if self.base.min_open[ids[s]]]
        if kept:
            raise InputError(
                f"a station stands at {kept[0]}, and the model keeps what stands "
                "(model.keep_existing: false lets it go)"
            )

    def _answered(
        self, question: Question, stop: Callable[[], bool], *, thorough: bool
    ) -> Solved | None:
        stored = self._known.get(question)
        if stored is not None and (stored.gap <= GAP or not thorough):
            return stored
        near = stored or self._nearest(question)
        if near is None:  # the run's own plan first
            own = Question()
            base = solved(self.base, None, gap=GAP / 2, known=[self.start], thorough=True,
                          stop=_after(BASE_SECONDS))  # fmt: skip
            if base is None:
                return None
            self._known[own], near = base, base
            if question == own:
                return base
        instance = self._instance(question)
        growth = _total(instance) / max(_total(near.instance), 1e-9)
        found = solved(
            instance, near, gap=GAP, stop=stop, known=self._allowed(question), growth=growth,
            lower=max(self._bounds(question), default=-math.inf), thorough=thorough,
        )  # fmt: skip
        if found is not None:
            self._known[question] = found
        return found

    def _instance(self, question: Question) -> Instance:
        """Return the instance of a question; equal demand is one object, by which it is known."""
        key = question.demand
        if key not in self._scenarios:
            self._scenarios[key] = changed(self.base.scenarios, self.today, *key)
        own = self.base.model
        assert isinstance(own, Model)
        model = question.model(own)
        return replace(self.base, model=model, scenarios=self._scenarios[key], made={})

    def _nearest(self, question: Question) -> Solved | None:
        """Return the answered question that differs least."""

        def distance(other: Question) -> tuple[float, float, int]:
            demand = sum(abs(a - b) for a, b in zip(other.demand, question.demand, strict=True))
            money = abs(self._money(other) - self._money(question))
            locks = len({*other.closed} ^ {*question.closed}) + len(
                {*other.opened} ^ {*question.opened}
            )
            return demand, money, locks

        return self._known[min(self._known, key=distance)] if self._known else None

    def _money(self, question: Question) -> float:
        return self.spend if question.budget is None else min(question.budget, 10 * self.spend + 1)

    def _allowed(self, question: Question) -> list[Plan]:
        """Return plans of other answers that keep what this question asks."""
        return [one.plan for other, one in self._known.items() if other.demand == question.demand]

    def _bounds(self, question: Question) -> Iterator[float]:
        """Yield bounds of questions that allow all that this one allows, on the same demand."""
        for other, one in self._known.items():
            if question.is_tighter_than(other):
                yield one.lower

    # --- beforehand --------------------------------------------------------------------------

    def prepare_answers(self) -> None:
        """Answer likely questions while nobody asks; runs in a thread of its own."""
        for question in (Question(), *self._likely()):
            tries = 0
            while self._is_open(question) and tries < TRIES and not self._closed.is_set():
                if not self._rests():
                    continue
                with self._work:
                    if self._is_open(question):
                        self._answered(question, self._wanted(_after(THOROUGH)), thorough=True)
                tries += not self._asked.is_set()  # a try that gives way to a question is none

    def _rests(self) -> bool:
        """Return whether nobody asks: one who has just had an answer is about to ask again."""
        since = time.perf_counter() - self._last if self._last else IDLE
        busy = self._asked.is_set() or since < IDLE
        return not self._closed.wait(POLL if busy else 0.0) and not busy

    def _is_open(self, question: Question) -> bool:
        known = self._known.get(question)
        return known is None or known.gap > GAP

    def _wanted(self, late: Callable[[], bool]) -> Callable[[], bool]:
        return lambda: self._asked.is_set() or self._closed.is_set() or late()

    def _likely(self) -> Iterator[Question]:
        for budget, factor in zip_longest(self.budgets, FACTORS):
            if budget is not None:
                yield Question(budget=budget)
            if factor is not None:
                yield Question(adoption=factor)
        if self.grows:
            yield from (Question(growth=share) for share in SHARES)

    def close(self) -> None:
        """End the work in the background."""
        self._closed.set()


def _total(instance: Instance) -> float:
    """Return expected demand in all."""
    return float(instance.probability @ instance.scenarios.totals().sum(axis=1))


def _after(seconds: float) -> Callable[[], bool]:
    began = time.perf_counter()
    return lambda: time.perf_counter() - began > seconds
