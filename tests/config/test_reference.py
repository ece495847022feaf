"""The field reference is made from the schema and leaves nothing out."""

import json
import re
from pathlib import Path

from robustev.config import reference
from robustev.config.experiment import Experiment


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
