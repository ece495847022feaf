"""The commands of ``robustev``, one file each."""

from __future__ import annotations

from typing import Annotated

import typer

from robustev.cli import (
    alternatives,
    backtest,
    check,
    compare,
    evaluate,
    explore,
    hindcast,
    imports,
    job,
    report,
    run,
    scenarios,
    schema,
    simulate,
    solve,
    stability,
    verify,
    version,
)
from robustev.cli.options import FLAG
from robustev.cli.version import print_version

app = typer.Typer(
    name="robustev",
    help="Place and size EV charging stations so that the plan stays good over many futures.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def main_options(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            metavar=FLAG,
            help="Print the version and stop.",
            is_eager=True,
            callback=print_version,
        ),
    ] = False,
) -> None:
    """Place and size EV charging stations so that the plan stays good over many futures."""


for command in (
    check.check,
    run.run,
    compare.compare,
    evaluate.evaluate,
    simulate.simulate,
    job.job,
    alternatives.alternatives,
    verify.verify,
    report.report,
    explore.explore,
    solve.solve,
    scenarios.scenarios,
    stability.stability,
    backtest.backtest,
    hindcast.hindcast,
    schema.schema,
    version.version,
):
    app.command()(command)
app.command("import")(imports.import_)
