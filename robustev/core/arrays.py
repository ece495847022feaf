"""Array types shared by every layer."""

from __future__ import annotations

from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]

Scalar = TypeVar("Scalar", bound=np.generic)


def frozen(array: ArrayLike, dtype: type[Scalar] = np.float64) -> NDArray[Scalar]:  # type: ignore[assignment]
    """Return a C-contiguous, read-only copy of ``array`` with the given ``dtype``."""
    copy = np.array(array, dtype=dtype, order="C", copy=True)
    copy.flags.writeable = False
    return copy
