"""One uncertain number as a planner writes it: a constant, a range, or a named distribution."""

from __future__ import annotations

import itertools
from typing import Annotated, Any, Literal, Self, TypeAlias, TypeVar

import numpy as np
from pydantic import BeforeValidator, Field, model_validator

from robustev.core.arrays import FloatArray
from robustev.core.settings import Settings

S = TypeVar("S", bound=Settings)


class Fixed(Settings):
    """A number that is known."""

    distribution: Literal["fixed"] = "fixed"
    value: float
    """The number."""

    def quantile(self, uniform: FloatArray) -> FloatArray:
        """Return the value for every level in ``uniform``.

        >>> Fixed(value=2.0).quantile(np.array([0.1, 0.9])).tolist()
        [2.0, 2.0]
        """
        return np.full_like(uniform, self.value)

    def bounds(self) -> tuple[float, float]:
        """Return the smallest and largest possible value."""
        return self.value, self.value


class Uniform(Settings):
    """Any number between ``low`` and ``high``, all equally likely."""

    distribution: Literal["uniform"] = "uniform"
    low: float
    """Smallest value."""
    high: float
    """Largest value."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        return _require_order(self, "low", "high")

    def quantile(self, uniform: FloatArray) -> FloatArray:
        """Return ``low + u (high - low)``."""
        return self.low + uniform * (self.high - self.low)

    def bounds(self) -> tuple[float, float]:
        """Return the smallest and largest possible value."""
        return self.low, self.high


class Triangular(Settings):
    """Between ``low`` and ``high``, most likely ``mode``, falling off in straight lines."""

    distribution: Literal["triangular"] = "triangular"
    low: float
    """Smallest value."""
    mode: float
    """Most likely value."""
    high: float
    """Largest value."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        return _require_order(self, "low", "mode", "high")

    def quantile(self, uniform: FloatArray) -> FloatArray:
        """Return the inverse of the distribution function.

        >>> Triangular(low=0, mode=0, high=1).quantile(np.array([0.0, 0.75, 1.0])).tolist()
        [0.0, 0.5, 1.0]
        """
        width, left = self.high - self.low, self.mode - self.low
        rising = self.low + np.sqrt(uniform * width * left)
        falling = self.high - np.sqrt((1.0 - uniform) * width * (self.high - self.mode))
        return np.where(uniform * width < left, rising, falling)

    def bounds(self) -> tuple[float, float]:
        """Return the smallest and largest possible value."""
        return self.low, self.high


class Pert(Settings):
    """Between ``low`` and ``high``, most likely ``mode``: a smooth expert's estimate.

    A beta distribution with mean ``(low + weight mode + high) / (weight + 2)`` (Malcolm et al.,
    1959); a larger ``weight`` trusts the mode more.
    """

    distribution: Literal["pert"] = "pert"
    low: float
    """Smallest value."""
    mode: float
    """Most likely value."""
    high: float
    """Largest value."""
    weight: float = Field(4.0, gt=0)
    """How much the most likely value counts."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        return _require_order(self, "low", "mode", "high")

    def quantile(self, uniform: FloatArray) -> FloatArray:
        """Return the inverse of the distribution function.

        >>> Pert(low=0, mode=1, high=2).quantile(np.array([0.5])).tolist()
        [1.0]
        """
        width = self.high - self.low
        alpha = 1.0 + self.weight * (self.mode - self.low) / width
        beta = 1.0 + self.weight * (self.high - self.mode) / width
        return self.low + width * _beta_quantile(alpha, beta, uniform)

    def bounds(self) -> tuple[float, float]:
        """Return the smallest and largest possible value."""
        return self.low, self.high


class Beta(Settings):
    """A beta distribution with shapes ``alpha`` and ``beta``, stretched to ``[low, high]``."""

    distribution: Literal["beta"] = "beta"
    alpha: float = Field(gt=0)
    """First shape."""
    beta: float = Field(gt=0)
    """Second shape."""
    low: float = 0.0
    """Smallest value."""
    high: float = 1.0
    """Largest value."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        return _require_order(self, "low", "high")

    def quantile(self, uniform: FloatArray) -> FloatArray:
        """Return the inverse of the distribution function."""
        inner = _beta_quantile(self.alpha, self.beta, uniform)
        return self.low + (self.high - self.low) * inner

    def bounds(self) -> tuple[float, float]:
        """Return the smallest and largest possible value."""
        return self.low, self.high


