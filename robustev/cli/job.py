"""``robustev job``: a job script for a cluster."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from robustev.cli.options import Debug, File, Json, Ranks, Settings, output_option

Scheduler: TypeAlias = Annotated[
    str, typer.Option("--scheduler", metavar="slurm|pbs", help="Whose script to print.")
]
Array: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--array",
        metavar="plans|KEY=V,V,...",
        help="An array of jobs: one for each plan, or for each value of a key of the file.",
    ),
]
Hours: TypeAlias = Annotated[
    float | None,
    typer.Option("--hours", min=1 / 60, help="Wall time; by default several times the forecast."),
]
Warn: TypeAlias = Annotated[
    int,
    typer.Option(
        "--warning",
        min=5,
        metavar="SECONDS",
        help="How long before the end of the time the run is asked to stop.",
    ),
]
Launcher: TypeAlias = Annotated[
    str,
    typer.Option(
        "--launcher",
        metavar="srun|mpiexec",
        help="srun starts the ranks by the cluster's MPI; mpiexec by robustev, on one machine.",
    ),
]
Directives: TypeAlias = Annotated[
    list[str],
    typer.Option(
        "--directive",
        metavar="OPTION",
        help="One more option of the scheduler, such as --partition=long; may be repeated.",
    ),
]
Results: TypeAlias = Annotated[
    Path | None,
    typer.Option("--results", metavar="FOLDER", help="The result folder of the job."),
]


def job(
    file: File,
    scheduler: Scheduler = "slurm",
    settings: Settings = [],  # noqa: B006 - typer's own way
    ranks: Ranks = None,
    array: Array = None,
    hours: Hours = None,
    warning: Warn = 120,
    launcher: Launcher = "srun",
    directive: Directives = [],  # noqa: B006 - typer's own way
    results: Results = None,
    output: Annotated[
        Path | None, output_option("FILE", "Write the script to a file instead of printing it.")
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Print a job script with ranks, memory and time from the size of the experiment.

    Before its time is up the job stops in order and is queued again; it goes on where it was.
    """
    from robustev.cli.session import session

    with session(debug=debug) as console:
        from robustev.cli.printing.documents import print_document
        from robustev.cli.write_job import write_job

        text = write_job(
            file, settings, scheduler=scheduler, ranks=ranks, array=array, hours=hours,
            launcher=launcher, warning=warning, directives=directive, results=results, path=output,
        )  # fmt: skip
        if as_json:
            print_document({"script": text, "file": output})
        elif output is None:
            typer.echo(text, nl=False)
        else:
            console.print(f"Job script: {output}", markup=False, soft_wrap=True)
