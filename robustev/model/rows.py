"""Rows of the first stage on named blocks of columns, each with its meaning in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.sparse import csr_array, hstack, vstack

from robustev.core.arrays import FloatArray
from robustev.model.layout import Layout


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows ``lower <= sum_b matrix_b @ z_b <= upper``, one matrix for each block ``b`` they are on.

    Build them with :meth:`of`. The columns of a block run in the order of its shape: those of
    ``chargers``, with shape (sites, kinds), site by site.

    Parameters
    ----------
    matrices
        For each block, shape (rows, columns of the block), sparse.
    lower, upper
        Shape (rows,).
    meaning
        For each row, what it asks, such as "at most 3 stations".
    """

    matrices: Mapping[str, csr_array]
    lower: FloatArray
    upper: FloatArray
    meaning: tuple[str, ...]

    @classmethod
    def of(
        cls,
        meaning: Sequence[str],
        *,
        lower: Any = -np.inf,
        upper: Any = np.inf,
        **matrices: Any,
    ) -> Rows:
        """Return one row for each of ``meaning``; bounds may be one number for all of them.

        >>> Rows.of(["at most 2 stations"], upper=2, open=np.ones((1, 3))).upper.tolist()
        [2.0]
        """
        shape = (len(meaning),)
        return cls(
            {name: csr_array(matrix, dtype=float) for name, matrix in matrices.items()},
            np.broadcast_to(np.asarray(lower, dtype=float), shape),
            np.broadcast_to(np.asarray(upper, dtype=float), shape),
            tuple(meaning),
        )

    @classmethod
    def none(cls) -> Rows:
        """Return no row."""
        return cls.of([])

    def followed_by(self, other: Rows) -> Rows:
        """Return these rows and then those of ``other``."""
        parts = {}
        for name in (
            *self.matrices,
            *(name for name in other.matrices if name not in self.matrices),
        ):
            width = next(
                rows.matrices[name] for rows in (self, other) if name in rows.matrices
            ).shape[1]
            parts[name] = vstack(
                [rows.matrices.get(name, csr_array((len(rows), width))) for rows in (self, other)]
            )
        return Rows.of(
            [*self.meaning, *other.meaning],
            lower=np.append(self.lower, other.lower),
            upper=np.append(self.upper, other.upper),
            **parts,
        )

    def __len__(self) -> int:
        return len(self.meaning)

    def on(self, layout: Layout, absent: Collection[str] = ()) -> csr_array:
        """Return the rows' coefficients on all columns, shape (rows, columns).

        Those on blocks that are ``absent`` from the layout are left aside.

        Raises
        ------
        KeyError
            If a row is on a block that the layout does not have.
        """
        unknown = set(self.matrices) - set(layout.names) - set(absent)
        if unknown:
            raise KeyError(f"no block of columns is called {', '.join(sorted(unknown))}")
        parts = [
            self.matrices.get(block.name, csr_array((len(self), block.size)))
            for block in layout.blocks
        ]
        return csr_array(hstack(parts, format="csr"))


@dataclass(frozen=True, eq=False)
class Limits:
    """Bounds that a rule puts on single columns: for each block, values in the block's shape."""

    lower: Mapping[str, FloatArray] = field(default_factory=dict)
    upper: Mapping[str, FloatArray] = field(default_factory=dict)
