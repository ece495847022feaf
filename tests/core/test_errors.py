"""Errors that name every fault, where it is and what was expected."""

from __future__ import annotations

import pytest

from robustev.core.errors import (
    ConfigError,
    Fault,
    FaultCollector,
    InputError,
    collecting,
    nearest_name,
)


def test_a_fault_says_where_what_and_what_instead() -> None:
    fault = Fault("negative demand", "zones.csv", 3, "demand", -2.0, "a number >= 0")
    words = "zones.csv, row 3, column 'demand': negative demand; found -2.0; expected a number >= 0"
    assert str(fault) == words


def test_a_fault_without_a_place_is_its_message() -> None:
    assert str(Fault("there are no scenarios")) == "there are no scenarios"


def test_a_found_zero_or_empty_text_is_shown() -> None:
    assert str(Fault("too few", found=0)) == "too few; found 0"
    assert str(Fault("no name", found="")) == "no name; found ''"


def with_faults(*messages: str) -> None:
    with collecting("zones.csv") as faults:
        for message in messages:
            faults.add(message)


def test_all_faults_of_a_block_are_raised_together() -> None:
    with pytest.raises(InputError, match="2 faults in the input") as caught:
        with_faults("first", "second")
    assert [fault.message for fault in caught.value.faults] == ["first", "second"]
    assert "zones.csv: first" in str(caught.value)
    assert "zones.csv: second" in str(caught.value)


def test_a_fault_may_be_in_another_file() -> None:
    faults = FaultCollector("zones.csv")
    faults.add("no such zone", file="sites.csv")
    assert [fault.file for fault in faults] == ["sites.csv"]


def test_a_block_without_faults_raises_nothing() -> None:
    with collecting("zones.csv") as faults:
        pass
    assert list(faults) == []


def divided_by_zero() -> None:
    with collecting() as faults:
        faults.add("noted")
        raise ZeroDivisionError


def test_an_error_inside_the_block_is_not_hidden_by_the_faults() -> None:
    with pytest.raises(ZeroDivisionError):
        divided_by_zero()


def test_a_long_list_is_cut_but_counted_and_kept() -> None:
    error = InputError(Fault(f"fault {n}") for n in range(50))
    assert len(error.faults) == 50
    assert str(error).startswith("50 faults in the input")
    assert str(error).endswith("... and 10 more")


def test_one_fault_has_no_heading() -> None:
    assert str(InputError("it is wrong")) == "it is wrong"


def test_the_kind_of_error_is_chosen_by_the_caller() -> None:
    faults = FaultCollector("plan.yaml")
    faults.raise_if_any(ConfigError)
    faults.add("unknown key")
    with pytest.raises(ConfigError):
        faults.raise_if_any(ConfigError)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("demnad", "demand"), ("DEMAND", None), ("xyz", None), ("slot", "slots")],
)
def test_the_nearest_name_is_offered_only_if_it_is_near(name: str, nearest: str | None) -> None:
    assert nearest_name(name, ["slots", "demand", "opening_cost"]) == nearest
