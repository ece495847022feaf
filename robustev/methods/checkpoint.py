"""What a solve knows at one moment, in files from which it can go on after the process has died.

Every rank keeps a file of its own, written whole at an interval and when the solve ends: the best
plan and its exact cost, the proven lower bound, their trace, and named arrays of the method (dual
points, hedging weights, brackets of own optima). Each statement in a file is true of the instance
on its own, so files of any number of ranks can be put together: the better plan, the higher bound,
the newest arrays. Random streams need no place here: they are keyed by seed and purpose.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from robustev.core.archive import read_archive, write_archive
from robustev.core.digest import digest
from robustev.core.errors import InputError
from robustev.data.plan import Plan
from robustev.methods.result import SolveResult, Status, TraceRow
from robustev.model.instance import Instance
from robustev.model.risk import RiskMeasure

logger = logging.getLogger(__name__)

VERSION = 1
"""Version of the content; a file of another one is left alone."""
Arrays = Mapping[str, NDArray[Any]]
"""Named arrays of one part."""
MERGED = "all"
"""Name of the file that holds what all ranks of earlier solves had known."""
MAX_TRACE = 2000
"""Moves of the bounds that are kept, the last ones."""


@dataclass(frozen=True, eq=False)
class Knowledge:
    """What is known of an instance, by one rank or by all.

    Parameters
    ----------
    plan, objective
        The best plan and its exact objective; None and infinite where there is none.
    lower_bound
        Proven lower bound; minus infinity where there is none.
    seconds
        Time of all solves so far.
    session
        How many solves have gone on from one another; parts of a later one are newer.
    parts
        Arrays of the method, by the name of the part. ``kind:number`` is one of several of a kind.
    """

    plan: Plan | None = None
    objective: float = np.inf
    lower_bound: float = -np.inf
    iteration: int = 0
    seconds: float = 0.0
    session: int = 0
    trace: tuple[TraceRow, ...] = ()
    parts: Mapping[str, Arrays] = field(default_factory=dict)

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing worth a file."""
        return self.plan is None and not np.isfinite(self.lower_bound) and not self.parts

    def result(self, method: str, name: str) -> SolveResult:
        """Return it as the result of a solve that is to go on."""
        plan = None if self.plan is None else self.plan.renamed(name)
        return SolveResult(
            method, plan, None if plan is None else self.objective,
            _number(self.lower_bound), Status.INTERRUPTED, self.seconds, self.trace,
        )  # fmt: skip

    def write(self, path: Path, key: str) -> None:
        """Write the file of one rank; ``key`` says of which instance this is true.

        Raises
        ------
        OSError
            If it cannot be written; what stood there stays.
        """
        about = {
            "content": VERSION,
            "instance": key,
            "objective": _number(self.objective if self.plan is not None else np.inf),
            "lower_bound": _number(self.lower_bound),
            "iteration": self.iteration,
            "seconds": self.seconds,
            "session": self.session,
            "trace": [asdict(row) for row in self.trace[-MAX_TRACE:]],
        }
        arrays = {
            f"{part}/{name}": array
            for part, named in self.parts.items()
            for name, array in named.items()
        }
        if self.plan is not None:
            arrays |= {"plan/open": self.plan.open, "plan/chargers": self.plan.chargers}
        path.parent.mkdir(parents=True, exist_ok=True)
        write_archive(path, about, arrays)


def instance_key(instance: Instance) -> str:
    """Return a hash of everything that decides an instance's optimum."""
    parts = [(type(part).__qualname__, part) for part in instance.model.parts]
    numbers = (
        instance.arcs, instance.unserved_price, instance.opening_cost, instance.charger_cost,
        instance.fixed_cost, instance.fixed_capacity, instance.charger_capacity,
        instance.min_open, instance.min_chargers, instance.max_chargers,
    )  # fmt: skip
    goal: RiskMeasure = instance.model.objective
    return digest(
        instance.region, instance.scenarios, instance.model, type(goal).__qualname__, parts, numbers
    )


def read_knowledge(path: Path, key: str, shape: tuple[int, int]) -> Knowledge:
    """Return what a rank's file holds; ``shape`` is that of a plan's chargers.

    Raises
    ------
    InputError
        If the file is damaged, of another version, or of another instance.
    """
    about, arrays = read_archive(path)
    if about.get("content") != VERSION:
        raise InputError(f"{path} was written by another version of robustev")
    if about.get("instance") != key:
        raise InputError(
            f"{path} is the checkpoint of another problem: it was made from other data or rules "
            "than this experiment has. Go on with the experiment as it was, or begin anew without "
            "--resume"
        )
    parts: dict[str, dict[str, NDArray[Any]]] = {}
    for name, array in arrays.items():
        part, _, label = name.partition("/")
        parts.setdefault(part, {})[label] = array
    try:
        made = parts.pop("plan", None)
        plan = None if made is None else _plan(made, shape)
        trace = tuple(TraceRow(**row) for row in about["trace"])
        return Knowledge(
            plan, _real(about["objective"], np.inf), _real(about["lower_bound"], -np.inf),
            int(about["iteration"]), float(about["seconds"]), int(about["session"]), trace, parts,
        )  # fmt: skip
    except (LookupError, TypeError, ValueError) as error:
        raise InputError(f"{path} is no checkpoint: {error}") from None


def _plan(arrays: Arrays, shape: tuple[int, int]) -> Plan:
    is_open, chargers = arrays["open"], arrays["chargers"]
    if is_open.shape != shape[:1] or chargers.shape != shape:
        raise ValueError(f"a plan of shape {chargers.shape}, expected {shape}")
    return Plan("plan", is_open.astype(bool), chargers.astype(np.int64))


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _real(value: object, otherwise: float) -> float:
    return otherwise if value is None else float(value)  # type: ignore[arg-type]


def together(known: Sequence[Knowledge]) -> Knowledge:
    """Return what all of these know: the best plan, the highest bound, the newest arrays."""
    if not known:
        return Knowledge()
    newest: dict[str, int] = {}
    for one in known:
        for name in one.parts:
            newest[_kind(name)] = max(newest.get(_kind(name), 0), one.session)
    parts = {
        name: arrays
        for one in known
        for name, arrays in one.parts.items()
        if one.session == newest[_kind(name)]
    }
    best = min(known, key=lambda one: one.objective)
    longest = max(known, key=lambda one: (one.session, len(one.trace)))
    return Knowledge(
        best.plan,
        best.objective,
        max(one.lower_bound for one in known),
        max(one.iteration for one in known),
        max(one.seconds for one in known),
        max(one.session for one in known),
        longest.trace,
        parts,
    )


def _kind(part: str) -> str:
    return part.split(":")[0]


def read_all(folder: Path, key: str, shape: tuple[int, int]) -> Knowledge:
    """Return what all files of a folder know together; a damaged one is left out and told of.

    Raises
    ------
    InputError
        If a file is the checkpoint of another problem.
    """
    known, refused = [], []
    for path in sorted(folder.glob("*.npz")):
        try:
            known.append(read_knowledge(path, key, shape))
        except InputError as error:
            refused.append(error)
    if refused and not known:
        raise refused[0]
    for fault in refused:
        logger.warning("not taken from the unfinished solve: %s", fault)
    return together(known)


def merge(folder: Path, known: Knowledge, key: str) -> None:
    """Put one file in the place of those of all ranks."""
    ranks = [path for path in folder.glob("*.npz") if path.stem != MERGED]
    known.write(folder / f"{MERGED}.npz", key)
    for path in ranks:
        path.unlink(missing_ok=True)
