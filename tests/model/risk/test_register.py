"""Every registered risk measure has what a measure needs, and its formulas agree."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from robustev.model.model import Model
from robustev.model.risk import REGISTER, AnyMeasure, RiskMeasure, measure_of
from tests import pages
from tests.referee.measures import MEASURES as STATED
from tests.referee.measures import is_mean
from tests.referee.problems import MEASURES as DRAWN

DOCS = pages.PROJECT / "docs" / "risk"
LP_FILES = Path(__file__).parent.parent / "lp"


def example(key: str) -> RiskMeasure:
    """Return the measure of a key as its example shows it."""
    return measure_of({"measure": key, **REGISTER[key].example})


@st.composite
def outcomes(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Draw costs and unequal probabilities of up to six scenarios, some of them equal."""
    count = draw(st.integers(1, 6))
    costs = draw(st.lists(st.integers(-50, 50), min_size=count, max_size=count))
    mass = np.array(draw(st.lists(st.integers(1, 9), min_size=count, max_size=count)))
    return np.array(costs, dtype=float), mass / mass.sum()


@pytest.mark.parametrize("key", REGISTER)
def test_it_has_a_page_with_an_experiment_that_names_it(key: str) -> None:
    page = (DOCS / f"{key}.md").read_text(encoding="utf-8")
    assert f"measure: {key}" in page
    assert f"({key}.md)" in (DOCS / "index.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("key", REGISTER)
def test_its_scenario_form_has_an_lp_file_that_was_agreed_on(key: str) -> None:
    same_form = {"nominal": "expected"}
    assert (LP_FILES / f"objective_{same_form.get(key, key)}.lp").is_file()


@pytest.mark.parametrize("key", REGISTER)
def test_every_field_says_what_it_means(key: str) -> None:
    kind = REGISTER[key]
    assert all(field.description for field in kind.model_fields.values())
    assert kind.__doc__ not in (None, RiskMeasure.__doc__)


@pytest.mark.parametrize("key", REGISTER)
def test_it_reads_back_from_what_it_writes(key: str) -> None:
    model = Model(objective=example(key))
    again = Model.model_validate_json(model.model_dump_json())
    assert again == model
    assert type(again.objective) is REGISTER[key]
    assert len(again.objective.title) > 0


@pytest.mark.parametrize("key", REGISTER)
@given(case=outcomes())
def test_its_value_is_that_of_its_second_formula(
    key: str, case: tuple[np.ndarray, np.ndarray]
) -> None:
    costs, probability = case
    measure = example(key)
    weights = measure.weights(costs, probability)
    value = weights @ costs + measure.intercept(costs, probability)
    assert value == pytest.approx(measure.independent_value(costs, probability), abs=1e-9)


@pytest.mark.parametrize("key", REGISTER)
@given(case=outcomes(), seed=st.integers(0, 999))
def test_its_weights_are_of_the_envelope_and_bound_every_other_outcome(
    key: str, case: tuple[np.ndarray, np.ndarray], seed: int
) -> None:
    costs, probability = case
    other = np.random.default_rng(seed).integers(-50, 50, len(costs)).astype(float)
    measure = example(key)
    weights = measure.weights(other, probability)
    assert weights.sum() == pytest.approx(1.0)
    assert weights.min() >= 0
    assert measure.outside(weights, probability) <= 1e-12
    tangent = weights @ costs + measure.intercept(other, probability)
    assert tangent <= measure.independent_value(costs, probability) + 1e-9


@pytest.mark.parametrize("key", REGISTER)
def test_a_part_that_decides_is_decided_alike(key: str) -> None:
    measure = example(key)
    if measure.deciding_share == 1:
        with pytest.raises(NotImplementedError, match="decided by all scenarios"):
            measure.restricted(0.5)
        return
    costs, probability = np.arange(10.0), np.full(10, 0.1)
    most = np.arange(5, 10)  # half of the probability, the costliest
    part = measure.restricted(0.5).independent_value(costs[most], np.full(5, 0.2))
    assert part == pytest.approx(measure.independent_value(costs, probability))
    least = measure.restricted(0.5).independent_value(costs[:5], np.full(5, 0.2))
    assert least <= measure.independent_value(costs, probability)


@pytest.mark.parametrize("key", REGISTER)
def test_the_referee_states_it(key: str) -> None:
    assert key in STATED or is_mean({"measure": key})
    assert key in DRAWN


def test_a_section_laid_over_another_keeps_only_what_its_measure_has() -> None:
    measure = measure_of({"measure": "worst_case", "tail": 0.2, "weight": 0.5})
    assert measure.model_dump() == {"measure": "worst_case", "weight": 0.5}


def test_without_a_name_the_objective_is_the_expected_cost() -> None:
    assert measure_of({}).measure == "expected"


def test_two_measures_may_not_share_a_key() -> None:
    class Copy(REGISTER["cvar"]):  # type: ignore[misc]
        """Another measure under a key that is taken."""

    with pytest.raises(ValueError, match="measure 'cvar' is that of CVaR"):
        REGISTER.add(Copy)


def test_what_is_no_measure_does_not_join() -> None:
    with pytest.raises(TypeError, match="Model does not derive from RiskMeasure"):
        REGISTER.add(Model)


def test_an_unknown_measure_is_told_with_those_that_are_known() -> None:
    with pytest.raises(ValidationError, match=r"'mean' .* 'worst_case'"):
        TypeAdapter(AnyMeasure).validate_python({"measure": "mean"})
