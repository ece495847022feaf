"""Uncertain numbers: their quantiles, short forms, and what they refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from scipy import stats

from robustev.scenarios.sources.drivers.distributions import (
    AnyDistribution,
    Beta,
    Distribution,
    Fixed,
    Lognormal,
    Normal,
    Pert,
    Triangular,
    Uniform,
)

DISTRIBUTION: TypeAdapter[AnyDistribution] = TypeAdapter(Distribution)
LEVELS = np.array([0.01, 0.2, 0.5, 0.9, 0.99])


@pytest.mark.parametrize(
    ("variate", "expected"),
    [
        (Uniform(low=1, high=3), stats.uniform(1, 2)),
        (Triangular(low=1, mode=2, high=5), stats.triang(0.25, 1, 4)),
        (Pert(low=0, mode=1, high=4), stats.beta(2, 4, 0, 4)),
        (Beta(alpha=2, beta=3, low=1, high=2), stats.beta(2, 3, 1, 1)),
        (Normal(mean=1, std=2), stats.norm(1, 2)),
        (Normal(mean=0, std=1, low=-1, high=2), stats.truncnorm(-1, 2)),
        (Lognormal(median=2, log_std=0.3), stats.lognorm(0.3, scale=2)),
    ],
)
def test_quantiles_are_those_of_scipy(variate: AnyDistribution, expected: Any) -> None:
    np.testing.assert_allclose(variate.quantile(LEVELS), expected.ppf(LEVELS), rtol=1e-9)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        (1.5, Fixed(value=1.5)),
        ([1, 2], Uniform(low=1, high=2)),
        ([1, 1.5, 4], Pert(low=1, mode=1.5, high=4)),
    ],
)
def test_short_forms_stand_for_fixed_uniform_and_pert(short: object, long: AnyDistribution) -> None:
    assert DISTRIBUTION.validate_python(short) == long


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ([2, 1], "low <= high is required"),
        ([1, 1], "with room between"),
        ([1, 5, 2], "low <= mode <= high is required"),
        ({"distribution": "normal", "mean": 0, "std": 0}, "greater than 0"),
        ({"distribution": "normal", "mean": 0, "std": 1, "low": 2, "high": 1}, "low <= high"),
        ({"distribution": "lognormal", "median": -1, "log_std": 1}, "greater than 0"),
        ({"distribution": "unifrom", "low": 0, "high": 1}, "expected tags"),
        ({"distribution": "uniform", "low": 0, "high": 1, "mode": 2}, "not permitted"),
        ("many", "valid dictionary"),
    ],
)
def test_impossible_numbers_are_refused(content: object, reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        DISTRIBUTION.validate_python(content)


@given(
    low=st.floats(-10, 10),
    widths=st.tuples(st.floats(0.01, 10), st.floats(0.01, 10)),
    level=st.floats(1e-12, 1 - 1e-12),
)
def test_quantiles_stay_within_the_bounds(
    low: float, widths: tuple[float, float], level: float
) -> None:
    mode, high = low + widths[0], low + sum(widths)
    for variate in (
        Uniform(low=low, high=high),
        Triangular(low=low, mode=mode, high=high),
        Pert(low=low, mode=mode, high=high),
        Normal(mean=mode, std=1.0, low=low, high=high),
    ):
        value = float(variate.quantile(np.array([level]))[0])
        least, most = variate.bounds()
        assert least - 1e-9 <= value <= most + 1e-9
