"""Every cell of the table of what each method supports is true."""

from __future__ import annotations

import pytest

from robustev.core.errors import ConfigError
from robustev.methods.result import Status
from robustev.model.features.register import FEATURES
from robustev.model.risk import REGISTER
from tests import pages
from tests.methods.conftest import METHODS, Solve, solve_by
from tests.referee.support import SLOWLY, YES, cell, small, table

__all__ = ["solve_by"]

PAGE = pages.PROJECT / "docs" / "support.md"
KINDS = [*(("rule", feature.key) for feature in FEATURES), *(("measure", key) for key in REGISTER)]


def test_the_page_is_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == table(), "python -m tests.referee.support writes it"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("kind", "key"), KINDS, ids=[key for _, key in KINDS])
def test_a_method_does_what_its_cell_says(
    kind: str, key: str, method: str, solve_by: Solve
) -> None:
    instance, problem = small(kind, key)
    if cell(kind, key, method) not in (YES, SLOWLY):
        with pytest.raises(ConfigError):
            solve_by(instance, method)
        return
    result = solve_by(instance, method)
    optimum = problem.optimum()
    assert result.status in (Status.OPTIMAL, Status.GAP_REACHED)
    assert result.objective == pytest.approx(optimum, rel=1e-6, abs=1e-6)
    assert result.lower_bound == pytest.approx(optimum, rel=1e-6, abs=1e-6)
