"""``robustev explore``: a local page for what-if questions about a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from robustev.cli.options import FLAG, Debug, Quiet


def explore(
    results: Annotated[
        Path,
        typer.Argument(
            metavar="RESULTS",
            help="The result folder, such as results/randstad.",
            show_default=False,
        ),
    ],
    plan: Annotated[
        str | None,
        typer.Option(
            "--plan",
            metavar="NAME",
            help="The plan to begin with; by default the first one.",
            show_default=False,
        ),
    ] = None,
    port: Annotated[
        int, typer.Option("--port", metavar="NUMBER", help="Port to serve on; 0 takes a free one.")
    ] = 8371,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", metavar=FLAG, help="Do not open a browser.")
    ] = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Ask what-if questions on a local page: lock sites, move budget and demand.

    The page is served on this machine alone. Ctrl-C ends it.
    """
    from robustev.cli.session import session

    with session(quiet=quiet, debug=debug) as console:
        from robustev.explore.serve import serve

        def ready(address: str) -> None:
            console.print(f"What if: {address} (Ctrl-C ends it)", soft_wrap=True)
            if not no_browser:
                typer.launch(address)

        serve(results, plan=plan, port=port, ready=ready)
