"""Every registered method is whole, and one from outside is taken like any other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from robustev import SolveOptions, solve
from robustev.core.errors import ConfigError
from robustev.methods.base import METHODS, Method, SolveRun
from robustev.methods.result import SolveResult, Status
from robustev.methods.size import InstanceSize, size_of
from robustev.model.instance import Instance
from tests import instances

PAGES = Path(__file__).resolve().parents[2] / "docs" / "methods"


@pytest.mark.parametrize("name", METHODS)
def test_every_method_has_a_title_a_page_and_an_estimate(name: str) -> None:
    method = METHODS[name]
    assert method.name == name
    assert method.title
    page = (PAGES / f"{name}.md").read_text()
    assert page.startswith(f"# `{name}`: {method.title}\n")
    assert f"[`{name}`]({name}.md)" in (PAGES / "index.md").read_text()
    effort = method.estimate(size_of(instances.random_instance(0)), 1e-3)
    assert method.only_chooses == (effort is None)
    if effort is not None:
        assert effort.seconds > 0
        assert effort.gigabytes > 0


@pytest.mark.parametrize("name", METHODS)
def test_every_method_finds_the_best_of_all_plans(name: str) -> None:
    instance = instances.random_instance(6, kinds=2)
    optimum, _ = instances.brute_force(instance)
    options = SolveOptions(method=name, gap=1e-7, ranks=1)
    result = solve(instance.region, instance.scenarios, instance.model, options)
    assert result.objective == pytest.approx(optimum, rel=1e-6)
    assert result.lower_bound == pytest.approx(optimum, rel=1e-6)


def test_the_schema_lists_every_method() -> None:
    assert SolveOptions.model_json_schema()["properties"]["method"]["enum"] == list(METHODS)


def test_a_name_that_is_none_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValidationError, match="Input should be 'auto', 'benders'"):
        SolveOptions(method="bender")


def test_no_two_methods_have_one_name() -> None:
    with pytest.raises(ValueError, match="there is a method 'ef' already"):
        METHODS.add(type(METHODS["ef"]))


class Nothing(Method):
    """Builds nothing but what must stand."""

    name = "nothing"
    title = "what must stand"

    def accepts(self, instance: Instance) -> str | None:
        return "it has no slots" if not instance.region.sites.slots.any() else None

    def estimate(self, size: InstanceSize, gap: float) -> None:
        return None

    def solve(self, run: SolveRun) -> SolveResult:
        from robustev.data.plan import Plan
        from robustev.recourse.recourse import Recourse

        plan = Plan(run.name, run.instance.min_open, run.instance.min_chargers)
        costs = Recourse(run.instance).costs(plan) + run.instance.infrastructure_cost(plan)
        run.bounds.offer(plan, run.risk.value(costs), self.name)
        return run.bounds.result(self.name, run.name, run.bounds.status(run.stop))


@pytest.fixture
def registered() -> Iterator[None]:
    METHODS.add(Nothing)
    yield
    METHODS.remove("nothing")


@pytest.mark.usefixtures("registered")
def test_a_method_from_outside_is_solved_by() -> None:
    instance = instances.random_instance(0)
    options = SolveOptions(method="nothing")
    result = solve(instance.region, instance.scenarios, instance.model, options)
    unserved = instance.demand.sum(axis=(1, 2)) @ instance.probability
    assert result.method == "nothing"
    assert result.objective == pytest.approx(instances.PENALTY * unserved)
    assert result.status is Status.ITERATION_LIMIT
    assert result.plan is not None
    assert not result.plan.open.any()


@pytest.mark.usefixtures("registered")
def test_what_a_method_does_not_accept_is_an_error_that_says_why() -> None:
    instance = instances.random_instance(0, kinds=0)
    with pytest.raises(ConfigError, match=r"solve.method 'nothing': it has no slots"):
        solve(instance.region, instance.scenarios, instance.model, SolveOptions(method="nothing"))
