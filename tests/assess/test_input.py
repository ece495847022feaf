"""Solves made for the comparison: begun where others ended, and in the order asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from robustev.assess.questions.frontier import varied
from robustev.methods.options import SolveOptions
from robustev.methods.result import Status
from tests.assess.cases import small_case

DECOMPOSED = SolveOptions(method="benders", gap=1e-9, time_limit=10, ranks=1)


def test_a_row_of_solves_begins_with_the_plans_before_it() -> None:
    case = replace(small_case(2), options=DECOMPOSED)
    tasks = [(case.in_sample, varied(case.model, "budget", value)) for value in (12.0, 30.0)]
    alone = [case.solve_all([task])[0] for task in tasks]
    row = case.solve_along(tasks)
    assert [one.objective for one in row] == pytest.approx([one.objective for one in alone])
    assert "known plan" in {step.source for step in row[1].trace}
    assert "known plan" not in {step.source for step in alone[1].trace}


def test_a_single_scenario_takes_the_method_that_fits_it() -> None:
    case = replace(small_case(2), options=DECOMPOSED)
    mean, several = case.solve_all(
        [(case.in_sample.mean(), case.model), (case.in_sample, case.model)]
    )
    assert (mean.method, several.method) == ("ef", "benders")


def test_a_solve_that_fails_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    from robustev.assess import input as module
    from robustev.core.errors import SolverError

    def fails(*args: object, **kwargs: object) -> None:
        raise SolverError("no")

    monkeypatch.setattr(module, "solve", fails)
    case = small_case(2)
    (found,) = case.solve_all([(case.in_sample, case.model)])
    assert (found.status, found.plan) == (Status.ERROR, None)
