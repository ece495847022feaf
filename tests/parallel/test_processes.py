"""Tasks on processes: every result, and the first error."""

from __future__ import annotations

import math

import pytest

from robustev.parallel.processes import completed


@pytest.mark.parametrize("workers", [1, 2])
def test_every_task_is_answered_at_its_position(workers: int) -> None:
    found = dict(completed(math.sqrt, [1.0, 4.0, 9.0], workers=workers))
    assert found == {0: 1.0, 1: 2.0, 2: 3.0}


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_a_task_is_raised(workers: int) -> None:
    with pytest.raises(ValueError):
        list(completed(math.sqrt, [1.0, -1.0], workers=workers))
