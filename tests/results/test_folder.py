"""What follows from the files of a result folder."""

import numpy as np
import pandas as pd
import pytest

from robustev.report import ResultFolder, StoredPlan
from robustev.results.schema import PlanDocument


def test_utilisation_is_load_over_capacity_over_all_types(whole: ResultFolder) -> None:
    plan = whole.plans["robust"]
    assert plan.utilisation is not None
    assert plan.table is not None
    expected = plan.table.set_index("id").eval("load / capacity")
    assert np.allclose(plan.utilisation.reindex(expected.index), expected)


def test_unserved_lists_only_zones_where_something_is_left(whole: ResultFolder) -> None:
    plan = whole.plans["nominal"]
    assert plan.unserved is not None
    assert plan.zones is not None
    assert (plan.unserved["unserved"] > 0).all()
    assert plan.unserved["unserved"].sum() == pytest.approx(plan.zones["unserved"].sum())


def test_chargers_are_counted_by_kind() -> None:
    chargers = {"a": {"slow": 2, "fast": 1}}
    document = PlanDocument(open_sites=("a", "b"), chargers=chargers)
    plan = StoredPlan("p", document)
    assert (plan.total("slow"), plan.total("fast"), plan.total()) == (2, 1, 3)
    assert plan.chargers["b"] == {}


@pytest.mark.parametrize(
    ("kinds", "words"), [(["level"], "levels"), (["slow", "fast"], "chargers")]
)
def test_levels_are_not_called_chargers(kinds: list[str], words: str) -> None:
    table = pd.DataFrame({"id": ["a"], "name": ["A"], **{kind: [2] for kind in kinds}})
    plan = StoredPlan("p", table=table)
    assert plan.kinds == tuple(kinds)
    assert plan.counted == words
