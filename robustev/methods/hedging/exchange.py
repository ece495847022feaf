"""What the cylinders tell each other beside mpi-sppy's bounds: dual prices and candidate plans.

Messages are small (one price per site), sent without waiting, and taken in when convenient.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.parallel.ranks import asleep_until
from robustev.recourse.recourse import Recourse

PRICE, PLAN, FAILURE = 1, 2, 3
MAX_PENDING = 64
"""Unreceived messages beyond which a rank stops sending prices (they only help)."""


class Exchange:
    """A rank's post office; without MPI, or alone, it does nothing.

    Parameters
    ----------
    comm
        An mpi4py communicator of all ranks, or None.
    """

    def __init__(self, comm: Any | None) -> None:
        self.comm = comm.Dup() if comm is not None and comm.Get_size() > 1 else None
        self.sent = 0
        self._pending: list[Any] = []
        self._known: dict[int, int] = {}

    @property
    def label(self) -> str:
        """Which rank this is, for messages; nothing where there is one."""
        return "" if self.comm is None else f"rank {self.comm.Get_rank()}: "

    @property
    def peers(self) -> list[int]:
        """Ranks other than this one."""
        if self.comm is None:
            return []
        return [rank for rank in range(self.comm.Get_size()) if rank != self.comm.Get_rank()]

    def share_prices(self, recourse: Recourse) -> None:
        """Send the dual points that joined the pools since the last call."""
        self._pending = [request for request in self._pending if not request.Test()]
        for index, kernel in enumerate(recourse.kernels):
            first = self._known.get(index, 0)
            self._known[index] = len(kernel.pool)
            if not kernel.speaks_for_all or len(self._pending) > MAX_PENDING:
                continue
            for dual in kernel.pool.points[first:]:
                self._send((index, dual), PRICE)

    def share_plan(self, z: FloatArray) -> None:
        """Send a candidate plan's first-stage columns."""
        self._send(z, PLAN)

    def _send(self, message: object, tag: int) -> None:
        if self.comm is not None:
            self._pending += [self.comm.isend(message, dest=rank, tag=tag) for rank in self.peers]

    def receive_prices(self, recourse: Recourse, most: int = 100) -> int:
        """Take at most ``most`` waiting dual points into the pools; return how many."""
        count = 0
        while count < most and self._waiting(PRICE):
            index, dual = self.comm.recv(tag=PRICE)  # type: ignore[union-attr]
            kernel = recourse.kernels[index]
            own = len(kernel.pool) == self._known.get(index, 0)
            kernel.add(dual)
            if own:  # nothing of our own is unsent, so this one need not be sent back
                self._known[index] = len(kernel.pool)
            count += 1
        return count

    def receive_plans(self) -> list[FloatArray]:
        """Return the candidate plans that have arrived."""
        plans = []
        while self._waiting(PLAN):
            plans.append(np.asarray(self.comm.recv(tag=PLAN)))  # type: ignore[union-attr]
        return plans

    def share_failure(self, message: str) -> None:
        """Tell the other ranks what went wrong on this one."""
        self._send(message, FAILURE)

    def receive_failure(self) -> str | None:
        """Return what went wrong on another rank, or None if nothing has been heard."""
        if not self._waiting(FAILURE):
            return None
        return str(self.comm.recv(tag=FAILURE))  # type: ignore[union-attr]

    def _waiting(self, tag: int) -> bool:
        return self.comm is not None and bool(self.comm.iprobe(tag=tag))

    def close(self) -> None:
        """Take in what is still under way on all ranks, so that nothing is left behind."""
        if self.comm is None:
            return
        for request in self._pending:
            self._drain_until(request.Test)
        self._drain_until(self.comm.Ibarrier().Test)
        self._drained()
        self.comm.Free()
        self.comm = None

    def _drain_until(self, done: Callable[[], bool]) -> None:
        asleep_until(lambda: self._drained() and done())

    def _drained(self) -> bool:
        """Take in all that has arrived; return True."""
        for tag in (PRICE, PLAN, FAILURE):
            while self._waiting(tag):
                self.comm.recv(tag=tag)  # type: ignore[union-attr]
        return True
