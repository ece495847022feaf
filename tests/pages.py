"""Run a page of documentation from top to bottom, as a reader would type it.

A block is written to a file where the line above names one (`` `town/zones.csv`: ``). Otherwise

- ``python`` blocks run in order, in one namespace; with ``>>>`` their output is compared;
- ``sh`` blocks: commands of ``robustev`` are run, and ``make`` may only name what it has;
- ``yaml`` blocks are laid over the README's experiment and checked as one;
- ``text`` blocks, and those without a language, are not code.
"""

from __future__ import annotations

import doctest
import re
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml
from typer.testing import CliRunner

from robustev.cli.app import app
from robustev.config.load import load_experiment
from robustev.config.source import merged

PROJECT = Path(__file__).resolve().parent.parent
README = PROJECT / "README.md"
TOWN = "town/town.yaml"
NOT_CODE = {"", "text", "latex", "bibtex"}

BLOCK = re.compile(r"(?:^`([\w./-]+)`:\n\n)?^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A block of a page, with the number of its first line and the file it is meant for."""

    language: str
    content: str
    line: int
    file: str | None


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(found[2], found[3], text.count("\n", 0, found.start(3)) + 1, found[1])
        for found in BLOCK.finditer(text)
    ]


def write_files(page: Path, folder: Path) -> list[str]:
    """Write the files that a page shows into a folder, and return their names."""
    named = [block for block in blocks(page) if block.file]
    for block in named:
        target = folder / str(block.file)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(block.content, encoding="utf-8")
    return [str(block.file) for block in named]


def defines_a_class(page: Path) -> bool:
    """Return whether a page's Python defines a class, which may join a register."""
    return any(
        block.language == "python" and re.search(r"^class ", block.content, re.MULTILINE)
        for block in blocks(page)
    )


def run_page(page: Path, folder: Path) -> None:
    """Run a page in ``folder``, the working directory, where the README's town is there already."""
    write_files(README, folder)
    module = ModuleType(f"page_{page.stem.replace('-', '_')}")
    sys.modules[module.__name__] = module  # where annotations of the page's classes are looked up
    try:
        for block in blocks(page):
            _run(block, page, folder, module.__dict__)
    finally:
        del sys.modules[module.__name__]


def _run(block: Block, page: Path, folder: Path, names: dict[str, Any]) -> None:
    where = f"{page.relative_to(PROJECT)}:{block.line}"
    if block.file:
        target = folder / block.file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(block.content, encoding="utf-8")
    elif block.language == "python" and ">>>" in block.content:
        _compare_output(block, page, names)
    elif block.language == "python":
        exec(compile("\n" * (block.line - 1) + block.content, str(page), "exec"), names)
    elif block.language == "sh":
        _run_commands(block.content, where)
    elif block.language == "yaml":
        _check_settings(block.content, folder)
    else:
        assert block.language in NOT_CODE, f"{where}: a block of {block.language!r} is not checked"


def _compare_output(block: Block, page: Path, names: dict[str, Any]) -> None:
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    example = doctest.DocTestParser().get_doctest(
        block.content, names, page.name, str(page), block.line - 1
    )
    runner = doctest.DebugRunner(optionflags=flags)
    runner.run(example, clear_globs=False)
    names.update(example.globs)  # a doctest works on a copy


def _run_commands(script: str, where: str) -> None:
    for arguments in _commands(script):
        if arguments[0] == "robustev":
            done = CliRunner().invoke(app, arguments[1:])
            assert done.exit_code == 0, f"{where}: {shlex.join(arguments)}\n{done.output}"
        elif arguments[0] == "make":
            targets = re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE)
            wanted = [a for a in arguments[1:] if "=" not in a]
            assert set(wanted) <= set(targets), f"{where}: {shlex.join(arguments)}"


def _commands(script: str) -> Iterator[list[str]]:
    for line in script.replace("\\\n", " ").splitlines():
        arguments = shlex.split(line, comments=True)
        if arguments:
            yield arguments


def _check_settings(text: str, folder: Path) -> None:
    town = yaml.safe_load((folder / TOWN).read_text(encoding="utf-8"))
    file = folder / "town" / "page.yaml"
    file.write_text(yaml.safe_dump(merged(town, yaml.safe_load(text))), encoding="utf-8")
    load_experiment(file)


if __name__ == "__main__":
    run_page(Path(sys.argv[1]), Path(sys.argv[2]))
