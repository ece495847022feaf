"""What a sampling method is worth: how many Monte Carlo scenarios one of its scenarios replaces."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from robustev.core.arrays import FloatArray
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.scenarios.config import ScenarioConfig
from robustev.scenarios.generator import generate
from robustev.scenarios.sampling_config import SamplingMethod

METHODS: tuple[SamplingMethod, ...] = ("monte_carlo", "antithetic", "latin_hypercube", "sobol")


def sampling_efficiency(
    region: Region,
    config: ScenarioConfig,
    cost: Callable[[ScenarioSet], FloatArray],
    counts: Sequence[int],
    *,
    methods: Sequence[SamplingMethod] = METHODS,
    repetitions: int = 30,
    reference: int = 4096,
    seed: int = 0,
) -> pd.DataFrame:
    """Return the error of the expected cost by method and number of scenarios.

    ``cost`` gives the cost of one fixed plan in every scenario, shape (scenarios,). The true mean
    is that of ``reference`` Sobol scenarios with a seed of its own. Columns: method, count, rmse,
    relative_rmse, and ``worth`` = ``(sigma^2 / count) / mse``: 3 means that Monte Carlo needs
    three times as many scenarios for the same accuracy (in theory 1 for ``monte_carlo``).

    ``worth`` rests on ``repetitions`` squared errors, so its own standard error is about
    ``sqrt(2 / repetitions)`` of it.
    """
    settings = config.model_copy(update={"stress": (), "reduction": None})
    truth = _costs(region, settings, cost, "sobol", reference, seed)
    mean, variance = float(truth.mean()), float(truth.var())
    rows = []
    for method in methods:
        for count in counts:
            errors = [
                _costs(region, settings, cost, method, count, seed + 1 + r).mean() - mean
                for r in range(repetitions)
            ]
            mse = float(np.mean(np.square(errors)))
            worth = variance / count / mse if mse > 0 else np.inf
            rows.append((method, count, np.sqrt(mse), np.sqrt(mse) / abs(mean), worth))
    return pd.DataFrame(rows, columns=["method", "count", "rmse", "relative_rmse", "worth"])


def _costs(
    region: Region,
    config: ScenarioConfig,
    cost: Callable[[ScenarioSet], FloatArray],
    method: SamplingMethod,
    count: int,
    seed: int,
) -> FloatArray:
    drawn = config.model_copy(update={"sampling": method})
    return np.asarray(cost(generate(region, drawn, num_scenarios=count, seed=seed)))
