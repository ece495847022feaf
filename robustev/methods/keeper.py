"""Keeping what a solve knows while it runs: at an interval, when it is told to stop, at its end."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from robustev.core.errors import InputError
from robustev.methods.bounds import Bounds
from robustev.methods.checkpoint import (
    Arrays,
    Knowledge,
    instance_key,
    merge,
    read_all,
)
from robustev.model.instance import Instance
from robustev.parallel import interrupt
from robustev.parallel.ranks import told

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.25
"""Time between two looks for a request to stop."""
Source = Callable[[], Arrays]
"""Gives the arrays of one part as they are; called from another thread than the method's."""


class Keeper:
    """Where a method takes up what an earlier solve had learnt, and leaves what it learns.

    This one keeps nothing.
    """

    known = Knowledge()
    """What earlier solves of the instance knew."""

    def part(self, name: str) -> Arrays:
        """Return the arrays of a part as they were kept; none where there is no such part."""
        return self.known.parts.get(name, {})

    def parts(self, kind: str) -> list[Arrays]:
        """Return the arrays of all parts ``kind:number``, whoever kept them."""
        return [a for name, a in self.known.parts.items() if name.split(":")[0] == kind]

    def provide(self, name: str, source: Source) -> None:
        """Keep what ``source`` gives as the part of that name from now on."""

    @contextmanager
    def keeping(self, bounds: Bounds) -> Iterator[None]:
        """Keep what is known while the block runs."""
        yield

    def save(self) -> None:
        """Keep what is known at this moment."""


class Store(Protocol):
    """Whatever gives a solve its keeper."""

    def open(self, instance: Instance, comm: Any | None = None) -> Keeper:
        """Return the keeper of a solve, with what earlier ones knew; all ranks make this call."""


@dataclass(frozen=True)
class Checkpoint:
    """Where a solve is to be kept, and how often.

    Parameters
    ----------
    folder
        A folder for this solve alone; ranks have a file each in it.
    interval
        Seconds between two saves.
    """

    folder: Path
    interval: float = 60.0

    @property
    def exists(self) -> bool:
        """Whether an earlier solve left something there."""
        return any(self.folder.glob("*.npz"))

    def open(self, instance: Instance, comm: Any | None = None) -> Keeper:
        """Return the keeper of a solve, with what earlier ones knew; all ranks make this call.

        Raises
        ------
        InputError
            If what is there was made from another instance.
        """
        rank = 0 if comm is None else int(comm.Get_rank())
        key, known, error = "", Knowledge(), None
        if rank == 0:
            key = instance_key(instance)
            try:
                known = self._taken(instance, key)
            except InputError as refused:
                error = refused
        key, known, error = told(comm, (key, known, error))
        if error is not None:
            raise error
        return FileKeeper(self.folder / f"rank-{rank}.npz", key, known, self.interval)

    def _taken(self, instance: Instance, key: str) -> Knowledge:
        known = read_all(self.folder, key, instance.max_chargers.shape)
        if not known.is_nothing:
            logger.info("going on from a checkpoint after %.1f s of search", known.seconds)
            try:
                merge(self.folder, known, key)
            except OSError as error:
                logger.warning("checkpoints cannot be written to %s: %s", self.folder, error)
        return known


class FileKeeper(Keeper):
    """Keeps what one rank knows in a file.

    Parameters
    ----------
    key
        The instance's, see :func:`robustev.methods.checkpoint.instance_key`.
    """

    def __init__(self, path: Path, key: str, known: Knowledge, interval: float) -> None:
        self.path, self.key, self.known, self.interval = path, key, known, interval
        self._sources: dict[str, Source] = {}
        self._bounds: Bounds | None = None
        self._lock = threading.Lock()
        self._told = False

    def provide(self, name: str, source: Source) -> None:
        """Keep what ``source`` gives as the part of that name from now on."""
        self._sources = {**self._sources, name: source}

    @contextmanager
    def keeping(self, bounds: Bounds) -> Iterator[None]:
        """Keep what is known while the block runs, and when it ends by an error."""
        self._bounds = bounds
        over = threading.Event()
        thread = threading.Thread(target=self._look, args=(over,), daemon=True, name="checkpoint")
        thread.start()
        try:
            yield
        except BaseException:
            self.save()
            raise
        finally:
            over.set()
            thread.join()

    def _look(self, over: threading.Event) -> None:
        last, heard = time.monotonic(), False
        while not over.wait(min(LOOK_SECONDS, self.interval)):
            asked = interrupt.requested() and not heard
            if asked or time.monotonic() - last >= self.interval:
                heard = interrupt.requested()
                self.save()
                last = time.monotonic()

    def save(self) -> None:
        """Write what is known at this moment; a disk that is full ends no solve."""
        with self._lock:
            knows = self._knowledge()
            if knows.is_nothing:
                return
            began = time.monotonic()
            try:
                knows.write(self.path, self.key)
                logger.info(
                    "saved in %.2f s: %s", time.monotonic() - began, self.path,
                    extra={"event": "checkpoint", "bytes": self.path.stat().st_size},
                )  # fmt: skip
            except OSError as error:
                if not self._told:
                    logger.warning("checkpoints cannot be written to %s: %s", self.path, error)
                self._told = True

    def _knowledge(self) -> Knowledge:
        bounds, before = self._bounds, self.known
        if bounds is None:
            return Knowledge()
        lower = bounds.lower
        objective, plan = bounds.best
        if plan is None:
            objective = np.inf
        rows = [replace(row, seconds=before.seconds + row.seconds) for row in list(bounds.trace)]
        return Knowledge(
            plan, objective, lower, bounds.iteration, before.seconds + bounds.seconds,
            before.session + 1, (*before.trace, *rows), self._parts(),
        )  # fmt: skip

    def _parts(self) -> Mapping[str, Arrays]:
        """Return the arrays of all parts; one that changes while it is read waits for next time."""
        found = {}
        for name, source in self._sources.items():
            try:
                arrays = source()
            except (RuntimeError, ValueError, IndexError) as error:
                logger.debug("checkpoint without %s: %s", name, error)
                continue
            if arrays:
                found[name] = arrays
        return found
