"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

FLAG = " "
"""Stands for the value of an option that takes none, where typer would write its type."""

File: TypeAlias = Annotated[
    Path, typer.Argument(metavar="FILE", help="The experiment file (YAML).", show_default=False)
]
Source: TypeAlias = Annotated[
    Path,
    typer.Argument(
        metavar="FILE|RESULTS",
        help="An experiment file, or a result folder, whose plans are taken as they are.",
        show_default=False,
    ),
]
PlanName: TypeAlias = Annotated[
    str | None,
    typer.Option("--plan", metavar="NAME", help="Which plan; by default the file's first."),
]
Settings: TypeAlias = Annotated[
    list[str],
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Override one key of the file, such as solve.gap=0.001; may be repeated.",
    ),
]
Ranks: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--ranks",
        min=1,
        metavar="N",
        help="MPI ranks to start (1: no MPI); short for --set solve.ranks=N.",
    ),
]
Resume: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--resume",
        metavar=FLAG,
        help="Go on with a run that did not come to its end: take what it had finished.",
    ),
]
Quiet: TypeAlias = Annotated[
    bool, typer.Option("--quiet", "-q", metavar=FLAG, help="Print nothing but errors.")
]
Verbose: TypeAlias = Annotated[
    int,
    typer.Option(
        "--verbose",
        "-v",
        count=True,
        metavar=FLAG,
        show_default=False,
        help="Log progress line by line; -vv logs everything.",
    ),
]
Json: TypeAlias = Annotated[
    bool,
    typer.Option("--json", metavar=FLAG, help="Print the answer as JSON, for other programs."),
]
Log: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--log", metavar="FILE", help="Also write the log of all ranks to FILE, as JSON lines."
    ),
]
Debug: TypeAlias = Annotated[
    bool, typer.Option("--debug", metavar=FLAG, help="Show the Python traceback of an error.")
]


def output_option(metavar: str, what: str) -> Any:
    """Return the option ``--output`` of a command, for a FILE or a FOLDER."""
    return typer.Option("--output", "-o", metavar=metavar, help=what)


def with_ranks(settings: list[str], ranks: int | None) -> list[str]:
    """Return the settings with the number of ranks among them."""
    return settings if ranks is None else [*settings, f"solve.ranks={ranks}"]
