"""What is compared: the plans, the futures they were made from, and how optima are found."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np

from robustev.assess.config import CompareConfig
from robustev.assess.statistics.streams import stress_names
from robustev.core.errors import InfeasibleError, SolverError
from robustev.core.units import NEUTRAL, Units
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.methods.checkpoint import Arrays
from robustev.methods.keeper import Checkpoint
from robustev.methods.options import SolveOptions
from robustev.methods.result import SolveResult, Status
from robustev.methods.solve import solve
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model
from robustev.model.risk import Expected, RiskMeasure
from robustev.parallel.ordered import ordered_map
from robustev.parallel.ranks import done_by_root
from robustev.scenarios.config import ScenarioConfig

Role = Literal["nominal", "margin", "robust", "existing", "given"]
logger = logging.getLogger(__name__)

SERIAL_METHODS = ("ef", "benders", "auto")
FEW = 8
"""Scenarios up to which taking them apart gains nothing: one model of all of them closes sooner."""
FINEST, SHARE_OF_GAP = 2e-3, 0.2
"""Gap of the comparison's own solves where none is given: this share of that of the plans, and no
finer than the first."""


@dataclass(frozen=True, eq=False)
class JudgedPlan:
    """A plan to be judged, and what it was made for.

    ``model`` is None for a plan that was not made here; ``demand_factor`` multiplied the demand it
    was made for; ``violations`` are limits of the experiment's model that it breaks, in words.
    """

    plan: Plan
    model: Model | None = None
    demand_factor: float = 1.0
    objective: float | None = None
    lower_bound: float | None = None
    violations: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The plan's name."""
        return self.plan.name

    @property
    def goal(self) -> RiskMeasure | None:
        """The risk measure that it was made for; None for a plan that was not made here."""
        return None if self.model is None else self.model.objective

    @property
    def role(self) -> Role:
        """What the plan stands for in the comparison."""
        if self.model is None:
            return "existing" if self.plan.name == "existing" else "given"
        if not self.model.objective.mean_only:
            return "robust"
        return "nominal" if self.demand_factor == 1 else "margin"

    @property
    def title(self) -> str:
        """What the plan was made for, in words."""
        if self.model is None:
            return {"existing": "the network as it stands"}.get(self.role, "a given plan")
        title = self.model.objective.title
        if self.demand_factor == 1:
            return title
        return f"{title} with {100 * (self.demand_factor - 1):+.3g} % demand"


class SolveMemory(Protocol):
    """Keeps finished parts of a comparison, so that one that is stopped can go on."""

    @property
    def interval(self) -> float:
        """Seconds between two saves of a part that is under way."""

    def recall(
        self, scenarios: ScenarioSet, model: Model, options: SolveOptions
    ) -> SolveResult | None:
        """Return what a solve came to; None if it is not known."""

    def remember(
        self, scenarios: ScenarioSet, model: Model, options: SolveOptions, result: SolveResult
    ) -> None:
        """Keep what a solve came to."""

    def checkpoint(self, scenarios: ScenarioSet, model: Model, options: SolveOptions) -> Checkpoint:
        """Return where a solve is kept while it runs."""

    def recall_arrays(self, kind: str, *content: object) -> list[Arrays]:
        """Return the arrays that every rank kept of a part that ``content`` decides."""

    def keep_arrays(self, kind: str, *content: object, arrays: Arrays) -> None:
        """Keep what this rank has of a part."""


