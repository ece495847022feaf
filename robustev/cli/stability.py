"""``robustev stability``: how many scenarios are enough?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from robustev.cli.options import (
    Debug,
    File,
    Json,
    Log,
    PlanName,
    Quiet,
    Resume,
    Settings,
    Verbose,
    output_option,
)


def stability(
    file: File,
    counts: Annotated[
        str,
        typer.Option("--counts", metavar="N,N,...", help="Numbers of scenarios to try."),
    ] = "5,10,20,40",
    repetitions: Annotated[
        int, typer.Option(min=2, help="Draws of each number, each solved anew.")
    ] = 4,
    fresh: Annotated[int, typer.Option(min=1, help="Scenarios that judge every plan.")] = 500,
    tolerance: Annotated[
        float, typer.Option(min=0.0, help="Relative spread of cost that is small enough.")
    ] = 0.02,
    gap: Annotated[float, typer.Option(min=0.0, help="Proven gap of every solve.")] = 0.01,
    time_limit: Annotated[float, typer.Option(min=1.0, help="Most seconds for one solve.")] = 60.0,
    plan: PlanName = None,
    settings: Settings = [],  # noqa: B006 - typer's own way
    output: Annotated[
        Path | None,
        output_option("FILE", "Also write every solve, one row each, as CSV."),
    ] = None,
    resume: Resume = False,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = 0,
    log: Log = None,
    debug: Debug = False,
) -> None:
    """Find how many scenarios are enough: solve with other draws, compare plans and costs.

    Makes a plan by benders for every number of scenarios and every repetition. Finished solves are
    kept until the study has ended, so that one which was stopped can be gone on with.
    """
    from robustev.cli.session import session

    with session(quiet=quiet or as_json, verbose=verbose, debug=debug, log=log) as console:
        from robustev.cli.execute import only_plan
        from robustev.cli.printing.documents import print_document
        from robustev.cli.printing.stability import numbers, print_stability, solve_log
        from robustev.config.load import load_experiment
        from robustev.experiment.stability import experiment_stability

        sizes = numbers(counts)
        experiment = only_plan(load_experiment(file, settings), plan)
        spec = next(iter(experiment.plans.values()))
        base = output or Path("results") / experiment.name
        target = base.with_name(f"{base.name}-stability").resolve()
        with solve_log(console, sizes, repetitions) as solves:
            found = experiment_stability(
                experiment, spec, sizes, repetitions=repetitions, fresh=fresh,
                tolerance=tolerance, gap=gap, time_limit=time_limit, on_solved=solves,
                target=target, resume=resume,
            )  # fmt: skip
        if output is not None:
            found.runs.to_csv(output, index=False)
        print_stability(console, found, solves, tolerance)
        if as_json:
            print_document(found)
        if output is not None:
            console.print(f"Solves: {output}", markup=False, soft_wrap=True)
