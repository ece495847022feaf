"""Random numbers for scenarios: one stream per scenario, and evenly spread leading numbers.

Scenario ``k`` under seed ``s`` always gets the same numbers, whatever the number of scenarios, of
ranks, or the order in which they are made: its seed is ``SeedSequence(s, spawn_key=(k, use))``.
The leading numbers may instead come from a Sobol sequence (point ``k`` is the same whatever the
count) or a Latin hypercube (whose points depend, by its nature, on the count).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri
from scipy.stats import qmc

from robustev.core.arrays import FloatArray, IntArray
from robustev.scenarios.sampling_config import SamplingMethod

EDGE = 1e-12  # uniforms stay this far from 0 and 1, so that every quantile is finite


class Use(enum.IntEnum):
    """What a stream of random numbers is for; each use has its own stream."""

    LEADING = 0
    MODES = 1
    NOISE = 2


@dataclass(frozen=True, eq=False)
class Draws:
    """The random numbers behind some scenarios.

    Parameters
    ----------
    seed
        Seed of the whole set.
    index
        Shape (scenarios,): the numbers ``k`` of the scenarios.
    leading
        Shape (scenarios, dimensions): numbers in (0, 1) for the leading drivers.
    antithetic
        Whether scenarios 2m and 2m + 1 mirror each other (``u`` and ``1 - u``).
    """

    seed: int
    index: IntArray
    leading: FloatArray
    antithetic: bool = False

    def __len__(self) -> int:
        return len(self.index)

    def normals(self, use: Use, count: int) -> FloatArray:
        """Return standard normal numbers, shape (scenarios, count), from each one's own stream."""
        values = np.empty((len(self), count))
        for row, k in enumerate(self.index):
            stream, sign = self._stream(int(k), use)
            stream.standard_normal(out=values[row])
            if sign < 0:
                np.negative(values[row], out=values[row])
        return values

    def uniforms(self, use: Use, count: int) -> FloatArray:
        """Return uniform numbers, shape (scenarios, count), from each scenario's own stream."""
        values = np.empty((len(self), count))
        for row, k in enumerate(self.index):
            stream, sign = self._stream(int(k), use)
            stream.random(out=values[row])
            if sign < 0:
                values[row] = 1.0 - values[row]
        return np.clip(values, EDGE, 1.0 - EDGE)

    def leading_normals(self, columns: slice) -> FloatArray:
        """Return the given leading numbers as standard normal ones."""
        return np.asarray(ndtri(self.leading[:, columns]))

    def _stream(self, k: int, use: Use) -> tuple[np.random.Generator, int]:
        own, sign = (k // 2, -1 if k % 2 else 1) if self.antithetic else (k, 1)
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(own, use))), sign


def draw(
    method: SamplingMethod, num_scenarios: int, dimensions: int, seed: int, *, first: int = 0
) -> Draws:
    """Return the random numbers of scenarios ``first`` to ``first + num_scenarios - 1``.

    Errors: ``ValueError`` for a count below 1, a negative seed, or a Latin hypercube that does
    not start at scenario 0 (its points exist only as a whole).

    >>> a = draw("sobol", 4, 2, seed=1).leading
    >>> b = draw("sobol", 8, 2, seed=1).leading
    >>> bool((a == b[:4]).all())
    True
    """
    if num_scenarios < 1:
        raise ValueError(f"num_scenarios must be >= 1, not {num_scenarios}")
    if seed < 0:
        raise ValueError(f"seed must be >= 0, not {seed}")
    index = np.arange(first, first + num_scenarios, dtype=np.int64)
    antithetic = method == "antithetic"
    if dimensions and method == "sobol":
        leading = _sobol(first, num_scenarios, dimensions, seed)
    elif dimensions and method == "latin_hypercube":
        if first:
            raise ValueError("a Latin hypercube is drawn as a whole: first must be 0")
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(0, Use.LEADING)))
        leading = qmc.LatinHypercube(dimensions, rng=rng).random(num_scenarios)
    else:
        empty = Draws(seed, index, np.empty((num_scenarios, 0)), antithetic)
        leading = empty.uniforms(Use.LEADING, dimensions)
    return Draws(seed, index, np.clip(leading, EDGE, 1.0 - EDGE), antithetic)


def _sobol(first: int, count: int, dimensions: int, seed: int) -> FloatArray:
    """Return points ``first`` onward of the Sobol sequence scrambled by ``seed``."""
    if dimensions > qmc.Sobol.MAXDIM:
        raise ValueError(f"Sobol sequences have at most {qmc.Sobol.MAXDIM} dimensions")
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(0, Use.LEADING)))
    sequence = qmc.Sobol(dimensions, scramble=True, rng=rng)
    if first:
        sequence.fast_forward(first)
    size = 1 << max(count - 1, 0).bit_length()  # a power of two keeps scipy quiet and balanced
    return np.asarray(sequence.random(size if not first else count)[:count])
