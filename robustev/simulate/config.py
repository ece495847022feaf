"""Options of a simulation: for how long, and what to try beside the promise itself."""

from __future__ import annotations

from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator
from scipy.special import ndtri

from robustev.core.arrays import FloatArray
from robustev.core.settings import Amount, Settings
from robustev.model.features.waiting import Waiting


class ServiceTimes(Settings):
    """How long charging takes: by measured quantiles, or log-normal with a mean and a spread."""

    quantiles: tuple[Amount, ...] = ()
    """Quantiles in minutes at evenly spaced levels from 0 to 1, in ascending order."""
    mean: float | None = Field(None, gt=0)
    """Mean in minutes of a log-normal distribution."""
    cv: float = Field(1.0, ge=0)
    """Standard deviation over mean, with ``mean``; 0 for one fixed time."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.quantiles) == (self.mean is not None):
            raise ValueError("either quantiles or a mean must be given")
        if self.quantiles and (len(self.quantiles) < 2 or self.quantiles[-1] <= 0):
            raise ValueError("quantiles must be two or more, the last above 0")
        if any(b < a for a, b in zip(self.quantiles, self.quantiles[1:], strict=False)):
            raise ValueError("quantiles must ascend")
        return self

    def minutes(self, uniform: FloatArray) -> FloatArray:
        """Return the times at levels between 0 and 1; straight lines between quantiles.

        >>> ServiceTimes(quantiles=(10, 20, 60)).minutes(np.array([0.25, 0.75])).tolist()
        [15.0, 40.0]
        """
        if self.quantiles:
            levels = np.linspace(0.0, 1.0, len(self.quantiles))
            return np.interp(uniform, levels, self.quantiles)
        assert self.mean is not None
        spread = np.sqrt(np.log1p(self.cv**2))
        return np.asarray(self.mean * np.exp(spread * ndtri(uniform) - spread**2 / 2))

    @property
    def average(self) -> float:
        """Mean in minutes."""
        if self.mean is not None:
            return self.mean
        ends = np.array(self.quantiles)
        return float((ends[1:] + ends[:-1]).mean() / 2)


class SimulationConfig(Settings):
    """How plans are tried by simulated queues of drivers (``robustev simulate``)."""

    promise: Waiting | None = None
    """The promise to hold plans to, as in ``model.waiting``; absent for that of each plan."""
    hours: float = Field(24.0, gt=0)
    """Length of one replication of the peak, in hours."""
    warm_up: float = Field(12.0, ge=0)
    """Hours before it that are not looked at."""
    replications: int = Field(40, ge=2)
    """Independent replications."""
    confidence: float = Field(0.95, gt=0.5, lt=1)
    """Confidence of all statements about stations together."""
    service_times: ServiceTimes | dict[str, ServiceTimes] | None = None
    """Measured service times, for all kinds of chargers or by kind, tried apart."""
    profile: tuple[Amount, ...] = ()
    """Relative arrivals in equal parts of a day, such as 24 hours; the busiest is the peak.
    Its ramp is tried apart."""
    speed: float | None = Field(None, gt=0)
    """Travel units in an hour. With it, drivers who choose the station of least travel and
    expected wait are tried apart."""
    patience: float | None = Field(None, gt=0)
    """Mean minutes that a driver waits before giving up, tried apart."""

    @model_validator(mode="after")
    def _a_day(self) -> Self:
        if self.profile and (len(self.profile) < 2 or not max(self.profile) > 0):
            raise ValueError("profile must have two parts or more, one of them above 0")
        return self


Drivers = Literal["assigned", "quickest"]
"""Where drivers go: to the station that the plan's flows say, or to the quickest."""
