"""``robustev compare``: is the robust plan really better?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from robustev.cli.options import Debug, Quiet, Ranks, Settings, Verbose, with_ranks


def compare(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="FILE|RESULTS",
            help="An experiment file, or a result folder whose plans are taken as they are.",
            show_default=False,
        ),
    ],
    settings: Settings = [],  # noqa: B006 - typer's own way
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FOLDER",
            help="The result folder; by default results/<experiment>, or RESULTS itself.",
        ),
    ] = None,
    excel: Annotated[
        Path | None,
        typer.Option("--excel", metavar="FILE", help="Also write the tables as an Excel workbook."),
    ] = None,
    ranks: Ranks = None,
    quiet: Quiet = False,
    verbose: Verbose = 0,
    debug: Debug = False,
) -> None:
    """Make the plans of an experiment and judge them all on the same fresh scenarios.

    Standard plans (nominal, nominal with a margin, the existing network) join those of the file.
    """
    from robustev.cli.session import leave, session

    with session(quiet=quiet, verbose=verbose, debug=debug) as console:
        from robustev.cli.answer import print_comparison
        from robustev.cli.execute import execute, start_ranks
        from robustev.cli.summary import print_outcome
        from robustev.experiment.load import load_experiment
        from robustev.experiment.standard import with_comparison
        from robustev.experiment.stored import is_result_folder, stored_experiment

        known = source if is_result_folder(source) else None
        read = load_experiment if known is None else stored_experiment
        experiment = with_comparison(read(source, with_ranks(settings, ranks)))
        target = output or known
        code = start_ranks(experiment, sys.argv[1:], console, folder=target)
        if code is None:
            outcome, code = execute(experiment, console, folder=target, known=known)
            print_outcome(console, outcome)
            if outcome.comparison is not None:
                print_comparison(console, outcome.comparison.comparison, experiment.units)
                if excel is not None:
                    from robustev.compare.tables import write_excel

                    write_excel(outcome.comparison.comparison, excel)
        leave(code)
