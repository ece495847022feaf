"""Every region format has its schema, its page with an example that runs, and faults refused."""

from __future__ import annotations

import re
import typing

import pytest

from robustev.readers.base import RegionReader
from robustev.readers.register import READERS
from tests.pages import PROJECT, blocks

PAGES = PROJECT / "docs" / "readers"
FORMATS = {typing.get_args(one.model_fields["format"].annotation)[0]: one for one in READERS}


def test_every_page_is_that_of_a_format() -> None:
    assert {page.stem for page in PAGES.glob("*.md")} == {*FORMATS, "index"}


@pytest.mark.parametrize("name", FORMATS)
def test_the_index_links_every_page(name: str) -> None:
    assert f"[`{name}`]({name}.md)" in (PAGES / "index.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "reader"), FORMATS.items(), ids=list(FORMATS))
def test_every_format_has_a_schema_and_a_reader_of_its_own(
    name: str, reader: type[RegionReader]
) -> None:
    assert reader.__module__ == f"robustev.readers.{name}"
    assert reader.read is not RegionReader.read
    brings = reader.read_scenarios is not RegionReader.read_scenarios
    assert reader.brings_scenarios == brings
    bare = [key for key, field in reader.model_fields.items() if not field.description]
    assert bare == []


@pytest.mark.parametrize("name", FORMATS)
def test_every_page_shows_an_example_that_is_checked_and_a_file_that_is_refused(name: str) -> None:
    """The tests of pages run both as printed."""
    parts = blocks(PAGES / f"{name}.md")
    experiments = [part for part in parts if part.file == f"{name}/{name}.yaml"]
    assert len(experiments) == 1
    assert f"  format: {name}\n" in experiments[0].content
    commands = [part.content for part in parts if part.language == "sh"]
    assert f"robustev check {name}/{name}.yaml\n" in commands
    refused = [part.content for part in parts if part.language == "python"]
    assert re.search(rf"InputError: .*({name}/|column)|faults in the input", "".join(refused))
