"""Stored access that is not what the stations give is not believed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from robustev.report import ResultFolder
from robustev.verify.finding import Verdict
from robustev.verify.verify import verify


@pytest.fixture
def folder(whole_folder: Path, tmp_path: Path) -> Iterator[Path]:
    """Copy the folder, beside the data that it names."""
    target = whole_folder.parent / tmp_path.name
    shutil.copytree(whole_folder, target)
    yield target
    shutil.rmtree(target)


def findings(folder: Path) -> dict[str, list[str]]:
    """Return what is said of access, by verdict."""
    found: dict[str, list[str]] = {}
    for one in verify(folder, num_scenarios=1, seconds=0.0):
        if "access" in one.statement:
            found.setdefault(one.verdict, []).append(one.statement)
    return found


def test_every_plan_has_its_access(whole: ResultFolder) -> None:
    assert whole.access is not None
    assert set(whole.access.plans) == set(whole.plans)
    for one in whole.access.plans.values():
        assert one.unit == "capacity"
        assert set(one.groups) == {"group"}
        if one.gini is not None:
            curve = list(one.lorenz)
            area = sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in pairwise(curve))
            # The curve is kept at every hundredth: between them it may only lie lower.
            assert one.gini == pytest.approx(1 - 2 * area, abs=0.02)


def test_access_that_was_written_is_proved(folder: Path) -> None:
    assert set(findings(folder)) == {Verdict.PROVED}


@pytest.mark.parametrize("field", ["gini", "mean", "without"])
def test_access_that_was_changed_is_wrong(field: str, folder: Path) -> None:
    path = folder / "access.json"
    content: dict[str, Any] = json.loads(path.read_text())
    plan = next(name for name, one in content["plans"].items() if one["gini"] is not None)
    content["plans"][plan][field] += 0.01
    path.write_text(json.dumps(content))
    (said,) = findings(folder)[Verdict.WRONG]
    assert field in said
