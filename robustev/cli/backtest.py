"""``robustev backtest``: would forecasts made in the past have held?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from robustev.cli.options import Debug, File, Json, Quiet, Settings, output_option


def backtest(
    file: File,
    settings: Settings = [],  # noqa: B006 - typer's own way
    horizon: Annotated[
        list[int],
        typer.Option(
            "--horizon", min=1, metavar="YEARS", help="Years ahead to test; may be repeated."
        ),
    ] = [1, 2],  # noqa: B006 - typer's own way
    output: Annotated[
        Path | None,
        output_option("FILE", "Also write every score, one row each, as CSV."),
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Forecast from every past year of the region's history, and score against what came.

    Compares the fitted forecast with independent zones and with straight lines. Needs a
    history of five years or more.
    """
    from robustev.cli.session import session

    with session(quiet=quiet or as_json, debug=debug) as console:
        from robustev.cli.printing.backtest import print_scores
        from robustev.cli.printing.documents import print_document
        from robustev.config.load import load_experiment
        from robustev.config.region import make_region
        from robustev.scenarios.calibration.backtest import backtest_region

        region = make_region(load_experiment(file, settings))
        with console.status("forecasting from every past year"):
            tested = backtest_region(region, horizons=sorted(set(horizon)))
        if output is not None:
            tested.table.to_csv(output, index=False)
        print_scores(console, tested)
        if as_json:
            print_document({"scores": tested.table})
        if output is not None:
            console.print(f"Scores: {output}", markup=False, soft_wrap=True)
