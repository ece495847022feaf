"""``robustev scenarios``: the futures of an experiment, with figures and pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from robustev.cli.options import Debug, File, Json, Quiet, Settings, output_option


def scenarios(
    file: File,
    settings: Settings = [],  # noqa: B006 - typer's own way
    output: Annotated[
        Path | None,
        output_option("FOLDER", "The folder; by default results/<experiment>-scenarios."),
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Draw the scenarios of an experiment; write them, their summary and pictures. Solve nothing.

    FOLDER/scenarios.html shows the fan of totals, maps, drivers and likeness by distance.
    """
    from robustev.cli.session import session

    with session(quiet=quiet or as_json, debug=debug, notes=True) as console:
        from robustev.cli.printing.documents import print_document
        from robustev.cli.printing.scenarios import print_scenarios
        from robustev.config.load import load_experiment
        from robustev.experiment.scenarios import write_experiment_scenarios

        experiment = load_experiment(file, settings)
        with console.status("drawing scenarios"):
            made, folder = write_experiment_scenarios(experiment, output)
        print_scenarios(console, made, experiment.scenarios)
        if as_json:
            drawn = made.scenarios
            print_document({
                "folder": folder, "scenarios": drawn.names, "probability": drawn.probability,
                "types": drawn.types, "total_demand": drawn.totals(), "notes": made.notes,
            })  # fmt: skip
        console.print(f"Scenarios: {folder}", markup=False, soft_wrap=True)
        console.print(f"Pictures: {folder / 'scenarios.html'}", markup=False, soft_wrap=True)
