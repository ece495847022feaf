"""How the tests solve."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from robustev.methods.base import METHODS as REGISTER
from robustev.methods.options import SolveOptions
from robustev.methods.result import SolveResult
from robustev.methods.solve import solve
from robustev.model.instance import Instance

METHODS = tuple(name for name, method in REGISTER.items() if not method.only_chooses)
Solve = Callable[..., SolveResult]


@pytest.fixture
def solve_by() -> Solve:
    """Solve a problem by a method on this rank alone, to optimality unless told otherwise."""

    def run(instance: Instance, method: str, **options: object) -> SolveResult:
        chosen = {"gap": 1e-7, "time_limit": 20.0, "ranks": 1, **options}
        return solve(
            instance.region,
            instance.scenarios,
            instance.model,
            SolveOptions(method=method, **chosen),
        )

    return run
