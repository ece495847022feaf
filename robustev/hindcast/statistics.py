"""Paired differences over regions, with two statements of how sure they are.

Regions are the clusters: years and plans of one region share its fate. A bootstrap that draws
whole regions gives an interval; with a dozen clusters it is too short, so beside it stands a test
that needs no large sample: were the two plans alike, each region's difference could as well have
had the other sign (Fisher's randomisation; Canay, Romano and Shaikh 2017 for few clusters).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from robustev.core.arrays import FloatArray

RESAMPLES = 10_000
MOST_EXACT = 16
"""Clusters up to which all signs are tried; beyond, so many random ones:"""
RANDOM_SIGNS = 100_000
LEAST_CLUSTERS = 3
LEAST_CLEAR = 6
"""Fewer clusters allow no p-value of 0.05, were they all to agree: 2 of 2^6 signs are 0.03."""
TIE = 1e-9


@dataclass(frozen=True)
class Difference:
    """A paired difference between two plans, negative where the first is cheaper.

    Parameters
    ----------
    mean
        Mean over clusters of the mean difference within each.
    low, high
        The 95 % interval by bootstrap over clusters; None with fewer than three.
    p_value
        Of the two-sided sign-flip test; None with fewer than three.
    wins, ties, losses
        Regions in which the first is cheaper, equal, dearer.
    """

    mean: float
    low: float | None
    high: float | None
    p_value: float | None
    wins: int
    ties: int
    losses: int
    clusters: int

    def document(self) -> dict[str, Any]:
        """Return the figures as a document."""
        return asdict(self)

    @property
    def is_clear(self) -> bool:
        """Whether both statements exclude that the plans are alike."""
        if self.low is None or self.high is None or self.p_value is None:
            return False
        return (self.low > 0 or self.high < 0) and self.p_value <= 0.05


def paired_difference(
    values: FloatArray, clusters: list[str], rng: np.random.Generator
) -> Difference:
    """Return what differences, shape (pairs,), of the given clusters say together."""
    names = sorted(set(clusters))
    label = np.array([names.index(name) for name in clusters])
    means = np.bincount(label, values, len(names)) / np.bincount(label, minlength=len(names))
    low = high = p_value = None
    if len(names) >= LEAST_CLUSTERS:
        drawn = rng.integers(0, len(names), (RESAMPLES, len(names)))
        low, high = (float(v) for v in np.quantile(means[drawn].mean(axis=1), [0.025, 0.975]))
        p_value = sign_flip_p(means, rng)
    return Difference(
        float(means.mean()), low, high, p_value,
        int((values < -TIE).sum()), int((np.abs(values) <= TIE).sum()), int((values > TIE).sum()),
        len(names),
    )  # fmt: skip


def sign_flip_p(means: FloatArray, rng: np.random.Generator) -> float:
    """Return the two-sided p-value of the sign-flip test of cluster means, shape (clusters,).

    Exact for up to 16 clusters: the share of all sign patterns whose mean is as far from zero.

    >>> sign_flip_p(np.array([1.0, 1.0, 1.0]), np.random.default_rng(0))
    0.25
    """
    count = len(means)
    if count <= MOST_EXACT:
        patterns = np.arange(2**count)
        signs = 1.0 - 2.0 * ((patterns[:, None] >> np.arange(count)) & 1)
    else:
        signs = rng.choice([-1.0, 1.0], (RANDOM_SIGNS, count))
        signs[0] = 1.0
    flipped = np.abs(signs @ means)
    return float(np.mean(flipped >= abs(means.sum()) * (1 - 1e-9)))
