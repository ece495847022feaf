"""``robustev verify``: recompute results without the optimiser's own code."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from robustev.cli.options import Debug, Json, Quiet


def verify(
    results: Annotated[
        Path, typer.Argument(metavar="RESULTS", help="The result folder.", show_default=False)
    ],
    scenarios: Annotated[
        int | None,
        typer.Option(
            "--scenarios",
            min=1,
            metavar="N",
            help="Scenarios of each plan to recompute, drawn at random; by default all of a small "
            "result and ten of a large one.",
        ),
    ] = None,
    plan: Annotated[
        list[str] | None,
        typer.Option("--plan", metavar="NAME", help="Only this plan; may be repeated."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the random choice.")] = 0,
    seconds: Annotated[
        float,
        typer.Option(
            "--seconds", min=1.0, help="Most time to derive the lower bound of each plan anew."
        ),
    ] = 120.0,
    rules: Annotated[
        Path | None,
        typer.Option(
            "--with",
            metavar="FILE",
            help="A Python file with rules and risk measures of your own, which is run.",
        ),
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Check every plan's feasibility, cost and lower bound without the optimiser's own code.

    Says what it proved and what it took on trust. The exit code is 1 if something is wrong.
    """
    from robustev.cli.session import FAILED, leave, session

    with session(quiet=quiet or as_json, debug=debug) as console:
        from robustev.cli.printing.documents import print_document
        from robustev.cli.printing.verify import print_findings
        from robustev.verify.finding import Verdict
        from robustev.verify.rules import load_rules
        from robustev.verify.verify import verify as verify_folder

        with console.status("recomputing costs and bounds"):
            findings = verify_folder(
                results, num_scenarios=scenarios, seed=seed, plans=plan or None, seconds=seconds,
                rules=[] if rules is None else load_rules(rules),
            )  # fmt: skip
        print_findings(console, findings)
        if as_json:
            print_document({"findings": findings})
        leave(FAILED if any(f.verdict is Verdict.WRONG for f in findings) else 0)
