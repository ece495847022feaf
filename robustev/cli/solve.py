"""``robustev solve``: make one plan and print it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from robustev.cli.options import (
    Debug,
    File,
    Json,
    PlanName,
    Quiet,
    Ranks,
    Settings,
    Verbose,
    output_option,
    with_ranks,
)


def solve(
    file: File,
    plan: PlanName = None,
    settings: Settings = [],  # noqa: B006 - typer's own way
    output: Annotated[
        Path | None,
        output_option("FOLDER", "Also write a result folder, to this place."),
    ] = None,
    ranks: Ranks = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = 0,
    debug: Debug = False,
) -> None:
    """Make one plan of an experiment and print its stations; write nothing unless asked to."""
    from robustev.cli.session import leave, session

    with session(quiet=quiet or as_json, verbose=verbose, debug=debug) as console:
        from robustev.cli.execute import execute, only_plan, start_ranks
        from robustev.cli.printing.documents import outcome_document, print_document
        from robustev.cli.printing.run import print_outcome, print_plan
        from robustev.config.load import load_experiment
        from robustev.model.instance import with_levels

        experiment = only_plan(load_experiment(file, with_ranks(settings, ranks)), plan)
        code, ready = start_ranks(experiment, sys.argv[1:], console, folder=output)
        if code is None:
            outcome, code = execute(
                experiment, console, folder=output, write=output is not None, ready=ready
            )
            for name, result in outcome.results.items():
                if result.plan is not None:
                    spec = experiment.plans[name]
                    print_plan(console, result.plan, with_levels(outcome.region, spec.model), spec)
            print_outcome(console, outcome)
            if as_json:
                print_document(outcome_document(outcome))
        leave(code)
