"""How good the forecasts were: coverage, PIT, CRPS and energy score against what came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from robustev.core.arrays import BoolArray, FloatArray
from robustev.scenarios.calibration import scores

LEVELS = (0.5, 0.9)
PER_SIDE = 4
"""Blocks along each side of a region."""
PIT_BINS = 10


def score_ensemble(
    ensemble: FloatArray, came: FloatArray, points: FloatArray, use: BoolArray,
    rng: np.random.Generator,
) -> dict[str, Any]:  # fmt: skip
    """Return the scores of a forecast, shape (members, zones), on the zones ``use``.

    Covered zones and blocks are counted, so that regions can be taken together. Scores are in
    people: CRPS a zone, energy score of the map.
    """
    drawn, seen = ensemble[:, use], came[use]
    blocks = scores.block_labels(points[use], PER_SIDE)
    levels = {
        "zone": (drawn, seen),
        "block": (scores.block_sums(drawn, blocks), scores.block_sums(seen, blocks)),
        "region": (drawn.sum(axis=1, keepdims=True), seen.sum(keepdims=True)),
    }
    found: dict[str, Any] = {"zones": int(use.sum())}
    for label, (sample, true) in levels.items():
        found[f"number_{label}"] = len(true)
        for level in LEVELS:
            inside = scores.coverage(sample, true, level) * len(true)
            found[f"covered{100 * level:.0f}_{label}"] = round(inside)
    values = scores.pit(drawn, seen, rng)
    found["pit"] = np.histogram(values, bins=PIT_BINS, range=(0, 1))[0].tolist()
    found["crps"] = scores.crps(drawn, seen)
    found["crps_relative"] = scores.crps(drawn / seen, np.ones_like(seen))
    found["energy"] = scores.energy_score(drawn, seen)
    return found


def score_points(
    forecasts: Mapping[str, FloatArray], came: FloatArray, use: BoolArray
) -> dict[str, dict[str, float]]:
    """Return the CRPS of point forecasts, which is their absolute error, on the zones ``use``."""
    found = {}
    for name, forecast in forecasts.items():
        miss = np.abs(forecast - came)[use]
        logs = np.log(forecast[use] / came[use])
        found[name] = {
            "crps": float(miss.mean()),
            "crps_relative": float((miss / came[use]).mean()),
            "energy": float(np.linalg.norm(miss)),
            "log_error_spread": float(logs.std()),
            "log_error_mean": float(logs.mean()),
        }
    return found
