"""``robustev import``: tables of zones, sites or roads from files that others publish."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from robustev.cli.options import Debug, Json


def import_(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help="afdc, bundesnetzagentur, ocpi, open-charge-map (registers of stations), "
            "osm-places, osm-roads (OpenStreetMap), raster (population), census (polygons and a "
            "table), sessions (of charging).",
            show_default=False,
        ),
    ],
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The published file.", show_default=False)
    ],
    settings: Annotated[
        list[str],
        typer.Option(
            "--set", metavar="KEY=VALUE", help="One option of the importer; may be repeated."
        ),
    ] = [],  # noqa: B006 - typer's own way
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FOLDER", help="Where the tables go.")
    ] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Replace tables that are there.")] = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Make tables of zones, sites or roads from a published file, telling every rule used."""
    from robustev.cli.session import session

    with session(debug=debug) as console:
        from robustev.cli.printing.documents import print_document
        from robustev.experiment.imports import import_file

        done = import_file(kind, file, settings, output, force=force)
        if as_json:
            print_document(done)
            return
        for target, rows in done.written.items():
            console.print(f"{target}: {rows:,} rows", markup=False, soft_wrap=True)
        for note in done.notes:
            console.print(f"  - {note}", markup=False, soft_wrap=True)
