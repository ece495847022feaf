"""Ends a rank whose launcher has died: nobody would wait for it, and it would run on for ever."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping

LAUNCHER = "ROBUSTEV_LAUNCHER"
"""Set for ranks that robustev started: the process that did, on the same machine."""
PERIOD = 1.0
"""Seconds between two looks."""


def watch_launcher(
    environment: Mapping[str, str] = os.environ,
    *,
    end: Callable[[], None] = lambda: os._exit(1),
    period: float = PERIOD,
) -> threading.Thread | None:
    """Call ``end`` once the launcher is gone, or the process that this one belongs to.

    mpiexec may outlive the robustev that started it, so both are watched. Returns the thread, None
    where robustev did not start this process.
    """
    launcher = environment.get(LAUNCHER)
    if launcher is None:
        return None
    parent = os.getppid()

    def look() -> None:
        while os.getppid() == parent and exists(int(launcher)):
            time.sleep(period)
        end()

    thread = threading.Thread(target=look, name="launcher watchdog", daemon=True)
    thread.start()
    return thread


def exists(process: int) -> bool:
    """Return whether there is a process of that number.

    >>> exists(os.getpid())
    True
    """
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
