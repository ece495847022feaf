"""The first-stage columns ``z`` as named blocks, so that nobody counts them by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from robustev.core.arrays import FloatArray, IntArray

OPEN = "open"
CHARGERS = "chargers"


@dataclass(frozen=True, eq=False)
class Block:
    """Columns of one kind, all whole numbers, with their bounds and their cost.

    Parameters
    ----------
    name
        What they are called, in rows and in the Pyomo model.
    lower, upper, cost
        One shape, which is the shape of the block: (sites,), (sites, kinds), ...
    """

    name: str
    lower: FloatArray
    upper: FloatArray
    cost: FloatArray

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the block."""
        return self.cost.shape

    @property
    def size(self) -> int:
        """Number of columns."""
        return int(self.cost.size)


@dataclass(frozen=True, eq=False)
class Layout:
    """Which columns of ``z`` belong to which block."""

    blocks: tuple[Block, ...]

    @cached_property
    def _places(self) -> dict[str, tuple[slice, tuple[int, ...]]]:
        ends = np.cumsum([block.size for block in self.blocks])
        return {
            block.name: (slice(int(end) - block.size, int(end)), block.shape)
            for block, end in zip(self.blocks, ends, strict=True)
        }

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the blocks, in order."""
        return tuple(block.name for block in self.blocks)

    @cached_property
    def num_columns(self) -> int:
        """Number of columns of all blocks."""
        return sum(block.size for block in self.blocks)

    def part(self, z: FloatArray, name: str) -> FloatArray:
        """Return the view of ``z`` (..., columns) that holds a block, in the block's shape."""
        place, shape = self._places[name]
        return z[..., place].reshape(*z.shape[:-1], *shape)

    def columns(self, name: str) -> IntArray:
        """Return the positions of a block's columns in ``z``, in the block's shape."""
        place, shape = self._places[name]
        return np.arange(place.start, place.stop).reshape(shape)

    def joined(self, parts: dict[str, FloatArray]) -> FloatArray:
        """Return the vector ``z`` of some blocks' values; zero in the others."""
        z = np.zeros(self.num_columns)
        for name, values in parts.items():
            place, shape = self._places[name]
            z[place] = np.broadcast_to(values, shape).ravel()
        return z

    def spread(self, values: Sequence[FloatArray]) -> FloatArray:
        """Return one vector of all blocks' values, given in the order of the blocks."""
        return np.concatenate([np.asarray(part, dtype=float).ravel() for part in values])
