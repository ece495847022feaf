"""A rank ends when who started it is gone, and not before."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

from robustev.parallel.watchdog import LAUNCHER, exists, watch_launcher


def test_a_rank_ends_when_its_launcher_dies() -> None:
    launcher = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    ended = threading.Event()
    watch_launcher({LAUNCHER: str(launcher.pid)}, end=ended.set, period=0.01)
    assert not ended.wait(0.1)
    launcher.kill()
    launcher.wait()
    assert ended.wait(10.0)
    assert not exists(launcher.pid)


def test_who_was_not_started_by_robustev_is_not_watched() -> None:
    assert watch_launcher({}) is None


def test_there_is_a_process_as_long_as_it_runs() -> None:
    assert exists(os.getppid())
