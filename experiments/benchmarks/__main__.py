"""Run benchmark cases: ``python -m experiments.benchmarks [CASE ...]``; see ``--help``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from experiments.benchmarks.figures import Figures
from experiments.benchmarks.methods import METHODS
from experiments.benchmarks.registry import Case, select
from experiments.benchmarks.runner import run
from experiments.benchmarks.table import Report

WIDTH = 150

app = typer.Typer(add_completion=False)

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="CASE...", help="Names or beginnings of names; absent for all."),
]
Listing = Annotated[bool, typer.Option("--list", help="List the cases and run none.")]
Methods = Annotated[
    str, typer.Option(metavar="A,B", help="Only these methods, even where a case leaves them out.")
]
Seconds = Annotated[float | None, typer.Option(help="Another time limit for every method.")]
JsonFile = Annotated[
    Path | None, typer.Option("--json", help="Write the figures here, after every case.")
]
Markdown = Annotated[
    Path | None,
    typer.Option(help="Write one table here, between its marks if the file has them."),
]
Stored = Annotated[
    list[Path] | None,
    typer.Option("--from", help="Run nothing: take figures that --json wrote; may be repeated."),
]


@app.command()
def main(
    names: Names = None,
    listing: Listing = False,
    methods: Methods = "",
    seconds: Seconds = None,
    json_file: JsonFile = None,
    markdown: Markdown = None,
    stored: Stored = None,
) -> None:
    """Run methods side by side, each in processes of its own, and print a table for each case.

    `unit shell-100` also gives times in U, the time of one full Shell.ai scenario as a model.
    """
    console = Console(width=WIDTH, highlight=False)
    chosen, only = _select(names or ()), _methods(methods)
    if listing:
        for case in chosen:
            console.print(f"{case.name}: {', '.join(case.methods)}; gap {case.gap:g}")
        return
    if seconds is not None:
        chosen = [replace(case, seconds=seconds) for case in chosen]
    figures: list[Figures] = []
    for news in _stored(stored) if stored else _measured(console, chosen, only):
        figures += news
        if json_file is not None:
            json_file.write_text(json.dumps([asdict(f) for f in figures], indent=1))
        if news:
            console.print(Report(figures).table(news[-1].case))
    if markdown is not None:
        Report(figures).write(markdown)


def _measured(
    console: Console, chosen: Sequence[Case], only: Sequence[str]
) -> Iterator[list[Figures]]:
    """Yield the figures of each case as they are measured."""
    for case in chosen:
        if not case.available:
            console.print(f"{case.name}: skipped, its data are not here")
            continue
        yield [run(case, method) for method in only or case.methods]


def _stored(paths: Sequence[Path]) -> Iterator[list[Figures]]:
    """Yield the figures of each case from files."""
    figures = [Figures(**record) for path in paths for record in json.loads(path.read_text())]
    for case in Report(figures).cases:
        yield [f for f in figures if f.case == case]


def _select(names: Sequence[str]) -> list[Case]:
    try:
        return select(names)
    except KeyError as unknown:
        known = ", ".join(case.name for case in select(()))
        raise typer.BadParameter(f"no case is called {unknown}; there are: {known}") from None


def _methods(text: str) -> list[str]:
    methods = [name for name in text.split(",") if name]
    for name in methods:
        if name not in METHODS:
            raise typer.BadParameter(f"no method {name!r}; there are: {', '.join(METHODS)}")
    return methods


if __name__ == "__main__":
    app()
