"""``robustev simulate``: how long do drivers wait, and does a promise on it hold?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from robustev.cli.options import Debug, Json, Quiet, Settings, Source, Verbose, output_option


def simulate(
    source: Source,
    plans: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PLAN...",
            help="CSV files with a column id and one per charger kind, names of plans in RESULTS, "
            "or existing; by default every plan of RESULTS that has a promise on waiting.",
            show_default=False,
        ),
    ] = None,
    scenarios: Annotated[
        int | None,
        typer.Option(
            "--scenarios", "-n", min=1, metavar="N",
            help="Take N fresh scenarios; by default the experiment's own.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        output_option("FOLDER", "Write simulation/<plan>.json there; by default into RESULTS."),
    ] = None,
    settings: Settings = [],  # noqa: B006 - typer's own way
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = 0,
    debug: Debug = False,
) -> None:  # fmt: skip
    """Simulate the queues of a plan: waits, use of chargers, and whether a promise holds."""
    from robustev.cli.session import session

    with session(quiet=quiet or as_json, verbose=verbose, debug=debug) as console:
        from robustev.cli.printing.documents import print_document
        from robustev.cli.printing.simulate import print_simulation
        from robustev.experiment.comparison import read_source
        from robustev.experiment.simulate import simulate_plans, write_simulations

        experiment, folder = read_source(source, settings)
        found = simulate_plans(experiment, plans or (), folder=folder, number=scenarios)
        if as_json:
            print_document(found)
        for one in found:
            print_simulation(console, one)
        target = output or folder
        if target is not None:
            for path in write_simulations(found, target):
                console.print(f"Written: {path}", markup=False, soft_wrap=True)
