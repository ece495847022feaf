"""Why no plan exists, in words."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.data.arcs import Arcs
from robustev.data.region import ChargerKind, Region, Sites, Zones
from robustev.data.scenarios import ScenarioSet
from robustev.methods.infeasibility import explain
from robustev.methods.result import Status
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Budget, Levels, Model, Reach, Stations
from tests.methods.conftest import METHODS, Solve

CONTRADICTION = "No plan keeps all of these limits: {}."
KEPT = "existing stations and chargers stay"
OUT_OF_REACH = "1 zones have demand that must be served but no site within reach: far"
TOO_LITTLE = "capacity of {} at most, and unserved demand is forbidden"


def line(*, near: float = 4.0, far: float = 6.0, slots: int = 2, **options: object) -> Instance:
    """Sites west and middle and zones near and far on a line; a charger serves 3 for 10.

    West has a station with one charger. Zone far is 5 from middle, 9 from west.
    """
    region = Region(
        name="line",
        zones=Zones(("near", "far")),
        sites=Sites(
            ids=("west", "middle"),
            slots=np.array([slots, slots]),
            existing=np.array([[1], [0]]),
            existing_open=np.array([True, False]),
            opening_cost=np.array([20.0, 20.0]),
            fixed_capacity=np.zeros((2, 1)),
        ),
        kinds=(ChargerKind("slow", {"ev": 3.0}, cost=10.0),),
        types=("ev",),
        demand=np.array([[near], [far]]),
        arcs=Arcs.of_matrix(np.array([[1.0, 9.0], [3.0, 5.0]])),
    )
    scenarios = ScenarioSet.equiprobable(
        np.stack([region.demand, 0.5 * region.demand]), region.zones.ids, region.types
    )
    return build_instance(region, scenarios, Model(**options))  # type: ignore[arg-type]


IMPOSSIBLE = {
    "more stations than sites": (
        {"stations": Stations(exactly=3)}, CONTRADICTION.format("exactly 3 stations")),
    "at least too many": (
        {"stations": Stations(minimum=3)}, CONTRADICTION.format("at least 3 stations")),
    "fewer stations than stand": (
        {"stations": Stations(maximum=0)}, CONTRADICTION.format(f"{KEPT}; at most 0 stations")),
    "a second station is too dear": (
        {"stations": Stations(exactly=2), "budget": Budget(limit=19.0)},
        CONTRADICTION.format(f"a budget of 19; {KEPT}; exactly 2 stations")),
    "out of reach": ({"reach": Reach(max_travel=4.0)}, OUT_OF_REACH),
    "too few slots": ({"slots": 1}, TOO_LITTLE.format(6)),
    "too small a budget": ({"budget": Budget(limit=40.0)}, TOO_LITTLE.format(9)),
    "one station is not enough": ({"stations": Stations(maximum=1)}, TOO_LITTLE.format(6)),
    "too few levels": (
        {"levels": Levels(maximum=2, unit=2.0), "keep_existing": False}, TOO_LITTLE.format(8)),
    "worn out": ({"utilisation": 0.5}, TOO_LITTLE.format(6)),
}  # fmt: skip


@pytest.mark.parametrize(("options", "message"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_what_cannot_be_is_explained(options: dict[str, object], message: str) -> None:
    words = explain(line(**options))
    assert words is not None
    assert message in words


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, id="just enough of everything"),
        pytest.param({"budget": Budget(limit=50.0)}, id="just enough money"),
        pytest.param({"unserved_penalty": 1.0, "slots": 1}, id="too little, but that may be"),
        pytest.param({"far": 0.0, "reach": Reach(max_travel=4.0)}, id="nobody lives out of reach"),
        pytest.param({"capacitated": False, "slots": 1}, id="no limit on capacity"),
    ],
)
def test_what_can_be_needs_no_explanation(options: dict[str, object]) -> None:
    assert explain(line(**options)) is None


def test_the_scenario_that_asks_too_much_is_named() -> None:
    words = explain(line(slots=1))
    assert words is not None
    assert "Demand of type 'ev' in scenario 's0000' is 10" in words


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("case", ["more stations than sites", "out of reach", "too few slots"])
def test_every_method_says_that_and_why(method: str, case: str, solve_by: Solve) -> None:
    options, message = IMPOSSIBLE[case]
    result = solve_by(line(**options), method)
    assert result.status is Status.INFEASIBLE
    assert result.plan is None
    assert message in result.message


@pytest.mark.parametrize("method", METHODS)
def test_capacity_in_the_wrong_place_is_no_help(method: str, solve_by: Solve) -> None:
    """Enough capacity in all, but the far zone may only use the middle site, which is too small."""
    result = solve_by(line(far=7.0, reach=Reach(nearest=1)), method)
    assert result.status is Status.INFEASIBLE
    assert result.plan is None
    assert result.message


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"stations": Stations(exactly=2), "budget": Budget(limit=19.0)},
         "It is enough to loosen a budget of 19 by 1, or exactly 2 stations by 1."),
        ({"stations": Stations(exactly=3)}, "It is enough to loosen exactly 3 stations by 1."),
        ({"stations": Stations(maximum=0)}, "It is enough to loosen at most 0 stations by 1."),
        ({"stations": Stations(exactly=2), "budget": Budget(limit=0.0),
          "minimum_chargers": {"number": 2}}, "a budget of 0 by 40"),
    ],
)  # fmt: skip
def test_it_says_by_how_much_which_limits_must_give_way(
    options: dict[str, object], words: str
) -> None:
    found = explain(line(**options))
    assert found is not None
    assert words in found


def test_what_must_give_way_is_enough() -> None:
    rules = {"unserved_penalty": 1.0, "minimum_chargers": {"number": 2}}
    tight = {**rules, "stations": Stations(exactly=2), "budget": Budget(limit=5.0)}
    words = explain(line(**tight))
    assert words is not None
    assert "a budget of 5 by 35, or exactly 2 stations by 1" in words
    assert explain(line(**{**tight, "budget": Budget(limit=40.0)})) is None
    assert explain(line(**{**tight, "budget": Budget(limit=39.0)})) is not None
    assert explain(line(**{**tight, "stations": Stations(exactly=1)})) is None
