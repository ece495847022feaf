"""Evaluations as tables hold what the arrays hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from robustev.data.plan import Plan
from robustev.evaluate import evaluate
from robustev.evaluate.frames import evaluation_frame, flow_frame, site_frame, zone_frame
from tests import instances


def test_tables_add_up_to_the_evaluation() -> None:
    instance = instances.random_instance(8, types=2, kinds=2, scenarios=5)
    plan = Plan("two", np.array([True, True, False]), np.array([[1, 1], [2, 0], [0, 0]]))
    found = evaluate(instance, [plan], workers=1)[0]
    regret = {"two": np.array([1.0, 2.0, np.nan, 0.0, 3.0])}
    rows = evaluation_frame([found], instance.region.types, regret=regret)
    assert rows["cost"].to_numpy() == pytest.approx(found.cost)
    parts = rows[["infrastructure", "travel", "unserved_cost"]].sum(axis=1)
    assert parts.to_numpy() == pytest.approx(found.cost)
    assert rows[["unserved_type0", "unserved_type1"]].sum(axis=1).to_numpy() == pytest.approx(
        rows["unserved"].to_numpy()
    )
    assert rows["regret"].isna().tolist() == [False, False, True, False, False]
    sites = site_frame(found, instance.region)
    assert set(sites["site"]) == {"i0", "i1"}
    assert sites["load"].sum() == pytest.approx(found.flow.sum())
    zones = zone_frame(found, instance.region)
    flows = flow_frame(found, instance.region)
    assert flows["amount"].sum() == pytest.approx((zones["demand"] - zones["unserved"]).sum())
    share = flows.groupby("zone")["share_of_zone"].sum()
    assert (share <= 1 + 1e-9).all()


def test_sites_are_named_where_they_have_names() -> None:
    instance = instances.random_instance(8)
    plan = Plan("two", np.array([True, False, True]), np.array([[1], [0], [1]]))
    found = evaluate(instance, [plan], workers=1)[0]
    assert "name" not in site_frame(found, instance.region)
    sites = replace(instance.region.sites, names=("North", "Middle", "South"))
    named = site_frame(found, replace(instance.region, sites=sites))
    assert named["name"].tolist() == ["North", "South"]
