"""Large arrays held once per node, where several MPI ranks of it need the same ones.

One rank of every node makes them and puts them into a file in memory; all ranks of the node map
that file. It has no name any more once all have it, so that nothing is left behind.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import pickle
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from robustev.parallel.ranks import gathered, meet, told
from robustev.parallel.world import world

ALIGNED = 64
"""Bytes that the place of an array is a multiple of."""
MEMORY = Path("/dev/shm")
"""Where files are memory, on Linux."""
ROOM = 1.2
"""Free bytes that there must be for each byte of the arrays."""

T = TypeVar("T")


@cache
def node() -> Any | None:
    """Return the communicator of the ranks that share this one's memory; all make the first call.

    None where there is one rank.
    """
    comm = world()
    if comm is None or comm.Get_size() == 1:
        return None
    from mpi4py import MPI  # noqa: PLC0415 - starts MPI, so only where there are ranks

    return comm.Split_type(MPI.COMM_TYPE_SHARED)


def once_per_node(make: Callable[[], T], place: Path | None = None) -> T:
    """Return what ``make`` returns, its arrays held once per node; all ranks make this call.

    ``make`` must give the same everywhere; it is called on one rank of each node, while the others
    sleep, and its error is raised on all. The arrays cannot be written to. Where there is no room
    in ``place``, memory or else a folder for what is temporary, every rank makes its own.
    """
    comm = node()
    if comm is None:
        return make()
    value, error = None, None
    if comm.Get_rank() == 0:
        try:
            value = make()
        except Exception as raised:
            error = raised
    for found in gathered(world(), error):
        if found is not None:
            raise found
    shared = _shared(value, comm, place)
    if shared is not None:
        return shared
    return make() if value is None else value


def _shared(value: T | None, comm: Any, place: Path | None) -> T | None:
    """Return rank 0's value with its arrays in memory of all ranks; None if there is no room."""
    buffers: list[pickle.PickleBuffer] = []
    content, sizes, file = b"", [], None
    if comm.Get_rank() == 0:
        content = pickle.dumps(value, protocol=5, buffer_callback=buffers.append)
        sizes = [buffer.raw().nbytes for buffer in buffers]
        file = _written(buffers, sum(map(_padded, sizes)), place)
    try:
        content, sizes, path = told(comm, (content, sizes, file))
        if path is None:
            return None
        mapped = _mapped(path)
        meet(comm)
    finally:
        if file is not None:
            file.unlink()
    begins = [sum(map(_padded, sizes[:i])) for i in range(len(sizes))]
    parts = [mapped[begin : begin + size] for begin, size in zip(begins, sizes, strict=True)]
    found: T = pickle.loads(content, buffers=parts)
    return found


def _padded(size: int) -> int:
    return -(-size // ALIGNED) * ALIGNED


def _mapped(path: Path) -> memoryview:
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _written(buffers: Sequence[pickle.PickleBuffer], size: int, place: Path | None) -> Path | None:
    """Return a new file with the arrays one after the other; None if there is no room for it."""
    for folder in [place] if place is not None else [MEMORY, Path(tempfile.gettempdir())]:
        with contextlib.suppress(OSError, AttributeError):  # some systems have no such calls
            there = os.statvfs(folder)
            if there.f_bavail * there.f_frsize < ROOM * size:
                continue
            return _file(folder, buffers, size)
    return None


def _file(folder: Path, buffers: Sequence[pickle.PickleBuffer], size: int) -> Path:
    handle, name = tempfile.mkstemp(prefix="robustev-", dir=folder)
    try:
        with open(handle, "wb") as file:
            # Taken now: a file with holes would end the process when memory runs out later.
            os.posix_fallocate(file.fileno(), 0, max(size, 1))
            for buffer in buffers:
                raw = buffer.raw()
                file.write(raw)
                file.write(bytes(_padded(raw.nbytes) - raw.nbytes))
    except BaseException:
        Path(name).unlink()
        raise
    return Path(name)
