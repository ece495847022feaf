"""``robustev run``: make every plan of an experiment and write the result folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from robustev.cli.options import (
    FLAG,
    Debug,
    File,
    Json,
    Log,
    Quiet,
    Ranks,
    Resume,
    Settings,
    Verbose,
    output_option,
    with_ranks,
)


def run(
    file: File,
    settings: Settings = [],  # noqa: B006 - typer's own way
    output: Annotated[
        Path | None,
        output_option(
            "FOLDER",
            "The result folder; by default results/<experiment>. Earlier results there are "
            "replaced as a whole, once the new ones are complete.",
        ),
    ] = None,
    keep: Annotated[
        bool,
        typer.Option(
            "--keep", metavar=FLAG, help="Keep earlier results: write to FOLDER-2, FOLDER-3, ..."
        ),
    ] = False,
    plan: Annotated[
        str | None, typer.Option("--plan", metavar="NAME", help="Make this plan alone.")
    ] = None,
    resume: Resume = False,
    ranks: Ranks = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = 0,
    log: Log = None,
    debug: Debug = False,
) -> None:
    """Make every plan of an experiment and write the result folder.

    Ctrl-C stops in order and keeps the best plan so far, with its true gap.
    """
    from robustev.cli.session import leave, session

    with session(quiet=quiet or as_json, verbose=verbose, debug=debug, log=log) as console:
        from robustev.cli.execute import carry_out, only_plan
        from robustev.cli.printing.documents import outcome_document, print_document
        from robustev.config.load import load_experiment

        experiment = load_experiment(file, with_ranks(settings, ranks))
        if plan is not None:
            experiment = only_plan(experiment, plan)
        outcome, code = carry_out(experiment, console, folder=output, keep=keep, resume=resume)
        if as_json and outcome is not None:
            print_document(outcome_document(outcome))
        leave(code)
