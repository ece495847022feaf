"""What dual points prove survives being packed, in every kernel."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robustev.model.instance import Instance
from robustev.recourse.kernels.base import WITH_COVERS
from robustev.recourse.kernels.generic import GenericKernel
from robustev.recourse.recourse import Recourse
from tests.instances import instance_strategy, random_instance, random_point, true_recourse

DIGITS = 1e-5


def check(instance: Instance, seed: int) -> None:
    """Solve at some points, pack and unpack the pools, and compare what they prove elsewhere."""
    rng = np.random.default_rng(seed)
    made, again = Recourse(instance), Recourse(instance)
    for s in range(len(instance.scenarios)):
        made.solve(s, *random_point(instance, rng), WITH_COVERS)
    for kernel, other in zip(made.kernels, again.kernels, strict=True):
        for dual in other.unpacked(kernel.packed(100)):
            other.add(dual)
        assert len(other.pool) == len(kernel.pool)
    for _ in range(3):
        x, capacity = random_point(instance, rng)
        before, after = made.proven(x, capacity)[0], again.proven(x, capacity)[0]
        size = 1.0 + np.abs(before).max()
        assert after == pytest.approx(before, abs=DIGITS * size)
        for s in range(len(instance.scenarios)):
            assert after[s] <= true_recourse(instance, s, x, capacity) + 1e-6 * size


@settings(max_examples=25)
@given(instance_strategy(forbidden=False), st.integers(0, 1000))
def test_what_dual_points_prove_comes_back(instance: Instance, seed: int) -> None:
    check(instance, seed)


def test_the_general_kernel_keeps_its_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("robustev.recourse.recourse.kernel_for", lambda _: GenericKernel)
    check(random_instance(7), 7)


def test_only_the_newest_points_are_packed() -> None:
    instance = random_instance(5)
    recourse = Recourse(instance)
    rng = np.random.default_rng(0)
    for _ in range(4):
        recourse.solve(0, *random_point(instance, rng))
    kernel = recourse.kernels[0]
    newest = list(kernel.unpacked(kernel.packed(2)))
    assert len(newest) == 2
    assert newest[-1].site == pytest.approx(kernel.pool.points[-1].site, rel=1e-6)
