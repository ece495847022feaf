"""Stress scenarios: futures put in by hand, with weights, beside the drawn ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.core.errors import ConfigError
from robustev.data.scenarios import ScenarioSet
from robustev.scenarios.config import Stress
from robustev.scenarios.sources import DemandDistribution


def add_stress(
    scenarios: ScenarioSet,
    stress: Sequence[Stress],
    distribution: DemandDistribution | None,
    mean: ScenarioSet,
) -> ScenarioSet:
    """Return the set with stress scenarios added; the drawn ones share the remaining weight.

    ``mean`` is the one-scenario set of mean demand, which a stress scenario without drivers scales.

    Raises
    ------
    ConfigError
        If a stress scenario fixes drivers that the source does not have.
    """
    if not stress:
        return scenarios
    made = [_stressed(part, distribution, mean) for part in stress]
    weight = np.array([part.weight for part in stress])
    drivers = {
        name: np.concatenate([values, [chosen.get(name, np.nan) for _, chosen in made]])
        for name, values in scenarios.drivers.items()
    }
    return ScenarioSet(
        np.concatenate(
            [scenarios.demand, *(demand for demand, _ in made)], dtype=scenarios.demand.dtype
        ),
        np.concatenate([scenarios.probability * (1.0 - weight.sum()), weight]),
        (*scenarios.names, *(part.name for part in stress)),
        scenarios.zones,
        scenarios.types,
        drivers,
    )


def _stressed(
    part: Stress, distribution: DemandDistribution | None, mean: ScenarioSet
) -> tuple[FloatArray, dict[str, float]]:
    if not part.drivers:
        return mean.demand * part.scale, {}
    if distribution is None:
        raise ConfigError(
            f"stress {part.name!r} fixes drivers, which its source does not have; "
            "use 'scale' instead"
        )
    try:
        demand, drivers = distribution.with_drivers(part.drivers)
    except ConfigError as error:
        raise ConfigError(f"stress {part.name!r} {error}") from error
    return demand * part.scale, drivers
