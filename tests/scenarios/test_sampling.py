"""Random numbers: the same for scenario k whatever else is drawn, and evenly spread."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.scenarios.sampling import Draws, Use, draw
from robustev.scenarios.sampling_config import SamplingMethod

PREFIX_METHODS: tuple[SamplingMethod, ...] = ("monte_carlo", "antithetic", "sobol")


@pytest.mark.parametrize("method", PREFIX_METHODS)
def test_a_scenario_does_not_depend_on_how_many_are_drawn(method: SamplingMethod) -> None:
    few, many = draw(method, 5, 3, seed=7), draw(method, 64, 3, seed=7)
    np.testing.assert_array_equal(few.leading, many.leading[:5])
    np.testing.assert_array_equal(few.normals(Use.NOISE, 4), many.normals(Use.NOISE, 4)[:5])


@pytest.mark.parametrize("method", PREFIX_METHODS)
def test_scenarios_drawn_in_parts_are_those_drawn_at_once(method: SamplingMethod) -> None:
    whole = draw(method, 12, 2, seed=3)
    part = draw(method, 5, 2, seed=3, first=7)
    np.testing.assert_array_equal(whole.leading[7:], part.leading)
    np.testing.assert_array_equal(whole.index[7:], part.index)


def test_uses_and_seeds_have_streams_of_their_own() -> None:
    draws = draw("monte_carlo", 3, 0, seed=1)
    other = draw("monte_carlo", 3, 0, seed=2)
    noise = draws.normals(Use.NOISE, 4)
    assert not np.allclose(noise, draws.normals(Use.MODES, 4))
    assert not np.allclose(noise, other.normals(Use.NOISE, 4))


def test_antithetic_pairs_mirror_each_other() -> None:
    draws = draw("antithetic", 6, 2, seed=0)
    np.testing.assert_allclose(draws.leading[::2] + draws.leading[1::2], 1.0)
    noise = draws.normals(Use.NOISE, 3)
    np.testing.assert_allclose(noise[::2], -noise[1::2])


def test_a_latin_hypercube_has_one_point_in_every_slice() -> None:
    leading = draw("latin_hypercube", 20, 3, seed=4).leading
    slices = np.sort((leading * 20).astype(int), axis=0)
    np.testing.assert_array_equal(slices, np.tile(np.arange(20)[:, None], 3))


def test_sobol_points_fill_every_elementary_interval() -> None:
    leading = draw("sobol", 16, 2, seed=4).leading
    cells = (leading * 4).astype(int) @ [4, 1]
    assert sorted(cells) == list(range(16))


def test_leading_normals_are_normal_quantiles_of_the_leading_numbers() -> None:
    draws = Draws(0, np.array([0]), np.array([[0.5, 0.975]]))
    np.testing.assert_allclose(draws.leading_normals(slice(0, 2)), [[0.0, 1.959964]], rtol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("sobol", 0, 2, 1, 0), "num_scenarios must be >= 1"),
        (("sobol", 4, 2, -1, 0), "seed must be >= 0"),
        (("latin_hypercube", 4, 2, 1, 3), "drawn as a whole"),
        (("sobol", 4, 30_000, 1, 0), "at most"),
    ],
)
def test_impossible_requests_are_refused(
    arguments: tuple[SamplingMethod, int, int, int, int], reason: str
) -> None:
    method, count, dimensions, seed, first = arguments
    with pytest.raises(ValueError, match=reason):
        draw(method, count, dimensions, seed, first=first)
