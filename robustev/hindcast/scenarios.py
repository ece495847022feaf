"""Scenarios of population that a region's past allows at the decision."""

from __future__ import annotations

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.data.region import Region
from robustev.hindcast.config import ForecastConfig
from robustev.hindcast.known import Known
from robustev.scenarios.sampling import draw
from robustev.scenarios.sources.population.errors import Errors
from robustev.scenarios.sources.population.model import PopulationModel, Uncertain


def scenario_model(
    known: Known, region: Region, judged: int, config: ForecastConfig, errors: Errors | None = None
) -> PopulationModel:
    """Return the forecast distribution for the year of judgement; ``errors`` overrides."""
    uncertain = Uncertain(errors or config.errors, config.trend_uncertainty, config.migration)
    horizon = judged - known.growth.base_year
    return PopulationModel.prepare(region, known.history, known.growth, horizon, uncertain, None)


def draw_people(model: PopulationModel, count: int, seed: int) -> FloatArray:
    """Return people in ``count`` scenarios, shape (scenarios, zones)."""
    numbers = draw("sobol", count, model.leading, seed)
    return np.asarray(model.people(numbers)[0])
