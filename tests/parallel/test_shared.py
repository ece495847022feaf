"""What ranks of one node share is the same on each, held once, and leaves nothing behind."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from robustev.parallel import shared
from robustev.parallel.shared import once_per_node
from tests import instances
from tests.ranks import told_by_ranks

SHARING = """
import json, sys
from pathlib import Path
import numpy as np
from robustev.core.errors import SolverError
from robustev.parallel.ranks import gathered, rank
from robustev.parallel.shared import once_per_node
from robustev.parallel.world import world
from tests import instances

calls = []

def make():
    calls.append(1)
    made = instances.scenario_set(3, instances.region(3, sites=4, zones=50, types=2), 400)
    made.by_type
    return made

def private():
    lines = Path("/proc/self/smaps").read_text().splitlines()
    at = [i for i, line in enumerate(lines) if "robustev-" in line]
    return sum(int(w.split()[1]) for i in at for w in lines[i:i + 25] if w.startswith("Private"))

def refused():
    raise SolverError("nothing to share")

found, own = once_per_node(make), instances.scenario_set(
    3, instances.region(3, sites=4, zones=50, types=2), 400
)
same = all(
    np.array_equal(a, b)
    for a, b in [(found.demand, own.demand), (found.by_type, own.by_type)]
)
fixed = not (found.demand.flags.writeable or found.by_type.flags.writeable)
kept, fallback = len(calls), once_per_node(make, Path("/nowhere"))
same = same and np.array_equal(fallback.demand, own.demand)
gathered(world(), float(found.by_type.sum() + found.demand.sum()))
memory = private()
gathered(world(), memory)
try:
    once_per_node(refused)
    told = "no error"
except SolverError as error:
    told = str(error)
rows = gathered(world(), [kept, same, fixed, memory, told])
if rank() == 0:
    print(json.dumps(rows))
"""


@pytest.mark.mpi
def test_ranks_of_a_node_hold_one_copy_that_one_of_them_made() -> None:
    before = left_behind()
    rows = told_by_ranks(3, SHARING, timeout=100)
    calls, same, fixed, private, told = zip(*rows, strict=True)
    assert calls == (1, 0, 0)
    assert all(same)
    assert all(fixed)
    assert max(private) == 0
    assert set(told) == {"nothing to share"}
    assert left_behind() <= before


def left_behind() -> set[str]:
    """Return the files of shared arrays that have a name."""
    folder = shared.MEMORY
    return {path.name for path in folder.glob("robustev-*")} if folder.is_dir() else set()


def test_a_process_alone_makes_its_own() -> None:
    made = object()
    assert once_per_node(lambda: made) is made


def test_arrays_come_out_of_a_file_as_they_went_in(tmp_path: Path) -> None:
    given = [np.arange(5.0), np.zeros(0), np.arange(6, dtype=np.float32).reshape(2, 3)]
    buffers: list[pickle.PickleBuffer] = []
    content = pickle.dumps(given, protocol=5, buffer_callback=buffers.append)
    sizes = [buffer.raw().nbytes for buffer in buffers]
    file = shared._written(buffers, 1000, tmp_path)
    assert file is not None
    begins = np.cumsum([0, *map(shared._padded, sizes)])
    mapped = shared._mapped(file)
    parts = [mapped[b : b + size] for b, size in zip(begins, sizes, strict=False)]
    for one, other in zip(given, pickle.loads(content, buffers=parts), strict=True):
        np.testing.assert_array_equal(one, other)


def test_where_there_is_no_room_no_file_is_left(tmp_path: Path) -> None:
    assert shared._written([], 10**18, tmp_path) is None
    assert not list(tmp_path.iterdir())


def test_demand_by_type_is_demand_in_another_order() -> None:
    of = instances.scenario_set(1, instances.region(1, types=2), 4)
    assert of.by_type.flags.c_contiguous
    for k in range(2):
        np.testing.assert_array_equal(of.by_type[k], of.demand[:, :, k])
