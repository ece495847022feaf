"""Random numbers for scenarios: keyed by what they are for, the leading ones evenly spread.

A number's stream is found from the seed, its purpose in words and, for whole maps, the scenario:
``SeedSequence(seed, spawn_key=(..., hash of the purpose))``. So scenario ``k`` under a seed has the
same numbers whatever the number of scenarios, of ranks, or the order in which they are made; and
one more driver changes the numbers of no other.

The *leading* numbers, those of the drivers and widest patterns, may be spread evenly: by a Latin
hypercube (whose points depend, by its nature, on their count), or by a Sobol sequence, each
dimension scrambled on its own (a random linear matrix and digital shift; Matousek, 1998).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import ndtri
from scipy.stats import qmc

from robustev.core.arrays import FloatArray, IntArray
from robustev.scenarios.sampling_config import SamplingMethod

EDGE = 1e-12  # uniforms stay this far from 0 and 1, so that every quantile is finite
BITS = 30  # digits of a Sobol point; scipy's own default


@lru_cache(maxsize=1024)
def key_of(purpose: str) -> int:
    """Return the number that stands for a purpose in words, the same on every machine.

    >>> key_of("noise") == key_of("noise") != key_of("modes")
    True
    """
    return int.from_bytes(hashlib.blake2b(purpose.encode(), digest_size=8).digest(), "little")


def stream(seed: int, purpose: str, *place: int) -> np.random.Generator:
    """Return the random numbers of one purpose, and there of one place, such as a scenario."""
    key = key_of(purpose)
    spawn_key = (*place, key >> 32, key & 0xFFFFFFFF)
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=spawn_key))


@dataclass(frozen=True, eq=False)
class RandomNumbers:
    """The random numbers behind some scenarios.

    Parameters
    ----------
    seed
        Seed of the whole set.
    index
        Shape (scenarios,): the numbers ``k`` of the scenarios.
    names
        Purposes of the leading numbers.
    leading
        Shape (scenarios, names): numbers in (0, 1).
    antithetic
        Whether scenarios 2m and 2m + 1 mirror each other (``u`` and ``1 - u``).
    """

    seed: int
    index: IntArray
    names: tuple[str, ...]
    leading: FloatArray
    antithetic: bool = False

    def __len__(self) -> int:
        return len(self.index)

    def uniforms(self, names: Sequence[str]) -> FloatArray:
        """Return leading numbers by name, shape (scenarios, names)."""
        return self.leading[:, [self.names.index(name) for name in names]]

    def uniform(self, name: str) -> FloatArray:
        """Return one leading number, shape (scenarios,)."""
        return self.leading[:, self.names.index(name)]

    def normal(self, name: str) -> FloatArray:
        """Return one leading number as a standard normal one, shape (scenarios,)."""
        return np.asarray(ndtri(self.uniform(name)))

    def normals(self, purpose: str, count: int) -> FloatArray:
        """Return standard normal numbers, shape (scenarios, count), from each one's own stream."""
        values = np.empty((len(self), count))
        for row, k in enumerate(self.index.tolist()):
            own, mirrored = divmod(k, 2) if self.antithetic else (k, 0)
            stream(self.seed, purpose, own).standard_normal(out=values[row])
            if mirrored:
                np.negative(values[row], out=values[row])
        return values

    def some(self, start: int, count: int) -> RandomNumbers:
        """Return ``count`` scenarios from position ``start`` on.

        Where there are fewer, the last are filled up with medians: matrix products round
        differently for different shapes, and a scenario must not depend, even in its last bit, on
        how many there are.
        """
        index = np.arange(start, start + count, dtype=np.int64) + self.index[0]
        held = self.leading[start : start + count]
        filled = np.vstack([held, np.full((count - len(held), held.shape[1]), 0.5)])
        return RandomNumbers(self.seed, index, self.names, filled, self.antithetic)


def draw(
    method: SamplingMethod, count: int, leading: Sequence[str], seed: int, *, first: int = 0
) -> RandomNumbers:
    """Return the random numbers of scenarios ``first`` to ``first + count - 1``.

    ``leading`` names the leading numbers by Sobol dimension; empty names leave theirs free. Errors:
    ``ValueError`` for a count below 1, a negative seed, or a Latin hypercube that does not start at
    scenario 0 (its points exist only as a whole).

    >>> a = draw("sobol", 4, ["growth", "noise"], seed=1).leading
    >>> b = draw("sobol", 8, ["growth", "noise"], seed=1).leading
    >>> bool((a == b[:4]).all())
    True
    """
    if count < 1:
        raise ValueError(f"count must be >= 1, not {count}")
    if seed < 0:
        raise ValueError(f"seed must be >= 0, not {seed}")
    if first and method == "latin_hypercube":
        raise ValueError("a Latin hypercube is drawn as a whole: first must be 0")
    names = tuple(name for name in leading if name)
    values = np.empty((count, len(names)))
    digits = _sobol_digits(first, count, len(leading)) if method == "sobol" and names else None
    for column, name in zip(values.T, names, strict=True):
        rng = stream(seed, f"leading {name}")
        if digits is not None:
            column[:] = _scrambled(digits[:, list(leading).index(name)], rng)
        elif method == "latin_hypercube":
            column[:] = (rng.permutation(count) + rng.random(count)) / count
        elif method == "antithetic":
            pairs = np.repeat(rng.random((first + count) // 2 + 1), 2)[first : first + count]
            mirrored = np.arange(first, first + count) % 2 == 1
            column[:] = np.where(mirrored, 1.0 - pairs, pairs)
        else:
            column[:] = rng.random(first + count)[first:]
    index = np.arange(first, first + count, dtype=np.int64)
    values = np.clip(values, EDGE, 1.0 - EDGE)
    return RandomNumbers(seed, index, names, values, method == "antithetic")


def _sobol_digits(first: int, count: int, dimensions: int) -> IntArray:
    """Return points ``first`` onward of the plain Sobol sequence, as whole numbers of 30 bits."""
    if dimensions > qmc.Sobol.MAXDIM:
        raise ValueError(f"Sobol sequences have at most {qmc.Sobol.MAXDIM} dimensions")
    sequence = qmc.Sobol(dimensions, scramble=False, bits=BITS)
    if first:
        sequence.fast_forward(first)
    size = 1 << max(count - 1, 0).bit_length()  # a power of two keeps scipy quiet
    points = sequence.random(size if not first else count)[:count]
    return np.asarray(np.rint(points * 2.0**BITS).astype(np.int64))


def _scrambled(digits: IntArray, rng: np.random.Generator) -> FloatArray:
    """Return numbers in (0, 1) from whole ones, scrambled: ``y = L x + e`` in binary digits.

    ``L`` is a random lower triangular matrix with ones on its diagonal, ``e`` a random shift; each
    digit of the result depends on that digit and higher ones, so intervals stay intervals.
    """
    lower, shift = rng.integers(0, 1 << BITS, BITS), int(rng.integers(0, 1 << BITS))
    scrambled = np.zeros_like(digits)
    for digit, random in enumerate(lower.tolist()):  # from the highest digit down
        place = BITS - 1 - digit
        row = ((random >> (place + 1)) << (place + 1)) | (1 << place)
        scrambled |= (np.bitwise_count(digits & row).astype(np.int64) & 1) << place
    return (np.asarray(scrambled ^ shift) + 0.5) / 2.0**BITS
