"""What a verification came to, for people."""

from __future__ import annotations

from rich.console import Console

from robustev.verify.finding import Finding, Verdict

HEADINGS = {
    Verdict.WRONG: ("Wrong", "bold red"),
    Verdict.PROVED: ("Proved, without the optimiser's own code", "bold green"),
    Verdict.TRUSTED: ("Taken on trust", "bold yellow"),
}


def print_findings(console: Console, findings: list[Finding]) -> None:
    """Print the findings by verdict, the bad ones first."""
    for verdict, (heading, style) in HEADINGS.items():
        chosen = [finding for finding in findings if finding.verdict is verdict]
        if chosen:
            console.print(f"{heading}:", style=style)
        for finding in chosen:
            console.print(f"  {finding.plan}: {finding.statement}", markup=False, soft_wrap=True)
    console.print(
        "Always taken on trust: that the data were read as they stand, and the model's numbers "
        "made from them.",
        style="dim",
    )
