"""The answer of a comparison: the sentence, the table, what supports it, what limits it."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from robustev.assess.schema import Comparison, OutOfSampleTest
from robustev.cli.printing.tables import plain_table, print_table
from robustev.core.formatting import percent, rounded
from robustev.core.units import Units


def print_comparison(console: Console, comparison: Comparison, units: Units) -> None:
    """Print the comparison for people."""
    console.print()
    console.print(comparison.headline.answer, style="bold", markup=False)
    console.print()
    print_table(console, trial_table(comparison.trials[0], comparison))
    if units.sentence():
        console.print(units.sentence(), style="dim", markup=False)
    for heading, sentences in (
        ("What supports it", comparison.headline.evidence),
        ("What limits it", comparison.headline.cautions),
    ):
        if sentences:
            console.print(f"\n{heading}:", style="bold")
        for sentence in sentences:
            console.print(f"  - {sentence}", markup=False)


def trial_table(trial: OutOfSampleTest, comparison: Comparison) -> Table:
    """Return one row per plan: spending, cost, its spread, mean regret, unserved demand."""
    spend = {facts.plan: facts.spend for facts in comparison.plans}
    headings = ("spend", "mean cost", "worst 10 %", "worst", "mean regret", "unserved")
    table = plain_table(["plan"], headings)
    for one in trial.plans:
        table.add_row(
            one.plan, rounded(spend.get(one.plan)), rounded(one.mean.value),
            rounded(one.cvar90.value), rounded(one.worst.value), rounded(one.mean_regret.value),
            percent(one.unserved_share.value),
        )  # fmt: skip
    return table
