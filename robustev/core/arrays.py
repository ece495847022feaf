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


def first_least(values: FloatArray, within: float = 1e-9) -> int:
    """Return the position of the least value; of values that equal it but for rounding, the first.

    Rounding differs between processors, and with it the plain ``argmin`` among equals. ``within``
    is relative to the largest finite value.

    >>> first_least(np.array([3.0, 1.0 + 1e-15, 1.0]))
    1
    """
    finite = np.abs(values[np.isfinite(values)])
    margin = within * float(finite.max()) if len(finite) else 0.0
    return int(np.argmax(values <= values.min() + margin))
