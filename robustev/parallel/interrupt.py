"""Stopping in order: a first interrupt asks the methods to finish, a second one stops at once."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_requested = threading.Event()
_since = math.inf
SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGUSR1") if hasattr(signal, name)
)
"""SIGINT comes from the keyboard, SIGTERM from whoever ends processes in order, and a launcher
passes SIGUSR1 on to MPI ranks."""

SHIELDED = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1")
    if hasattr(signal, name)
)
"""What may not come in between while something is written that must be whole."""


def requested() -> bool:
    """Return whether someone asked to stop."""
    return _requested.is_set()


def seconds_since() -> float:
    """Return how long ago someone asked to stop; below 0, without end, if nobody has."""
    return time.monotonic() - _since if _requested.is_set() else -math.inf


def _note(number: int, frame: FrameType | None) -> None:
    global _since
    if _requested.is_set():
        raise KeyboardInterrupt
    _since = time.monotonic()
    _requested.set()


@contextmanager
def listening() -> Iterator[None]:
    """Turn interrupts into a request to stop while the block runs (in the main thread only)."""
    _requested.clear()
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = {number: signal.signal(number, _note) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


@contextmanager
def shielded() -> Iterator[None]:
    """Let requests to stop wait until the block has ended (in the main thread only)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[int] = []
    previous = {
        number: signal.signal(number, lambda number, frame: held.append(number))
        for number in SHIELDED
    }
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    if held:
        signal.raise_signal(held[0])
