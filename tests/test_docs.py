"""Every page runs from top to bottom as printed, and every link leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.pages import PROJECT, run_page

GENERATED = PROJECT / "docs" / "experiment.md"
PAGES = sorted(page for page in (PROJECT / "docs").rglob("*.md") if page != GENERATED)
LINK = re.compile(r"\]\(([^)#\s]*)(#[^)\s]*)?\)|src=\"([^\"]+)\"")


def name(page: Path) -> str:
    return str(page.relative_to(PROJECT))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_runs_as_printed(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run_page(page, tmp_path)


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, made as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", [*PAGES, *PROJECT.glob("*.md")], ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target, anchor, source in LINK.findall(page.read_text(encoding="utf-8")):
        address = target or source
        if re.match(r"[a-z]+:", address):
            continue
        file = (page.parent / address) if address else page
        assert file.exists(), address
        if anchor and file.suffix == ".md":
            assert anchor.removeprefix("#") in anchors(file), f"{address}{anchor}"
