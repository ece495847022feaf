"""Array types shared by every layer."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]


def frozen(array: NDArray[np.generic] | object, dtype: type = np.float64) -> NDArray:  # type: ignore[type-arg]
    """Return a C-contiguous, read-only copy of ``array`` with the given ``dtype``."""
    copy = np.array(array, dtype=dtype, order="C", copy=True)
    copy.flags.writeable = False
    return copy
