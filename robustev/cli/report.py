"""``robustev report``: one offline HTML file from a result folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from robustev.cli.options import Debug, Json, Quiet, output_option


def report(
    results: Annotated[
        Path,
        typer.Argument(
            metavar="RESULTS",
            help="The result folder, such as results/randstad.",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path | None,
        output_option("FILE", "The HTML file; by default RESULTS/report.html."),
    ] = None,
    texts: Annotated[
        Path | None,
        typer.Option(
            "--texts",
            metavar="FILE",
            help="A translation of the report's texts (YAML).",
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Write the report of a result folder: a page that opens in any browser, without network."""
    from robustev.cli.session import session

    with session(quiet=quiet or as_json, debug=debug) as console:
        from robustev.cli.printing.documents import print_document
        from robustev.core.errors import InputError
        from robustev.hindcast.folder import HindcastFolder
        from robustev.hindcast.report import write_hindcast_report
        from robustev.report import write_report

        if HindcastFolder(results).is_finished:
            if texts is not None:
                raise InputError("--texts: the report of a hindcast is in English alone")
            path = write_hindcast_report(results, output)
        else:
            path = write_report(results, output, texts=texts)
        console.print(f"Report: {path}", soft_wrap=True)
        if as_json:
            print_document({"report": path})