@dataclass(frozen=True, eq=False)
class ComparisonInput:
    """Everything that a comparison works on.

    Parameters
    ----------
    in_sample
        The scenarios that the plans were made from.
    definition
        How they were made; None where they came with the data.
    model
        The experiment's own model, which judges all plans by its expected cost.
    units
        What money, demand and travel are counted in; the words name them.
    comm
        MPI ranks that share the work, all of them with the same case; None for this process alone.
    memory
        Keeps finished solves and gives them back; None solves everything.
    """

    name: str
    region: Region
    in_sample: ScenarioSet
    definition: ScenarioConfig | None
    model: Model
    config: CompareConfig
    options: SolveOptions
    seed: int
    candidates: tuple[JudgedPlan, ...]
    units: Units = NEUTRAL
    comm: Any | None = None
    memory: SolveMemory | None = None

    @property
    def judging(self) -> Model:
        """The model that plans are judged by: expected cost, with the penalty for judging."""
        penalty = self.config.unserved_penalty
        changes: dict[str, object] = {"objective": Expected()}
        return self.model.model_copy(
            update=changes if penalty is None else changes | {"unserved_penalty": penalty}
        )

    @property
    def stress(self) -> frozenset[str]:
        """Names of the scenarios that were put in by hand, and are no draws."""
        return frozenset() if self.definition is None else stress_names(self.definition)

    def instance(self, scenarios: ScenarioSet) -> Instance:
        """Return the problem in which plans are judged on ``scenarios``."""
        return build_instance(self.region, scenarios, self.judging)

    @property
    def plans(self) -> list[Plan]:
        """The plans of all candidates."""
        return [candidate.plan for candidate in self.candidates]

    def candidate(self, name: str) -> JudgedPlan:
        """Return the candidate of that name."""
        return next(c for c in self.candidates if c.name == name)

    @property
    def nominal(self) -> JudgedPlan | None:
        """The plan that others are measured against: the configured or the first nominal one."""
        return self._chosen(self.config.nominal, "nominal")

    @property
    def robust(self) -> JudgedPlan | None:
        """The plan that the answer is about: the configured or the first robust one."""
        return self._chosen(self.config.robust, "robust")

    def recalled(self, kind: str, *content: object) -> list[Arrays]:
        """Return the arrays that all ranks kept of a part, the same on every rank."""
        memory = self.memory
        if memory is None:
            return []
        if self.comm is None:
            return memory.recall_arrays(kind, *content)
        return done_by_root(lambda: memory.recall_arrays(kind, *content))

    def _chosen(self, name: str | None, role: Role) -> JudgedPlan | None:
        """Return the candidate of that name, or without a name the first in the role."""
        if name is not None:
            return next((c for c in self.candidates if c.name == name), None)
        return next((c for c in self.candidates if c.role == role), None)

    def solve_all(
        self, tasks: Sequence[tuple[ScenarioSet, Model]], *, start: Sequence[Plan] = ()
    ) -> list[SolveResult]:
        """Solve every (scenarios, model) by a serial method, shared between the ranks.

        Parameters
        ----------
        start
            Plans known already, for the searches to begin with.

        Raises
        ------
        KeyboardInterrupt
            If someone asked to stop.
        """
        return self._finished(
            # Each solve uses the processors of its rank itself.
            ordered_map(lambda task: self._solve(task, start), tasks, workers=1, comm=self.comm)
        )

    def solve_along(self, tasks: Sequence[tuple[ScenarioSet, Model]]) -> list[SolveResult]:
        """Solve a row of like tasks, each search beginning with the plans of those before it.

        Every rank takes a stretch of the row; its first search begins with the case's own plans.

        Raises
        ------
        KeyboardInterrupt
            If someone asked to stop.
        """
        ranks = 1 if self.comm is None else int(self.comm.Get_size())
        stretches = [part.tolist() for part in np.array_split(np.arange(len(tasks)), ranks)]

        def one(stretch: list[int]) -> list[SolveResult]:
            """Return the results of a stretch of the row."""
            plans = [candidate.plan for candidate in self.candidates if candidate.model is not None]
            results = []
            for place in stretch:
                results.append(self._solve(tasks[place], plans[::-1]))
                found = results[-1].plan
                plans += [] if found is None else [found]
            return results

        rows = ordered_map(one, stretches, workers=1, comm=self.comm)
        return self._finished(result for row in rows for result in row)

    def _solve(self, task: tuple[ScenarioSet, Model], start: Sequence[Plan]) -> SolveResult:
        """Return one result; a failed solve must not take the whole comparison with it."""
        scenarios, model = task
        few = len(scenarios) <= FEW or not model.objective.is_expected_cost
        options = self.serial_options(few=few)
        known = None if self.memory is None else self.memory.recall(scenarios, model, options)
        if known is not None:
            return known
        try:
            made = solve(
                self.region, scenarios, model, options, name="plan", start=start,
                checkpoint=None if self.memory is None else
                self.memory.checkpoint(scenarios, model, options),
            )  # fmt: skip
        except (InfeasibleError, SolverError) as error:
            logger.warning("a solve of the comparison failed: %s", error)
            return SolveResult(options.method, None, None, None, Status.ERROR, 0.0)
        if self.memory is not None:
            self.memory.remember(scenarios, model, options, made)
        return made

    @staticmethod
    def _finished(results: Iterable[SolveResult]) -> list[SolveResult]:
        """Return all results; an interrupted one ends the comparison, on every rank."""
        found = list(results)
        if any(result.status is Status.INTERRUPTED for result in found):
            raise KeyboardInterrupt
        return found

    @property
    def gap(self) -> float:
        """Relative gap of the comparison's own solves: finer than that of the plans it judges."""
        if self.config.gap is not None:
            return self.config.gap
        return max(FINEST, self.options.gap * SHARE_OF_GAP)

    def serial_options(self, *, few: bool = False) -> SolveOptions:
        """Return the options of solves made for the comparison.

        Where a ``few`` scenarios count, the method is the one that fits their size.
        """
        method = self.options.method if self.options.method in SERIAL_METHODS else "benders"
        return SolveOptions(
            method="auto" if few and method != "ef" else method,
            gap=self.gap,
            time_limit=self.config.time_limit or self.options.time_limit,
            ranks=1,
        )
