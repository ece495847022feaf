"""Every page runs from top to bottom as printed, and every link leads somewhere."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pages import PROJECT, defines_a_class, run_page
from tests.test_layers import LAYERS

GENERATED = PROJECT / "docs" / "experiment.md"
PAGES = [
    *sorted(page for page in (PROJECT / "docs").rglob("*.md") if page != GENERATED),
    PROJECT / "CONTRIBUTING.md",
]
LINKING = [*PAGES, PROJECT / "README.md", PROJECT / "CHANGELOG.md"]
LINK = re.compile(r"\]\(([^)#\s]*)(#[^)\s]*)?\)|src=\"([^\"]+)\"")


def name(page: Path) -> str:
    return str(page.relative_to(PROJECT))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_runs_as_printed(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if not defines_a_class(page):
        run_page(page, tmp_path)
        return
    # What joins a register there must not be met by other tests.
    command = [sys.executable, "-m", "tests.pages", str(page), str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, made as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", LINKING, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target, anchor, source in LINK.findall(page.read_text(encoding="utf-8")):
        address = target or source
        if re.match(r"[a-z]+:", address):
            continue
        file = (page.parent / address) if address else page
        assert file.exists(), address
        if anchor and file.suffix == ".md":
            assert anchor.removeprefix("#") in anchors(file), f"{address}{anchor}"


def test_the_picture_of_the_architecture_is_drawn_by_its_script() -> None:
    script = PROJECT / "docs" / "draw_architecture.py"
    names = runpy.run_path(str(script))
    assert names["TARGET"].read_text(encoding="utf-8") == names["draw"]()


def test_the_layers_on_the_page_are_those_that_the_walls_hold() -> None:
    page = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\| `(\w+)/` \|", page, re.MULTILINE)
    held = [folder for layer in LAYERS for folder in sorted(layer) if "__" not in folder]
    assert shown[::-1] == held


def test_the_glossary_is_in_order_and_names_classes_that_there_are() -> None:
    page = (PROJECT / "docs" / "glossary.md").read_text(encoding="utf-8")
    terms = re.findall(r"^\*\*(.+?)\.\*\*", page, re.MULTILINE)
    assert terms == sorted(terms, key=str.lower)
    source = "\n".join(path.read_text("utf-8") for path in (PROJECT / "robustev").rglob("*.py"))
    classes = set(re.findall(r"^class (\w+)", source, re.MULTILINE))
    assert set(re.findall(r"`([A-Z]\w+)`", page)) <= classes


def test_every_register_has_its_page_on_the_index() -> None:
    index = (PROJECT / "docs" / "extending" / "index.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\((\w+\.md)\)", index))
    pages = {page.name for page in (PROJECT / "docs" / "extending").glob("*.md")}
    assert linked == pages - {"index.md"}
    assert len(linked) == 7


@pytest.mark.parametrize("kind", ["features", "methods", "questions", "readers", "risk", "sources"])
def test_every_page_of_a_register_is_linked_where_its_kinds_are_listed(kind: str) -> None:
    folder = PROJECT / "docs" / kind
    own = folder / "index.md"
    index = own if own.exists() else PROJECT / "docs" / "extending" / f"{kind}.md"
    linked = set(re.findall(r"\]\([^)]*?(\w+\.md)\)", index.read_text(encoding="utf-8")))
    assert {page.name for page in folder.glob("*.md")} - {"index.md"} <= linked
