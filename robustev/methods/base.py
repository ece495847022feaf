"""What a solution method is, the register of all of them, and the context that a solve runs in.

A method is one class: a name, what it accepts, what it should take, and ``solve``. It joins by
``METHODS.add``; ``docs/methods/`` has a page for each, and says how to add one.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

from robustev.core.errors import SolverError
from robustev.core.settings import Settings
from robustev.data.plan import Plan
from robustev.methods.bounds import Bounds
from robustev.methods.keeper import Keeper
from robustev.methods.memory import Memory
from robustev.methods.result import SolveResult, Status, StopRule
from robustev.methods.size import InstanceSize
from robustev.model.instance import Instance
from robustev.model.risk import ScenarioRisk

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class SolveRun:
    """Everything that one solve works with; derived runs are made by :meth:`on`.

    Parameters
    ----------
    risk
        The objective over scenarios, with each scenario's own optimum where it needs them.
    bounds
        Both bounds and the best plan, which the method keeps up to date: what is known if it fails.
    name
        Name of the plan.
    comm
        MPI ranks that all make this call, or None for this process alone.
    workers
        Threads of this process.
    start
        Plans to begin with, those that break a limit among them.
    options
        The section of the solve options that bears the method's name, if it has one.
    keeper
        Where the method finds the arrays that an earlier solve of the instance had kept, and
        leaves its own; plan and bounds of that solve are in ``bounds`` already.
    memory
        What solves of similar instances have learnt, and where the method leaves what it learns.
    """

    instance: Instance
    stop: StopRule
    risk: ScenarioRisk
    bounds: Bounds = field(default_factory=Bounds)
    name: str = "plan"
    comm: Any | None = None
    workers: int = 1
    start: tuple[Plan, ...] = ()
    options: Settings | None = None
    keeper: Keeper = field(default_factory=Keeper)
    memory: Memory = field(default_factory=Memory)

    @property
    def num_ranks(self) -> int:
        """Number of MPI ranks that make this plan together."""
        return 1 if self.comm is None else int(self.comm.Get_size())

    def on(
        self, instance: Instance, risk: ScenarioRisk, stop: StopRule, bounds: Bounds | None = None
    ) -> SolveRun:
        """Return the run on another instance, on this process alone, with bounds of its own."""
        return replace(
            self, instance=instance, risk=risk, stop=stop, bounds=bounds or Bounds(),
            name="plan", comm=None, start=(), keeper=Keeper(), memory=Memory(),
        )  # fmt: skip


def kept_if_it_fails(run: SolveRun, method: str, solve: Callable[[], SolveResult]) -> SolveResult:
    """Return what ``solve`` returns or, if a solver fails, what ``run.bounds`` holds by then."""
    try:
        return solve()
    except SolverError as error:
        logger.error("%s: %s", method, error)
        return run.bounds.result(method, run.name, Status.ERROR, str(error))


@dataclass(frozen=True)
class Effort:
    """What a solve should take."""

    seconds: float
    gigabytes: float


class Method(ABC):
    """A way to find a plan with a proven bound."""

    name: ClassVar[str]
    """Name in the solve options, of its page, and in results."""
    title: ClassVar[str]
    """What it is, in a few words."""
    is_parallel: ClassVar[bool] = False
    """Whether several MPI ranks make one plan together; else rank 0 makes it alone."""
    usual_ranks: ClassVar[int] = 1
    """MPI ranks to start where the options leave it open."""

    only_chooses: ClassVar[bool] = False
    """Whether it leaves the solve to another method, which depends on the instance."""

    def num_ranks(self, asked: int | Literal["auto"]) -> int:
        """Return how many MPI ranks to start, where ``asked`` for in the options."""
        if not self.is_parallel:
            return 1
        return self.usual_ranks if asked == "auto" else asked

    def choose(self, instance: Instance, gap: float) -> tuple[Method, str]:
        """Return the method that makes the plan, and why: this one, unless it only chooses."""
        return self, "as asked"

    def accepts(self, instance: Instance) -> str | None:
        """Return why it cannot solve ``instance``, in a sentence; None if it can."""
        return None

    def decided_by_few(self, instance: Instance, num_ranks: int) -> bool:
        """Return whether it solves on the few scenarios that decide the risk measure.

        It then needs their own optima only roughly at first.
        """
        return False

    @abstractmethod
    def estimate(self, size: InstanceSize, gap: float) -> Effort | None:
        """Return what solving to a relative ``gap`` should take; None if that is not known."""

    @abstractmethod
    def solve(self, run: SolveRun) -> SolveResult:
        """Solve to ``run.stop``; every rank of ``run.comm`` returns the same.

        Raises
        ------
        SolverError
            If a solver fails; what ``run.bounds`` holds by then is kept.
        """


class MethodRegister(Mapping[str, Method]):
    """Methods by name, in the order in which they joined."""

    def __init__(self) -> None:
        self._methods: dict[str, Method] = {}

    def add(self, kind: type[Method]) -> type[Method]:
        """Take a method in, and return its class; made for use as a decorator.

        Raises
        ------
        ValueError
            If another one has its name.
        """
        if kind.name in self._methods:
            raise ValueError(f"there is a method {kind.name!r} already")
        self._methods[kind.name] = kind()
        return kind

    def remove(self, name: str) -> None:
        """Let the method of that name go."""
        del self._methods[name]

    def __getitem__(self, name: str) -> Method:
        return self._methods[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._methods)

    def __len__(self) -> int:
        return len(self._methods)


METHODS = MethodRegister()
"""Every method that can be asked for by name."""
