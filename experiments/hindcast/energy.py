"""What a score can see of spatial correlation, by the tuning data alone.

python -m experiments.hindcast.energy experiments/hindcast/brazil.yaml 2000

For every region maps are drawn with the correlation of the other regions, and without any.
``right`` is what the correlated forecast gains where its own draws are the truth: the most that a
better correlation could bring. ``seen`` is its gain on growth between the last two censuses.
"""

from __future__ import annotations

import sys

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.hindcast.carried import errors_of_last_census
from robustev.hindcast.known import known_at, zone_places
from robustev.hindcast.panel import PanelRegion, read_panel
from robustev.hindcast.run import load_hindcast
from robustev.scenarios.calibration import scores
from robustev.scenarios.field import exponential_field
from robustev.scenarios.sources.population.errors import ErrorModel
from robustev.scenarios.sources.population.growth import past_periods

MEMBERS, TRUTHS, PER_SIDE = 600, 60, 4


def draws(
    places: FloatArray, errors: ErrorModel, independent: bool, count: int, seed: int
) -> FloatArray:
    """Return logs of growth, shape (count, zones), Gaussian: tails are not what is asked for."""
    rng = np.random.default_rng(seed)
    field = exponential_field(places, errors.range, 1.0 if independent else errors.nugget)
    smooth = rng.standard_normal((count, field.num_modes)) @ field.modes.T
    own = field.remainder * rng.standard_normal((count, len(places)))
    return errors.total_spread * rng.standard_normal((count, 1)) + errors.spread * (smooth + own)


def gains(region: PanelRegion, errors: ErrorModel, decision: int, config: object) -> FloatArray:
    """Return by how many per cent correlation lowers the energy score and the CRPS of blocks.

    Each where its own draws are the truth, then as seen: shape (4,), negative is better.
    """
    known = known_at(region, decision, config)  # type: ignore[arg-type]
    last = past_periods(known.history)[0]
    start = known.history.totals[known.history.years.index(last.start)][last.known]
    places = zone_places(known.region)[last.known]
    blocks = scores.block_labels(places, PER_SIDE)
    tied, free = (start * np.exp(draws(places, errors, independent, MEMBERS, seed))
                  for seed, independent in ((1, False), (2, True)))  # fmt: skip
    truths = start * np.exp(draws(places, errors, False, TRUTHS, 3))
    seen = start * np.exp(last.years * last.rate[last.known])

    def scored(forecast: FloatArray, truth: FloatArray) -> list[float]:
        sums = scores.block_sums(forecast, blocks), scores.block_sums(truth, blocks)
        return [scores.energy_score(forecast, truth), scores.crps(*sums)]

    right = [np.mean([scored(one, truth) for truth in truths], axis=0) for one in (tied, free)]
    found = [np.array(scored(one, seen)) for one in (tied, free)]
    return 100 * np.concatenate([right[0] / right[1] - 1, found[0] / found[1] - 1])


def main(file: str, year: str) -> None:
    """Print the gains of every region, their mean and its standard error."""
    config = load_hindcast(file)
    regions, decision = read_panel(config.panel, config.regions), int(year)
    table = []
    for region in regions:
        others = [other for other in regions if other is not region]
        errors = errors_of_last_census(others, decision, config)
        table.append(gains(region, errors, decision, config))
        print(region.name, np.round(table[-1], 2), flush=True)
    error = np.std(table, axis=0, ddof=1) / np.sqrt(len(table))
    print("right: energy, blocks; seen: energy, blocks; %")
    print("mean", np.round(np.mean(table, axis=0), 2), "standard error", np.round(error, 2))


if __name__ == "__main__":
    main(*sys.argv[1:])