class Normal(Settings):
    """A normal distribution, cut off at ``low`` and ``high`` where they are given."""

    distribution: Literal["normal"] = "normal"
    mean: float
    """Mean before it is cut off."""
    std: float = Field(gt=0)
    """Standard deviation before it is cut off."""
    low: float | None = None
    """Smallest value; absent for none."""
    high: float | None = None
    """Largest value; absent for none."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low is None or self.high is None:
            return self
        return _require_order(self, "low", "high")

    def quantile(self, uniform: FloatArray) -> FloatArray:
        """Return the inverse of the (truncated) distribution function.

        >>> Normal(mean=3, std=1).quantile(np.array([0.5])).tolist()
        [3.0]
        """
        from scipy.special import ndtr, ndtri  # noqa: PLC0415

        low, high = self.bounds()
        start, end = ndtr((low - self.mean) / self.std), ndtr((high - self.mean) / self.std)
        level = start + uniform * (end - start)
        return np.clip(self.mean + self.std * ndtri(level), low, high)

    def bounds(self) -> tuple[float, float]:
        """Return the smallest and largest possible value."""
        low = -np.inf if self.low is None else self.low
        return low, np.inf if self.high is None else self.high


class Lognormal(Settings):
    """A positive number whose logarithm is normal, given by its median."""

    distribution: Literal["lognormal"] = "lognormal"
    median: float = Field(gt=0)
    """The value that is exceeded half the time."""
    log_std: float = Field(gt=0)
    """Standard deviation of the logarithm: 0.1 is about 10 %."""

    def quantile(self, uniform: FloatArray) -> FloatArray:
        """Return ``median exp(log_std z)`` with ``z`` the normal quantile."""
        from scipy.special import ndtri  # noqa: PLC0415

        return np.asarray(self.median * np.exp(self.log_std * ndtri(uniform)))

    def bounds(self) -> tuple[float, float]:
        """Return the smallest and largest possible value."""
        return 0.0, np.inf


AnyDistribution: TypeAlias = Fixed | Uniform | Triangular | Pert | Beta | Normal | Lognormal


def _expand_shorthand(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return {"distribution": "fixed", "value": value}
    if isinstance(value, (list, tuple)) and len(value) == 2:
        return {"distribution": "uniform", "low": value[0], "high": value[1]}
    if isinstance(value, (list, tuple)) and len(value) == 3:
        return {"distribution": "pert", "low": value[0], "mode": value[1], "high": value[2]}
    return value


Shorthand: TypeAlias = float | tuple[float, float] | tuple[float, float, float]
Distribution: TypeAlias = Annotated[
    AnyDistribution,
    Field(discriminator="distribution"),
    BeforeValidator(_expand_shorthand, json_schema_input_type=AnyDistribution | Shorthand),
]
"""An uncertain number.

Short forms: ``1.2`` is that number, ``[1, 2]`` is uniform between the two, and ``[1, 1.3, 2]`` is
PERT with low, most likely and high.
"""


def _beta_quantile(alpha: float, beta: float, uniform: FloatArray) -> FloatArray:
    from scipy.special import betaincinv  # noqa: PLC0415

    return np.asarray(betaincinv(alpha, beta, uniform))


def _require_order(made: S, *names: str) -> S:
    values = [getattr(made, name) for name in names]
    rising = all(a <= b for a, b in itertools.pairwise(values))
    if not (rising and values[0] < values[-1]):
        stated = ", ".join(f"{n}={v:g}" for n, v in zip(names, values, strict=True))
        raise ValueError(f"{' <= '.join(names)} is required, with room between; found {stated}")
    return made
