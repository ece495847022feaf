"""One short name for any content: settings, arrays, and frozen data that hold them."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

UNSEEN_BITS = 32
"""Last bits of a double that do not count: some six digits are left."""


def digest(*values: object) -> str:
    """Return a SHA-256 of settings, arrays, and frozen data that hold them.

    Real numbers count to about six digits: the last ones differ between processors.

    >>> digest(np.zeros(2), {"a": 1}) == digest(np.zeros(2), {"a": 1})
    True
    >>> digest(np.array([0.1 + 0.2])) == digest(np.array([0.3]))
    True
    >>> digest(np.zeros(2)) == digest(np.zeros((2, 1)))
    False
    """
    found = hashlib.sha256()
    for value in values:
        for part in _parts(value):
            found.update(part)
            found.update(b"\0")
    return found.hexdigest()


def _parts(value: object) -> Iterator[bytes]:
    if isinstance(value, np.ndarray):
        yield f"{value.dtype} {value.shape}".encode()
        yield _bytes(value)
    elif isinstance(value, float):
        yield _bytes(np.array([value]))
    elif isinstance(value, BaseModel):
        yield json.dumps(value.model_dump(mode="json"), sort_keys=True).encode()
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield field.name.encode()
            yield from _parts(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for key in value:
            yield str(key).encode()
            yield from _parts(value[key])
    elif isinstance(value, list | tuple):
        yield str(len(value)).encode()
        for item in value:
            yield from _parts(item)
    else:
        yield repr(value).encode()


def _bytes(array: NDArray[Any]) -> bytes:
    if array.dtype.kind == "f":
        # Half of what is dropped is added first, so that round numbers lie far from an edge.
        bits = np.ascontiguousarray(array + 0.0, dtype=np.float64).view(np.int64)
        return ((bits + (1 << (UNSEEN_BITS - 1))) >> UNSEEN_BITS).tobytes()
    if array.dtype.hasobject:
        return repr(array.tolist()).encode()
    return np.ascontiguousarray(array).tobytes()
