"""``robustev alternatives``: other plans that cost little more, and what each site is worth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from robustev.cli.options import (
    Debug,
    File,
    Json,
    PlanName,
    Quiet,
    Settings,
    Verbose,
    output_option,
)


def alternatives(
    file: File,
    plan: PlanName = None,
    within: Annotated[
        float,
        typer.Option(
            "--within", min=0, metavar="PERCENT", help="How much more than the best plan they cost."
        ),
    ] = 2.0,
    number: Annotated[
        int, typer.Option("--number", "-n", min=0, metavar="N", help="How many to look for.")
    ] = 3,
    sites: Annotated[
        bool, typer.Option("--sites/--no-sites", help="Say what each site is worth.")
    ] = True,
    output: Annotated[
        Path | None, output_option("FOLDER", "Write the plans and a table of sites there.")
    ] = None,
    settings: Settings = [],  # noqa: B006 - typer's own way
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = 0,
    debug: Debug = False,
) -> None:
    """Find plans within a few percent of the best that differ most, and what each site is worth."""
    from robustev.cli.session import session

    with session(quiet=quiet or as_json, verbose=verbose, debug=debug) as console:
        from robustev.cli.execute import only_plan
        from robustev.cli.printing.alternatives import print_alternatives
        from robustev.cli.printing.documents import print_document
        from robustev.config.load import load_experiment
        from robustev.experiment.alternatives import document, find_alternatives, write

        experiment = only_plan(load_experiment(file, settings), plan)
        found = find_alternatives(experiment, within=within / 100, number=number, sites=sites)
        if as_json:
            print_document(document(found))
        else:
            print_alternatives(console, found, experiment.units)
        if output is not None:
            write(found, output)
            console.print(f"Written: {output}", markup=False, soft_wrap=True)
