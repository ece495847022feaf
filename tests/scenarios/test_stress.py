"""Stress scenarios: drivers fixed by hand, the others at their medians, weights respected."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from robustev.core.errors import ConfigError
from robustev.data.region import Region
from robustev.scenarios import parse_config
from robustev.scenarios.generator import generate


def config(stress: dict[str, Any], kind: str = "drivers") -> Any:
    source = {"kind": kind}
    if kind == "drivers":
        source |= {"ev_adoption": [1.0, 1.5, 2.0], "population_growth": [0.0, 0.2]}
    return parse_config({"source": source, "stress": [{"name": "hit", "weight": 0.2} | stress]})


def test_fixed_drivers_act_and_the_others_stand_at_their_medians(region: Region) -> None:
    made = generate(region, config({"drivers": {"ev_adoption": 3.0}}), num_scenarios=8, seed=0)
    np.testing.assert_allclose(made.demand[-1], 3.0 * 1.1 * region.demand)
    assert made.drivers["ev_adoption"][-1] == 3.0
    assert made.drivers["population_growth"][-1] == pytest.approx(0.1)


def test_the_drawn_scenarios_share_the_remaining_weight(region: Region) -> None:
    made = generate(region, config({"scale": 0.5}), num_scenarios=8, seed=0)
    np.testing.assert_allclose(made.probability, [0.1] * 8 + [0.2])


def test_drivers_unknown_to_a_scaled_scenario_are_missing(region: Region) -> None:
    made = generate(region, config({"scale": 0.5}), num_scenarios=8, seed=0)
    assert np.isnan(made.drivers["ev_adoption"][-1])


@pytest.mark.parametrize(
    ("stress", "kind", "reason"),
    [
        ({"drivers": {"ev_adoptoin": 3.0}}, "drivers", "is 'ev_adoption' meant"),
        ({"drivers": {"ev_adoption": -1.0}}, "drivers", "ev_adoption = -1, but only 0 to inf"),
        ({"drivers": {"ev_adoption": 3.0}}, "zones", "which its source does not have"),
    ],
)
def test_drivers_that_the_source_lacks_are_refused(
    region: Region, stress: dict[str, Any], kind: str, reason: str
) -> None:
    with pytest.raises(ConfigError, match=reason):
        generate(region, config(stress, kind), num_scenarios=4, seed=0)
