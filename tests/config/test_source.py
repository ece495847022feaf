"""YAML with places, overrides, sections laid over files."""

from pathlib import Path

import pytest

from robustev.config.source import include, merged, override, parse_yaml, read_yaml
from robustev.core.errors import ConfigError

TEXT = """\
name: x
solve:
  gap: 1e-3
plans:
  - one
  - two
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        pytest.param(("name",), 1, id="top-level key"),
        pytest.param(("solve", "gap"), 3, id="nested key"),
        pytest.param(("plans", 1), 6, id="item of a list"),
        pytest.param(("solve", "gap", "deeper"), 3, id="unknown key: the closest that encloses it"),
    ],
)
def test_every_key_knows_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert str(parse_yaml(TEXT, "f.yaml").place(path)) == f"f.yaml:{line}"


def test_a_number_in_scientific_notation_is_a_number() -> None:
    assert parse_yaml(TEXT, "f.yaml").data["solve"]["gap"] == 0.001


def test_a_missing_or_unreadable_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        read_yaml(tmp_path / "absent.yaml")
    (tmp_path / "latin.yaml").write_bytes("name: Zürich".encode("latin-1"))
    with pytest.raises(ConfigError, match="UTF-8"):
        read_yaml(tmp_path / "latin.yaml")


def test_an_override_wins_and_is_named_as_the_place() -> None:
    source = override(parse_yaml(TEXT, "f.yaml"), ["solve.gap=0.5", "plans.0=three"])
    assert source.data["solve"]["gap"] == 0.5
    assert source.data["plans"] == ["three", "two"]
    assert str(source.place(("solve", "gap"))) == "--set solve.gap=0.5"


def test_an_override_leaves_the_original_alone() -> None:
    source = parse_yaml(TEXT, "f.yaml")
    override(source, ["solve.gap=0.5"])
    assert source.data["solve"]["gap"] == 0.001


def test_a_bad_value_of_an_override_is_told_by_its_setting() -> None:
    with pytest.raises(ConfigError, match=r"--set a=2020-13-45: .* is no timestamp"):
        override(parse_yaml(TEXT, "f.yaml"), ["a=2020-13-45"])


def test_every_bad_override_is_told() -> None:
    with pytest.raises(ConfigError) as caught:
        override(parse_yaml(TEXT, "f.yaml"), ["solve.gap", "name.first=1", "a=[1", "plans.7=x"])
    assert [fault.file for fault in caught.value.faults] == [
        "--set solve.gap", "--set name.first=1", "--set a=[1", "--set plans.7=x",
    ]  # fmt: skip


def test_a_section_is_laid_over_the_file_it_names(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("region:\n  a: 1\n  b: {c: 2, d: 3}\n")
    file = tmp_path / "x.yaml"
    file.write_text("region:\n  from: base.yaml\n  b: {d: 4}\n")
    source = include(read_yaml(file), ("region",))
    assert source.data["region"] == {"a": 1, "b": {"c": 2, "d": 4}}
    assert str(source.place(("region", "a"))) == f"{tmp_path / 'base.yaml'}:2"
    assert str(source.place(("region", "b", "d"))) == f"{file}:3"


def test_a_file_to_start_from_must_exist(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("region:\n  from: base.yaml\n")
    with pytest.raises(ConfigError, match=r"x\.yaml:2: region\.from: there is no such file"):
        include(read_yaml(tmp_path / "x.yaml"), ("region",))


def test_merging_replaces_lists_and_nulls_whole() -> None:
    assert merged({"a": [1, 2], "b": {"c": 1}}, {"a": [3], "b": None}) == {"a": [3], "b": None}
