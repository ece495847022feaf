"""The field reference is made from the schema and leaves nothing out."""

import json
import re
from pathlib import Path

import jsonschema
import pytest

from robustev.config import reference
from robustev.config.experiment import Experiment
from robustev.config.source import read_yaml
from tests.pages import PROJECT


def test_every_field_of_an_experiment_has_a_meaning() -> None:
    section = reference.markdown().split("## ")[1]
    rows = dict(re.findall(r"^\| `(\w+)` \|.*\| (.*) \|$", section, re.MULTILINE))
    assert set(rows) == set(Experiment.model_fields)
    assert all(rows.values()), rows


def test_bounds_choices_and_defaults_are_shown() -> None:
    text = reference.markdown()
    assert "| `number` | whole number >= 1 | `100` | How many scenarios to draw. |" in text
    assert "`auto`, `benders`, `ef`, `ph`" in text
    assert "| `format` | `tables` | needed | Selects tables, spreadsheets and map layers. |" in text


def test_every_section_that_is_linked_is_there() -> None:
    text = reference.markdown()
    headings = {heading.lower() for heading in re.findall(r"^## (\S+)", text, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([\w-]+)\)", text)) <= headings


def test_the_json_schema_refuses_unknown_keys() -> None:
    schema = json.loads(reference.json_schema())
    assert schema["additionalProperties"] is False


def test_the_committed_reference_is_that_of_the_schema() -> None:
    committed = Path(__file__).parents[2] / "docs" / "experiment.md"
    assert committed.read_text(encoding="utf-8") == reference.markdown() + "\n", "run: make docs"


SCHEMA = json.loads(reference.json_schema())
CHECKED = jsonschema.Draft202012Validator(SCHEMA)


def complaints(content: object) -> list[str]:
    return [f"{list(e.absolute_path)}: {e.message[:200]}" for e in CHECKED.iter_errors(content)]


def test_the_json_schema_is_one_and_says_whose() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert re.fullmatch(r"urn:robustev:experiment:\d+\.\d+\.\d+\S*", SCHEMA["$id"])


@pytest.mark.parametrize("path", sorted((PROJECT / "experiments").glob("*.yaml")), ids=str)
def test_the_json_schema_accepts_every_experiment_that_ships(path: Path) -> None:
    assert complaints(read_yaml(path).data) == []
    assert path.read_text().startswith("# yaml-language-server: $schema=../docs/")


@pytest.mark.parametrize("path", sorted((PROJECT / "scenarios").glob("*.yaml")), ids=str)
def test_the_json_schema_accepts_every_forecast_that_ships(path: Path) -> None:
    content = read_yaml(path).data
    region = {"format": "orlib_pmed", "file": "pmed1.txt"}
    section = content.get("scenarios", content)
    assert complaints({"name": "x", "region": region, "scenarios": section}) == []


@pytest.mark.parametrize("change", [
    {"modell": {}}, {"solve": {"gap": "small"}}, {"scenarios": {"source": {"kind": "zone"}}},
    {"region": {"format": "tables", "zones": "z.csv"}}, {"model": {"phases": [{"yaer": 1}]}},
])  # fmt: skip
def test_the_json_schema_refuses_what_the_program_refuses(change: dict[str, object]) -> None:
    right = {"name": "x", "region": {"format": "tables", "zones": "z.csv", "sites": "s.csv"}}
    assert complaints(right) == []
    phases = {"phases": [{"name": "2030", "growth": 1.0}], "locks": {"open": [1]}}
    assert complaints({**right, "model": phases}) == []
    assert complaints({**right, **change}) != []


def test_the_json_schema_that_editors_read_is_the_programs_own() -> None:
    shipped = (PROJECT / "docs" / "experiment.schema.json").read_text(encoding="utf-8")
    assert shipped == reference.json_schema() + "\n"
