"""``robustev schema``: every field of an experiment file."""

from __future__ import annotations

from typing import Annotated

import typer

from robustev.cli.options import FLAG


def schema(
    as_json: Annotated[
        bool,
        typer.Option(
            "--json",
            metavar=FLAG,
            help="Print the JSON schema, which editors use to check files.",
        ),
    ] = False,
) -> None:
    """Print every field of an experiment file: its type, default and meaning."""
    from robustev.config import reference

    typer.echo(reference.json_schema() if as_json else reference.markdown())
