"""The documentation site: its navigation leads somewhere, notebooks run, nothing is fetched."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pages import PROJECT

GALLERY = sorted((PROJECT / "docs" / "gallery").glob("*.py"))
IN_FOLDERS = ("features", "readers", "sources", "risk", "methods", "questions", "extending")
MADE = {"readme.md", "contributing.md", "changelog.md", "reference/cli.md", "reference/api.md"}


def test_every_page_of_the_navigation_exists() -> None:
    text = (PROJECT / "mkdocs.yml").read_text(encoding="utf-8")
    named = set(re.findall(r": ([\w/-]+\.(?:md|py))$", text, re.MULTILINE)) - MADE
    assert [page for page in named if not (PROJECT / "docs" / page).is_file()] == []
    assert {f"gallery/{path.name}" for path in GALLERY} <= named
    assert all(f"__{folder.upper()}__" in text for folder in IN_FOLDERS)


@pytest.mark.slow
@pytest.mark.parametrize("notebook", GALLERY, ids=lambda path: path.stem)
def test_a_notebook_runs(notebook: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "MPLBACKEND": "Agg"}
    script = f"import runpy; runpy.run_path({str(notebook)!r}, run_name='notebook')"
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, env=environment,
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_the_site_is_built_and_fetches_nothing(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs_jupyter", reason="the extra 'docs' is not installed")
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "ROBUSTEV_GALLERY": "false",
                   "NO_MKDOCS_2_WARNING": "1"}  # fmt: skip
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(tmp_path)]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True,
                          check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "search").is_dir()
    parts = r'<(?:script|img|iframe)[^>]*src="(https?:[^"]+)"'
    styles = r'<link[^>]*rel="(?:stylesheet|preload)"[^>]*href="(https?:[^"]+)"'
    fetched = re.compile(f"{parts}|{styles}")
    found = {
        (page.name, address)
        for page in tmp_path.rglob("*.html")
        for pair in fetched.findall(page.read_text(encoding="utf-8"))
        for address in pair if address
    }  # fmt: skip
    assert found == set()
    reference = (tmp_path / "reference" / "api.html").read_text(encoding="utf-8")
    assert "run_experiment" in reference
