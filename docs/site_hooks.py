"""What the documentation site adds to the pages: navigation, and pages from the code."""

from __future__ import annotations

import re
from gzip import decompress
from pathlib import Path
from typing import Any

import typer
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from typer.cli import get_docs_for_click

import robustev
from robustev.cli.app import app
from robustev.report.page import plotly_library

PROJECT = Path(__file__).resolve().parent.parent
OUTSIDE = {"README.md": "readme.md", "CONTRIBUTING.md": "contributing.md",
           "CHANGELOG.md": "changelog.md"}  # fmt: skip
"""Pages that stand outside ``docs``, by the name that they have on the site."""
FOLDERS = ("features", "readers", "sources", "risk", "methods", "questions", "extending")
SCENARIOS = "scenarios/README.md"
PLOTLY = "assets/plotly.min.js"
SHIM = "https://unpkg.com/iframe-worker/shim"
"""What the search needs where pages are opened from a folder: iframe-worker 1.0.4, MIT licence."""
CDN = re.compile(r'<script[^>]*src="https://cdn\.plot\.ly/[^"]*"[^>]*></script>')
IMPORT = re.compile(r'import\s*"https://cdn\.plot\.ly/[^"]*"')
MATHJAX = re.compile(r'<script[^>]*src="https://cdnjs\.cloudflare\.com/[^"]*"[^>]*></script>')
"""What pictures of notebooks would fetch."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the pages of each register into the navigation."""
    config.nav = _filled(config.nav)
    return config


def others() -> list[str]:
    """Return pages of ``docs`` that ``mkdocs.yml`` does not name, so that none is lost."""
    named = (PROJECT / "mkdocs.yml").read_text(encoding="utf-8")
    docs = PROJECT / "docs"
    pages = sorted([*docs.glob("*.md"), *docs.glob("howto/*.md"), *docs.glob("tutorials/*.md")])
    names = [page.relative_to(docs).as_posix() for page in pages]
    return [name for name in names if f": {name}\n" not in named]


def _filled(part: Any) -> Any:
    if isinstance(part, list):
        return [item for one in part for item in _many(one)]
    if isinstance(part, dict):
        return {key: _filled(value) for key, value in part.items()}
    return part


def _many(item: Any) -> list[Any]:
    if item == "__OTHERS__":
        return list(others())
    if isinstance(item, str) and item.startswith("__"):
        folder = PROJECT / "docs" / item.strip("_").lower()
        pages = sorted(folder.glob("*.md"), key=lambda page: (page.stem != "index", page.stem))
        return [f"{folder.name}/{page.name}" for page in pages]
    return [_filled(item)]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that come from elsewhere: README, changes, command line, Python."""
    for name, target in OUTSIDE.items():
        text = (PROJECT / name).read_text(encoding="utf-8")
        files.append(File.generated(config, target, content=_at_home(text)))
    files.append(File.generated(config, "reference/cli.md", content=command_line()))
    files.append(File.generated(config, "reference/api.md", content=public_face()))
    return files


def _at_home(text: str) -> str:
    """Return a page of the project's root with links as they are from ``docs``."""
    text = re.sub(r'(\]\(|src=")docs/', r"\1", text)
    for name, target in OUTSIDE.items():
        text = text.replace(f"]({name}", f"]({target}")
    return _outward(text)


def _outward(text: str) -> str:
    """Take links away that lead to files which are not on the site; their words stay."""
    folders = "scenarios|experiments|robustev|tests|LICENSE"
    return re.sub(rf"\[([^\]]+)\]\((?:\.\./)*(?:{folders})[^)]*\)", r"\1", text)


def on_page_markdown(markdown: str, **_: object) -> str:
    """Turn links to the project's root to the pages of the site."""
    for name, target in OUTSIDE.items():
        markdown = re.sub(rf"\]\(((?:\.\./)+){name}", rf"](\1{target}", markdown)
        markdown = markdown.replace(f"](../{target}", f"]({target}")
        markdown = markdown.replace(f"](../../{target}", f"](../{target}")
    return _outward(markdown)


def command_line() -> str:
    """Return the reference of the command line, made from the commands themselves."""
    command = typer.main.get_command(app)
    context = typer.Context(command, info_name="robustev")
    text = get_docs_for_click(obj=command, ctx=context, name="robustev")
    return f"# The command line\n\n{text.split(chr(10), 1)[1]}"


def public_face() -> str:
    """Return the page of everything that ``import robustev`` offers, made from docstrings."""
    parts = ["# Python", "", "What `from robustev import ...` offers.", ""]
    for name in sorted(robustev.__all__, key=str.casefold):
        if name in robustev._SOURCES:
            module, attribute = robustev._SOURCES[name]
            parts.append(f"::: {module}.{attribute}\n")
    return "\n".join(parts)


def on_post_page(output: str, page: Any, **_: object) -> str:
    """Let the search and the pictures of notebooks take their libraries from the site itself."""
    up = "../" * page.url.count("/")
    output = output.replace(SHIM, f"{up}assets/iframe-worker.js")
    output = MATHJAX.sub("", IMPORT.sub("", output))
    return CDN.sub(f'<script src="{up}{PLOTLY}"></script>', output)


def on_post_template(output_content: str, **_: object) -> str:
    """Do the same for pages that are no page of the documentation, such as that of a lost link."""
    return output_content.replace(SHIM, "assets/iframe-worker.js")


def on_post_build(config: MkDocsConfig) -> None:
    """Put the library of pictures beside the pages."""
    target = Path(config.site_dir) / PLOTLY
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(decompress(plotly_library()))
