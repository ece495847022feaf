"""The mix of demand types: shifts together, adds up, and starts from each zone's own."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.data.region import History
from robustev.scenarios.sources.history.panel import make_panel
from robustev.scenarios.sources.history.type_mix import fit_type_mix
from tests.scenarios.conftest import grown_history


def test_a_single_type_needs_no_numbers() -> None:
    mix = fit_type_mix(make_panel(grown_history()), 2)
    assert mix.names == ()
    zones = np.ones((3, 36))
    np.testing.assert_array_equal(mix.apply(zones, mix.sample(np.empty((3, 0))))[:, :, 0], zones)


def test_types_add_up_to_the_zone() -> None:
    mix = fit_type_mix(make_panel(grown_history(types=3)), 2)
    zones = np.random.default_rng(0).random((5, 36))
    made = mix.apply(zones, mix.sample(np.random.default_rng(1).random((5, 2))))
    np.testing.assert_allclose(made.sum(axis=2), zones)


def test_the_median_mix_is_that_of_the_last_year() -> None:
    history = grown_history(types=2)
    mix = fit_type_mix(make_panel(history), 1)
    made = mix.apply(np.ones((1, 36)), mix.sample(np.full((1, 1), 0.5)))
    last = history.demand[-1]
    np.testing.assert_allclose(made[0], last / last.sum(axis=1, keepdims=True), rtol=1e-6)


def test_a_mix_that_moved_in_the_past_is_less_certain() -> None:
    still = grown_history(types=2)
    moving = np.array(still.demand)
    moving[:, :, 1] *= np.array([1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0])[:, None]
    spreads = [
        fit_type_mix(make_panel(history), 1).spread[1]
        for history in (still, History(still.years, moving))
    ]
    assert spreads[1] > 3 * spreads[0]


@pytest.mark.parametrize("horizon", [1, 4])
def test_uncertainty_grows_like_a_random_walk(horizon: int) -> None:
    panel = make_panel(grown_history(types=2))
    one, more = fit_type_mix(panel, 1).spread[1], fit_type_mix(panel, horizon).spread[1]
    assert more == pytest.approx(np.sqrt(horizon) * one)
