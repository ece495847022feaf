"""A stored certificate proves a bound that no plan beats, and a false one is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from robustev.errors import InputError
from robustev.model import Model, Objective
from robustev.problem import Problem
from robustev.recourse.recourse import Recourse
from robustev.recourse.service import TypeService
from robustev.verify.certificate import Certificate, read_certificate, relaxation_bound
from tests import instances


def prices_at(problem: Problem) -> list[Certificate]:
    """Return the optimal prices of every scenario at the best plan, each for its own scenario."""
    plan = instances.brute_force(problem)[1]
    assert plan is not None
    recourse = Recourse(problem)
    x, capacity = plan.open.astype(float), problem.capacity(plan)
    for s in range(len(problem.scenarios)):
        recourse.solve(s, x, capacity)
    parts = []
    for service in recourse.services:
        assert isinstance(service, TypeService)
        parts.append(
            Certificate(
                np.array([price.site for price in service.prices]),
                np.array([price.zone for price in service.prices]),
                np.diag(problem.probability),
            )
        )
    return parts


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("types", [1, 2])
def test_the_bound_is_never_above_the_optimum_and_not_trivial(seed: int, types: int) -> None:
    problem = instances.problem(seed, types=types)
    bound = relaxation_bound(problem, prices_at(problem))
    best = instances.brute_force(problem)[0]
    assert 0.0 < bound <= best * (1 + 1e-9)


def test_arbitrary_prices_still_prove_a_valid_bound() -> None:
    problem = instances.problem(2)
    best = instances.brute_force(problem)[0]
    rng = np.random.default_rng(0)
    for _ in range(20):
        part = Certificate(
            rng.uniform(0, 10, (2, 3)),
            rng.uniform(0, 30, (2, 4)),
            np.outer([0.5, 0.5], problem.probability),
        )
        assert relaxation_bound(problem, [part]) <= best * (1 + 1e-9)


def test_a_tail_measure_takes_weights_of_its_envelope() -> None:
    goal = Objective(measure="worst_case")
    problem = instances.problem(2, model=Model(unserved_penalty=40.0, objective=goal))
    parts = prices_at(problem)
    worst = np.zeros((3, 3))
    worst[1, 1] = 1.0
    bound = relaxation_bound(problem, [replace(parts[0], weight=worst)])
    assert bound <= instances.brute_force(problem)[0] * (1 + 1e-9)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"site_price": -np.ones((3, 3))}, "negative price"),
        ({"zone_value": np.full((3, 4), 1e6)}, "above the unserved penalty"),
        ({"weight": np.eye(3)}, "weights are not the objective's"),
    ],
)
def test_what_is_no_certificate_is_refused(change: dict[str, object], words: str) -> None:
    problem = instances.problem(2)
    parts = prices_at(problem)
    with pytest.raises(InputError, match=words):
        relaxation_bound(problem, [replace(parts[0], **change)])


def test_a_certificate_is_read_as_it_was_stored(tmp_path: Path) -> None:
    problem = instances.problem(2, types=2)
    parts = prices_at(problem)
    path = tmp_path / "plan.npz"
    assert read_certificate(path) is None
    arrays = {f"{k}_{g}": v for g, part in enumerate(parts) for k, v in vars(part).items()}
    np.savez(path, **arrays)
    again = read_certificate(path)
    assert again is not None
    assert relaxation_bound(problem, again) == relaxation_bound(problem, parts)
