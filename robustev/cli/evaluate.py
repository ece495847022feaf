"""``robustev evaluate``: how does any plan fare on any scenarios?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from robustev.cli.options import Debug, Json, Quiet, Settings, Source, Verbose, output_option


def evaluate(
    source: Source,
    plans: Annotated[
        list[str],
        typer.Argument(
            metavar="PLAN...",
            help="CSV files with a column id and one per charger kind, names of plans in RESULTS, "
            "or existing.",
            show_default=False,
        ),
    ],
    scenarios: Annotated[
        int | None,
        typer.Option(
            "--scenarios",
            "-n",
            min=1,
            metavar="N",
            help="Judge on N fresh scenarios; by default on the experiment's own.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        output_option("FOLDER", "Write tables into this folder."),
    ] = None,
    settings: Settings = [],  # noqa: B006 - typer's own way
    ranks: Annotated[
        int, typer.Option("--ranks", min=1, metavar="N", help="MPI ranks to share the work.")
    ] = 1,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = 0,
    debug: Debug = False,
) -> None:
    """Evaluate plans of any origin exactly: cost, unserved demand, travel, use of every site."""
    from robustev.cli.session import leave, session

    with session(quiet=quiet or as_json, verbose=verbose, debug=debug) as console:
        from robustev.cli.printing.documents import print_document
        from robustev.cli.printing.evaluate import print_evaluated
        from robustev.experiment.comparison import read_source
        from robustev.experiment.evaluate import evaluate_plans, write_evaluated
        from robustev.parallel import launch
        from robustev.parallel import ranks as here
        from robustev.parallel.world import under_mpi

        if ranks > 1 and not under_mpi():
            leave(launch.relaunch(sys.argv[1:], ranks, notify=lambda text: console.print(text)))
        experiment, folder = read_source(source, settings)
        found = evaluate_plans(experiment, plans, folder=folder, number=scenarios)
        print_evaluated(console, found, experiment.units)
        if as_json:
            print_document({"trial": found.judged.trial, "violations": found.violations})
        if output is not None and here.rank() == 0:
            write_evaluated(found, output)
            console.print(f"Tables: {output}", markup=False, soft_wrap=True)
        leave(0)
