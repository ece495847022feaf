"""Objects show themselves in one line, and as a table that no name can break out of."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from robustev.core.summary import Fact, Summarised
from robustev.data.plan import Plan
from robustev.methods.result import SolveResult, Status
from robustev.model.model import Model, Stations
from tests import instances


class Thing(Summarised):
    def __init__(self, name: str, **facts: Fact) -> None:
        self.name, self.facts = name, facts

    def summary(self) -> tuple[str, Mapping[str, Fact]]:
        return self.name, self.facts


def test_the_line_holds_the_name_and_the_facts_that_there_are() -> None:
    thing = Thing("a", sites=np.int64(3), cost=1234567.891, gap=None, status="optimal")
    assert repr(thing) == "Thing('a', sites=3, cost=1234568, status=optimal)"
    assert repr(Thing("")) == "Thing()"


def test_the_table_holds_the_same_and_escapes_names() -> None:
    table = Thing("</table>", kind_of="<b>", absent=None)._repr_html_()
    assert table.count("</table>") == 1
    assert "<tr><th>kind of</th><td>&lt;b&gt;</td></tr>" in table
    assert "absent" not in table


def test_what_a_solve_takes_and_gives_is_shown_in_one_line() -> None:
    instance = instances.random_instance(0)
    plan = Plan("robust", np.array([True, False, True]), np.array([[2], [0], [1]]))
    result = SolveResult("ef", plan, 10.0, 9.99, Status.GAP_REACHED, 1.23456)
    assert repr(plan) == "Plan('robust', stations=2, chargers=3)"
    assert repr(result) == (
        "SolveResult('robust', status=gap_reached, objective=10, lower_bound=9.99, gap=0.100%, "
        "stations=2, method=ef, seconds=1.2)"
    )
    assert repr(instance.region).startswith("Region('random 0', zones=4, sites=3, charger_kinds=1,")
    assert repr(instance.scenarios).startswith("ScenarioSet(scenarios=3, zones=4, demand_types=1,")
    for shown in (plan, result, instance.region, instance.scenarios):
        assert "\n" not in repr(shown)
        assert len(repr(shown)) < 200
        assert shown._repr_html_().startswith("<table>")


@pytest.mark.parametrize(
    "model", [Model(), Model(unserved_penalty=10.0, stations=Stations(maximum=4))], ids=repr
)
def test_a_model_is_shown_as_it_is_written(model: Model) -> None:
    assert eval(repr(model)) == model
    assert model._repr_html_().count("<tr>") == len(model.model_fields_set)
