"""The answer of ``robustev evaluate``: one row per plan."""

from __future__ import annotations

from rich.console import Console

from robustev.assess.schema import PlanFigures
from robustev.cli.printing.tables import plain_table, print_table
from robustev.core.formatting import percent, rounded
from robustev.core.units import Units
from robustev.experiment.evaluate import Evaluated


def print_evaluated(console: Console, evaluated: Evaluated, units: Units) -> None:
    """Print cost, its spread, unserved demand, use and travel of every plan."""
    trial = evaluated.judged.trial
    headings = ("mean cost", "worst 10 %", "worst", "unserved", "used", "mean travel")
    table = plain_table(["plan"], headings)
    for one in trial.plans:
        table.add_row(
            one.plan, rounded(one.mean.value), rounded(one.cvar90.value), rounded(one.worst.value),
            percent(one.unserved_share.value), percent(one.utilisation.value),
            rounded(one.travel.mean.value),
        )  # fmt: skip
    console.print(f"{trial.num_scenarios} {trial.title}.", markup=False)
    print_table(console, table)
    if units.sentence():
        console.print(units.sentence(), style="dim", markup=False)
    for one in trial.plans:
        console.print(f"{one.plan}: {sentence(one)}", markup=False)
        for text in evaluated.violations[one.plan]:
            console.print(f"{one.plan} breaks a limit: {text}", style="yellow", markup=False)


def sentence(one: PlanFigures) -> str:
    """Return how sure the mean cost is, and how far the served go."""
    if one.mean.value is None:
        return one.mean.how
    if one.travel.p50.value is None:
        return "it serves nobody"
    found = one.mean.interval
    text = "" if found is None else f"mean cost {rounded(found[0])} to {rounded(found[1])} (95 %); "
    return (
        f"{text}half of the demand travels {rounded(one.travel.p50.value)} or less, nine tenths "
        f"{rounded(one.travel.p90.value)} or less"
    )
