"""Sampling efficiency: evenly spread draws are worth several random ones."""

from __future__ import annotations

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.scenarios import parse_config
from robustev.scenarios.calibration.efficiency import sampling_efficiency


def shortage(scenarios: ScenarioSet) -> FloatArray:
    """Cost of a network that serves today's demand and half as much again."""
    total = scenarios.demand.sum(axis=(1, 2))
    return np.asarray(total + 10.0 * np.maximum(total - 60.0, 0.0))


def test_sobol_is_worth_at_least_three_random_scenarios(region: Region) -> None:
    source = {"kind": "drivers", "ev_adoption": [1.0, 1.5, 3.0], "population_growth": [0.0, 0.2]}
    table = sampling_efficiency(
        region, parse_config({"source": source}), shortage, [64],
        methods=["monte_carlo", "sobol"], repetitions=12, reference=2048,
    ).set_index("method")  # fmt: skip
    assert table.loc["sobol", "worth"] > 3.0
    assert 0.3 < table.loc["monte_carlo", "worth"] < 3.0
