"""Ranks that wait for each other leave the processor to those that work."""

from __future__ import annotations

import math

import pytest

from robustev.parallel.ranks import asleep_until, gathered, told
from tests.ranks import told_by_ranks

WAITING = """
import json, sys, time
from robustev.parallel.ordered import ordered_map
from robustev.parallel.ranks import gathered, rank
from robustev.parallel.world import world

comm = world()

def task(number):
    if rank() == 0:
        time.sleep(3.0)
    return number

comm.Barrier()
began = time.process_time()
found = list(ordered_map(task, range(2), workers=1, comm=comm))
seconds = gathered(comm, time.process_time() - began)
if rank() == 0:
    print(json.dumps({"found": found, "seconds": seconds}))
"""


@pytest.mark.mpi
def test_a_rank_without_work_uses_no_processor() -> None:
    told_by_root = told_by_ranks(2, WAITING, timeout=60)
    assert told_by_root["found"] == [0, 1]
    # Awake it would be all three seconds.
    assert max(told_by_root["seconds"]) < 1.5


def test_what_never_comes_is_waited_for_no_longer_than_asked() -> None:
    asked = []
    assert not asleep_until(lambda: asked.append(1) is not None, 0.05)
    assert len(asked) > 1


def test_what_is_there_already_is_not_waited_for() -> None:
    assert asleep_until(lambda: True, 0.0)
    assert asleep_until(lambda: True, math.inf)


def test_a_process_alone_waits_for_nobody() -> None:
    assert gathered(None, 7) == [7]
    assert told(None, 7) == 7
