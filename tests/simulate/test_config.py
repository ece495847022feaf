"""Options of a simulation: what is refused, and what service times mean."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from robustev.simulate.cases import cases_of
from robustev.simulate.config import ServiceTimes, SimulationConfig


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({}, "either quantiles or a mean"),
        ({"quantiles": (1, 2), "mean": 3}, "either quantiles or a mean"),
        ({"quantiles": (1,)}, "two or more"),
        ({"quantiles": (0, 0)}, "two or more"),
        ({"quantiles": (3, 2)}, "ascend"),
    ],
)
def test_service_times_that_say_nothing_or_two_things_are_refused(
    options: dict[str, object], text: str
) -> None:
    with pytest.raises(ValidationError, match=text):
        ServiceTimes.model_validate(options)


@pytest.mark.parametrize("profile", [(1.0,), (0.0, 0.0)])
def test_a_day_without_arrivals_or_parts_is_refused(profile: tuple[float, ...]) -> None:
    with pytest.raises(ValidationError, match="two parts or more"):
        SimulationConfig(profile=profile)


@pytest.mark.parametrize(
    "times",
    [
        ServiceTimes(mean=30, cv=0.8),
        ServiceTimes(mean=30, cv=0),
        ServiceTimes(quantiles=(5, 9, 40)),
    ],
)
def test_the_average_is_that_of_the_times(times: ServiceTimes) -> None:
    level = (np.arange(200_000) + 0.5) / 200_000
    assert times.minutes(level).mean() == pytest.approx(times.average, rel=1e-3)


def test_each_thing_is_tried_apart_and_then_all_together() -> None:
    one = ServiceTimes(mean=20)
    config = SimulationConfig(speed=30, profile=(1, 2), service_times=one, patience=9)
    cases = cases_of(config, ("slow", "fast"))
    names = ["promise", "rerouting", "measured", "day", "patience", "together"]
    assert [case.name for case in cases] == names
    assert cases[2].times == {"slow": one, "fast": one}
    last = cases[-1]
    assert (last.drivers, last.times, last.profile, last.patience) == (
        "quickest", cases[2].times, (1, 2), 9,
    )  # fmt: skip
    assert [case.name for case in cases_of(SimulationConfig(speed=30), ())] == names[:2]
