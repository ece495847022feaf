"""Scenario definitions: what they accept, and how every fault is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from robustev.core.errors import ConfigError
from robustev.scenarios import ScenarioConfig, parse_config, read_config
from robustev.scenarios.sources import TrajectorySource, ZoneSource

DRIVERS = {"kind": "drivers"}


def test_nothing_said_is_a_valid_definition() -> None:
    assert parse_config({}) == ScenarioConfig()


@pytest.mark.parametrize("kind", ["drivers", "history", "zones"])
def test_the_kind_alone_is_enough_for_a_source(kind: str) -> None:
    source = parse_config({"source": {"kind": kind}}).source
    assert source is not None
    assert source.kind == kind


@pytest.mark.parametrize(
    ("content", "column", "reason"),
    [
        ({"sorce": {}}, "sorce", "is 'source' meant"),
        ({"source": DRIVERS | {"ev_adopton": 2}}, "source.ev_adopton", "is 'ev_adoption' meant"),
        ({"source": {"kind": "oracle"}}, "source", "expected tags"),
        ({"source": {"kind": "history", "horizon": 0}}, "source.horizon", "greater than or equal"),
        ({"source": {"kind": "trajectories"}}, "source.table", "Field required"),
        ({"sampling": "lattice"}, "sampling", "'sobol'"),
        ({"reduction": {"to": 0}}, "reduction.to", "greater than or equal"),
        ({"stress": [{"name": "a", "weight": 1.0}]}, "stress.0.weight", "less than 1"),
        (
            {"source": {"kind": "zones", "spatial": {"nugget": 0.8, "common": 0.5}}},
            "source",
            "together at most 1",
        ),
    ],
)
def test_a_fault_is_named_by_its_place(content: dict[str, Any], column: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason) as caught:
        parse_config(content, "future.yaml")
    fault = caught.value.faults[0]
    assert fault.file == "future.yaml"
    assert str(fault.column).startswith(column)


def test_the_schema_is_strict_json_and_every_field_is_documented() -> None:
    schema = ScenarioConfig.model_json_schema()
    assert json.dumps(schema, allow_nan=False)
    for name, part in schema["$defs"].items():
        for key, field in part.get("properties", {}).items():
            if key not in {"kind", "distribution", "name"}:
                assert "description" in field, f"{name}.{key} has no description"


def test_all_faults_are_reported_together() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_config({"sampling": "x", "max_gigabytes": -1, "nmae": "y"})
    assert len(caught.value.faults) == 3


@pytest.mark.parametrize(
    ("stress", "reason"),
    [
        ([{"name": "a", "weight": 0.6}, {"name": "b", "weight": 0.5}], "add up to 1.1"),
        ([{"name": "a", "weight": 0.1}, {"name": "a", "weight": 0.1}], "different names"),
    ],
)
def test_stress_scenarios_must_leave_room_and_differ(
    stress: list[dict[str, Any]], reason: str
) -> None:
    with pytest.raises(ConfigError, match=reason):
        parse_config({"stress": stress})


def test_files_are_relative_to_the_definition(tmp_path: Path) -> None:
    file = tmp_path / "future.yaml"
    file.write_text("source: {kind: trajectories, table: paths.csv}\n", encoding="utf-8")
    source = read_config(file).source
    assert isinstance(source, TrajectorySource)
    assert source.table == tmp_path / "paths.csv"


def test_a_source_without_files_stays_without() -> None:
    source = parse_config({"source": {"kind": "zones"}}).relative_to("somewhere").source
    assert isinstance(source, ZoneSource)
    assert source.table is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [("a: [1", "cannot be read"), ("- 1\n- 2\n", "not a scenario definition"), ("", "not a scen")],
)
def test_a_file_that_is_no_definition_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "future.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=reason):
        read_config(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.yaml"):
        read_config(tmp_path / "gone.yaml")
