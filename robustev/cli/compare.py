"""``robustev compare``: is the robust plan really better?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from robustev.cli.options import (
    Debug,
    Json,
    Log,
    Quiet,
    Ranks,
    Resume,
    Settings,
    Source,
    Verbose,
    output_option,
    with_ranks,
)


def compare(
    source: Source,
    settings: Settings = [],  # noqa: B006 - typer's own way
    output: Annotated[
        Path | None,
        output_option(
            "FOLDER", "The result folder; by default results/<experiment>, or RESULTS itself."
        ),
    ] = None,
    excel: Annotated[
        Path | None,
        typer.Option("--excel", metavar="FILE", help="Also write the tables as an Excel workbook."),
    ] = None,
    resume: Resume = False,
    ranks: Ranks = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = 0,
    log: Log = None,
    debug: Debug = False,
) -> None:
    """Make the plans of an experiment and judge them all on the same fresh scenarios.

    Standard plans (nominal, nominal with a margin, the existing network) join those of the file.
    """
    from robustev.cli.session import leave, session

    with session(quiet=quiet or as_json, verbose=verbose, debug=debug, log=log) as console:
        from robustev.assess.tables import write_excel
        from robustev.cli.execute import carry_out
        from robustev.cli.printing.documents import outcome_document, print_document
        from robustev.config.standard import with_comparison
        from robustev.experiment.comparison import read_source
        from robustev.parallel.ranks import rank

        experiment, known = read_source(source, with_ranks(settings, ranks))
        outcome, code = carry_out(
            with_comparison(experiment), console, folder=output or known, known=known, resume=resume
        )
        if as_json and outcome is not None:
            print_document(outcome_document(outcome))
        compared = None if outcome is None else outcome.comparison
        if excel is not None and compared is not None and rank() == 0:
            write_excel(compared.comparison, excel)
        leave(code)
