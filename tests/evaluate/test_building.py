"""What a plan builds is told site by site, and costs what a budget counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robustev import ChargerKind, Model, Plan, Region, ScenarioSet
from robustev.evaluate.building import building, changes
from robustev.evaluate.spending import spend
from robustev.model.instance import build_instance


def region(existing: list[list[int]], stands: list[bool]) -> Region:
    sites = len(stands)
    kinds = (
        ChargerKind("slow", {"ev": 1.0}, cost=2.0),
        ChargerKind("fast", {"ev": 3.0}, cost=5.0),
    )
    made = Region.from_arrays(
        np.ones(2), np.ones((sites, 2)), kinds=kinds, slots=np.full(sites, 9),
        opening_cost=np.arange(sites) + 10.0,
    )  # fmt: skip
    object.__setattr__(made.sites, "existing", np.array(existing))
    object.__setattr__(made.sites, "existing_open", np.array(stands))
    return made


@pytest.mark.parametrize(
    ("is_open", "chargers", "existing", "stands", "word"),
    [
        (True, [1, 0], [0, 0], False, "new"),
        (True, [2, 1], [2, 0], True, "enlarged"),
        (True, [1, 1], [2, 0], True, "enlarged"),  # one kind more, another fewer
        (True, [1, 0], [2, 0], True, "reduced"),
        (True, [2, 0], [2, 0], True, "unchanged"),
        (False, [0, 0], [2, 0], True, "closed"),
        (False, [0, 0], [0, 0], False, "empty"),
    ],
)
def test_what_happens_at_a_site(
    is_open: bool, chargers: list[int], existing: list[int], stands: bool, word: str
) -> None:
    plan = Plan("p", np.array([is_open]), np.array([chargers]))
    assert changes(plan, region([existing], [stands])) == (word,)


counts = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 3), st.booleans()),
    min_size=1, max_size=4,
)  # fmt: skip


@given(counts, st.booleans())
def test_the_costs_of_sites_add_up_to_what_a_budget_counts(
    rows: list[tuple[int, int, int, bool]], keep: bool
) -> None:
    existing = [[here, 0] if stands else [0, 0] for *_, here, stands in rows]
    where = region(existing, [stands for *_, stands in rows])
    model = Model(keep_existing=keep)
    chargers = np.array([[slow, fast] for slow, fast, *_ in rows]) + np.array(existing)
    plan = Plan("p", np.ones(len(rows), dtype=bool), chargers)
    built = building(plan, where, model)
    futures = ScenarioSet.equiprobable(where.demand[None], where.zones.ids, where.types)
    instance = build_instance(where, futures, model)
    assert built.cost.sum() == pytest.approx(spend(plan, instance))
    assert (built.added == chargers - np.array(existing)).all()
