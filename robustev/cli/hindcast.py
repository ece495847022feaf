"""``robustev hindcast``: would plans made in the past have served what really came?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from robustev.cli.options import Debug, File, Json, Quiet, Resume, Settings, output_option


def hindcast(
    file: File,
    settings: Settings = [],  # noqa: B006 - typer's own way
    output: Annotated[
        Path | None,
        output_option("FOLDER", "Where results go; by default results/NAME."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=1, metavar="N", help="Processes; by default one a core."),
    ] = None,
    resume: Resume = False,
    as_json: Json = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Plan in past years by what was known then, and judge on what really came.

    FILE names a table of populations by zone and year, years of decision and of judgement, and
    plans. Every region of the table is tested, side by side.
    """
    from robustev.cli.session import session

    with session(quiet=quiet or as_json, debug=debug) as console:
        from robustev.cli.printing.documents import print_document
        from robustev.cli.printing.hindcast import print_summary, task_line
        from robustev.hindcast.report import write_hindcast_report
        from robustev.hindcast.run import load_hindcast, run_hindcast

        config = load_hindcast(file, settings)
        folder = output or Path("results") / config.name

        def told(number: int, total: int, document: dict[str, Any]) -> None:
            console.print(task_line(number, total, document), markup=False, soft_wrap=True)

        summary = run_hindcast(config, folder, workers=workers, resume=resume, told=told)
        print_summary(console, summary)
        if as_json:
            print_document(summary)
        report = write_hindcast_report(folder)
        console.print(f"Results: {folder}", markup=False, soft_wrap=True)
        console.print(f"Report: {report}", markup=False, soft_wrap=True)
