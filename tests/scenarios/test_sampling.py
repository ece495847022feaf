"""Random numbers: the same for scenario k whatever else is drawn, and evenly spread."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.scenarios.sampling import RandomNumbers, draw
from robustev.scenarios.sampling_config import SamplingMethod

PREFIX_METHODS: tuple[SamplingMethod, ...] = ("monte_carlo", "antithetic", "sobol")
METHODS: tuple[SamplingMethod, ...] = (*PREFIX_METHODS, "latin_hypercube")
ABC = ("a", "b", "c")


@pytest.mark.parametrize("method", PREFIX_METHODS)
def test_a_scenario_does_not_depend_on_how_many_are_drawn(method: SamplingMethod) -> None:
    few, many = draw(method, 5, ABC, seed=7), draw(method, 64, ABC, seed=7)
    np.testing.assert_array_equal(few.leading, many.leading[:5])
    np.testing.assert_array_equal(few.normals("noise", 4), many.normals("noise", 4)[:5])


@pytest.mark.parametrize("method", PREFIX_METHODS)
def test_scenarios_drawn_in_parts_are_those_drawn_at_once(method: SamplingMethod) -> None:
    whole = draw(method, 12, "ab", seed=3)
    part = draw(method, 5, "ab", seed=3, first=7)
    np.testing.assert_array_equal(whole.leading[7:], part.leading)
    np.testing.assert_array_equal(whole.index[7:], part.index)


def test_uses_and_seeds_have_streams_of_their_own() -> None:
    draws = draw("monte_carlo", 3, (), seed=1)
    other = draw("monte_carlo", 3, (), seed=2)
    noise = draws.normals("noise", 4)
    assert not np.allclose(noise, draws.normals("modes", 4))
    assert not np.allclose(noise, other.normals("noise", 4))


def test_antithetic_pairs_mirror_each_other() -> None:
    draws = draw("antithetic", 6, "ab", seed=0)
    np.testing.assert_allclose(draws.leading[::2] + draws.leading[1::2], 1.0)
    noise = draws.normals("noise", 3)
    np.testing.assert_allclose(noise[::2], -noise[1::2])


def test_a_latin_hypercube_has_one_point_in_every_slice() -> None:
    leading = draw("latin_hypercube", 20, ABC, seed=4).leading
    slices = np.sort((leading * 20).astype(int), axis=0)
    np.testing.assert_array_equal(slices, np.tile(np.arange(20)[:, None], 3))


@pytest.mark.parametrize("seed", range(5))
def test_scrambled_sobol_points_stay_one_in_every_slice(seed: int) -> None:
    """As scrambling that keeps elementary intervals must; and their mean is that of the cube."""
    leading = draw("sobol", 64, [*"abcdefgh"], seed=seed).leading
    slices = np.sort((leading * 64).astype(int), axis=0)
    np.testing.assert_array_equal(slices, np.tile(np.arange(64)[:, None], 8))


def test_sobol_points_fill_every_elementary_interval() -> None:
    leading = draw("sobol", 16, "ab", seed=4).leading
    cells = (leading * 4).astype(int) @ [4, 1]
    assert sorted(cells) == list(range(16))


def test_leading_numbers_are_found_by_name() -> None:
    numbers = RandomNumbers(0, np.array([0]), ("a", "b"), np.array([[0.5, 0.975]]))
    np.testing.assert_allclose(numbers.normal("b"), [1.959964], rtol=1e-6)
    np.testing.assert_array_equal(numbers.uniforms(["b", "a"]), [[0.975, 0.5]])


@pytest.mark.parametrize("method", METHODS)
def test_one_more_number_changes_no_other(method: SamplingMethod) -> None:
    """A free place of the Sobol sequence may be taken; in the others any name may join anywhere."""
    few = draw(method, 40, ("a", "", "c"), seed=2)
    more = draw(method, 40, ("a", "new", "c", "last"), seed=2)
    for name in "ac":
        np.testing.assert_array_equal(few.uniform(name), more.uniform(name))
    assert few.names == ("a", "c")
    assert not np.allclose(more.uniform("new"), more.uniform("last"))


@pytest.mark.parametrize("method", ["monte_carlo", "antithetic", "latin_hypercube"])
def test_without_a_sequence_the_order_of_names_does_not_matter(method: SamplingMethod) -> None:
    one, other = draw(method, 9, "abc", seed=2), draw(method, 9, "cxba", seed=2)
    np.testing.assert_array_equal(one.uniforms("abc"), other.uniforms("abc"))


def test_filled_up_blocks_are_the_same_numbers() -> None:
    whole = draw("sobol", 10, "ab", seed=2)
    block = whole.some(8, 4)
    np.testing.assert_array_equal(block.leading[:2], whole.leading[8:])
    np.testing.assert_array_equal(block.leading[2:], 0.5)
    np.testing.assert_array_equal(block.normals("noise", 3)[:2], whole.normals("noise", 3)[8:])


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("sobol", 0, "ab", 1, 0), "count must be >= 1"),
        (("sobol", 4, "ab", -1, 0), "seed must be >= 0"),
        (("latin_hypercube", 4, "ab", 1, 3), "drawn as a whole"),
        (("sobol", 4, "a" * 30_000, 1, 0), "at most"),
    ],
)
def test_impossible_requests_are_refused(
    arguments: tuple[SamplingMethod, int, str, int, int], reason: str
) -> None:
    method, count, leading, seed, first = arguments
    with pytest.raises(ValueError, match=reason):
        draw(method, count, leading, seed, first=first)
