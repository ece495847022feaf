"""Solves made for the comparison: begun where others ended, and in the order asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from robustev.assess.config import CompareConfig
from robustev.assess.input import FEW
from robustev.assess.questions.frontier import varied
from robustev.methods.options import SolveOptions
from robustev.methods.result import Status
from tests.assess.cases import small_case

DECOMPOSED = SolveOptions(method="benders", gap=1e-9, time_limit=10, ranks=1)


def test_a_row_of_solves_begins_with_the_plans_before_it() -> None:
    case = replace(small_case(2, scenarios=FEW + 1), options=DECOMPOSED)
    tasks = [(case.in_sample, varied(case.model, "budget", value)) for value in (12.0, 30.0)]
    alone = [case.solve_all([task])[0] for task in tasks]
    row = case.solve_along(tasks)
    assert [one.objective for one in row] == pytest.approx([one.objective for one in alone])
    assert "known plan" in {step.source for step in row[1].trace}
    assert "known plan" not in {step.source for step in alone[1].trace}


def test_few_scenarios_take_the_method_that_fits_them() -> None:
    case = replace(small_case(2, scenarios=FEW + 1), options=DECOMPOSED)
    some = case.in_sample.subset(range(FEW))
    mean, few, several = case.solve_all(
        [(one, case.model) for one in (case.in_sample.mean(), some, case.in_sample)]
    )
    assert (mean.method, few.method, several.method) == ("ef", "ef", "benders")


@pytest.mark.parametrize(("plans", "given", "expected"), [
    (0.05, None, 0.01), (0.01, None, 2e-3), (1e-4, None, 2e-3), (0.05, 1e-3, 1e-3),
])  # fmt: skip
def test_the_gap_of_a_comparison_is_finer_than_that_of_its_plans(
    plans: float, given: float | None, expected: float
) -> None:
    config, options = CompareConfig(gap=given), SolveOptions(gap=plans)
    case = replace(small_case(2), config=config, options=options)
    assert case.serial_options().gap == pytest.approx(expected)


def test_a_solve_that_fails_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    from robustev.assess import input as module
    from robustev.core.errors import SolverError

    def fails(*args: object, **kwargs: object) -> None:
        raise SolverError("no")

    monkeypatch.setattr(module, "solve", fails)
    case = small_case(2)
    (found,) = case.solve_all([(case.in_sample, case.model)])
    assert (found.status, found.plan) == (Status.ERROR, None)
