"""Two plans are compared site by site."""

from hypothesis import given
from hypothesis import strategies as st

from robustev.report.difference import differences, in_words
from robustev.results.folder import StoredPlan
from robustev.results.schema import PlanDocument

PLANS = st.dictionaries(
    st.sampled_from(list("abcdef")),
    st.dictionaries(st.sampled_from(["slow", "fast"]), st.integers(1, 9)),
)


def plan(name: str, chargers: dict[str, dict[str, int]]) -> StoredPlan:
    return StoredPlan(name, PlanDocument(open_sites=tuple(chargers), chargers=chargers))


def test_every_kind_of_change_is_told_apart() -> None:
    one = plan("one", {"a": {"slow": 2}, "b": {"slow": 1}, "c": {}, "d": {"slow": 3}})
    two = plan("two", {"b": {"slow": 4}, "c": {}, "d": {"slow": 1}, "e": {"slow": 1}})
    change = differences(one, two).set_index("site")["change"].to_dict()
    assert change == {
        "a": "only_plan", "b": "fewer", "c": "same", "d": "more", "e": "only_other",
    }  # fmt: skip


@given(PLANS, PLANS)
def test_differences_add_up_to_the_difference_of_the_totals(
    ours: dict[str, dict[str, int]], theirs: dict[str, dict[str, int]]
) -> None:
    one, two = plan("one", ours), plan("two", theirs)
    table = differences(one, two)
    assert table["difference"].sum() == one.total() - two.total()
    assert set(table["site"]) == set(ours) | set(theirs)


@given(PLANS)
def test_a_plan_does_not_differ_from_itself(chargers: dict[str, dict[str, int]]) -> None:
    text = in_words(plan("one", chargers), plan("two", chargers))
    assert text == "one and two make the same decision at every site."
