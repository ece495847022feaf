"""Errors that users meet, each naming where the fault is and what was expected."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

MAX_NAMES = 8
"""Most valid names that a message lists."""


class RobustevError(Exception):
    """Base class of every error that robustev raises on purpose."""


@dataclass(frozen=True)
class Fault:
    """One fault in the input: where it is, what was found there, what was expected.

    ``row`` is the line a user sees in an editor or spreadsheet (1 is the header of a table).
    """

    message: str
    file: str | None = None
    row: int | str | None = None
    column: str | None = None
    found: object = None
    expected: str | None = None

    def __str__(self) -> str:
        where = [str(self.file)] if self.file else []
        where += [f"row {self.row}"] if self.row is not None else []
        where += [f"column {self.column!r}"] if self.column is not None else []
        text = f"{', '.join(where)}: {self.message}" if where else self.message
        if self.found is not None:
            text += f"; found {self.found!r}"
        if self.expected is not None:
            text += f"; expected {self.expected}"
        return text


class InputError(RobustevError):
    """Input that cannot be used: carries every fault that was found, not just the first."""

    max_shown = 40

    def __init__(self, faults: Iterable[Fault] | str) -> None:
        self.faults = (Fault(faults),) if isinstance(faults, str) else tuple(faults)
        lines = [str(fault) for fault in self.faults[: self.max_shown]]
        hidden = len(self.faults) - len(lines)
        if hidden > 0:
            lines.append(f"... and {hidden} more")
        head = f"{len(self.faults)} faults in the input:\n  - " if len(self.faults) > 1 else ""
        super().__init__(head + "\n  - ".join(lines))


class ConfigError(InputError):
    """An experiment file that cannot be used."""


class InfeasibleError(RobustevError):
    """No plan satisfies the constraints; the message says which requirement cannot be met."""


class SolverError(RobustevError):
    """A solver stopped with a status that yields no usable answer."""


@dataclass
class FaultCollector:
    """Gathers faults so that all of them can be reported together."""

    file: str | None = None
    faults: list[Fault] = field(default_factory=list)

    def add(
        self,
        message: str,
        *,
        file: str | None = None,
        row: int | str | None = None,
        column: str | None = None,
        found: object = None,
        expected: str | None = None,
    ) -> None:
        """Note one fault; ``file`` defaults to the collector's own."""
        self.faults.append(Fault(message, file or self.file, row, column, found, expected))

    def add_unknown(self, where: str, names: Iterable[str], known: Sequence[str]) -> None:
        """Note each of ``names`` that is not among the ``known`` ones, with the nearest that is."""
        valid = set(known)
        for name in dict.fromkeys(names):
            if name not in valid:
                near = nearest_name(name, known)
                shown = ", ".join(known[:MAX_NAMES]) + (", ..." if len(known) > MAX_NAMES else "")
                hint = f" (is {near!r} meant?)" if near else ""
                self.add(f"{where}: unknown name{hint}", found=name, expected=f"one of {shown}")

    def raise_if_any(self, error: type[InputError] = InputError) -> None:
        """Raise ``error`` with every fault noted so far, if there is one."""
        if self.faults:
            raise error(self.faults)

    def __iter__(self) -> Iterator[Fault]:
        return iter(self.faults)


@contextmanager
def collecting(file: str | None = None) -> Iterator[FaultCollector]:
    """Gather faults in the block and raise them together when it ends."""
    collector = FaultCollector(file)
    yield collector
    collector.raise_if_any()


def nearest_name(name: str, valid: Iterable[str]) -> str | None:
    """Return the valid name that is closest to ``name``, or None if none is close.

    >>> nearest_name("slotts", ["slots", "demand"])
    'slots'
    """
    matches = difflib.get_close_matches(str(name), list(valid), n=1, cutoff=0.5)
    return matches[0] if matches else None


def repeated_ids(ids: Sequence[str]) -> list[str]:
    """Return the ids that occur more than once, each once, in order of first repetition.

    >>> repeated_ids(["a", "b", "a", "a"])
    ['a']
    """
    seen: set[str] = set()
    repeated: dict[str, None] = {}
    for name in ids:
        if name in seen:
            repeated[name] = None
        seen.add(name)
    return list(repeated)
