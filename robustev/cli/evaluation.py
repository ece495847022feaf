"""The answer of ``robustev evaluate``: one row per plan."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from robustev.cli.numbers import percent, short
from robustev.compare.schema import PlanFigures
from robustev.experiment.evaluation import Evaluated


def print_evaluated(console: Console, evaluated: Evaluated) -> None:
    """Print cost, its spread, unserved demand, use and travel of every plan."""
    trial = evaluated.judged.trial
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("plan", no_wrap=True)
    for heading in ("mean cost", "CVaR 90", "worst", "unserved", "used", "mean travel"):
        table.add_column(heading, justify="right", no_wrap=True)
    for one in trial.plans:
        table.add_row(
            one.plan, short(one.mean.value), short(one.cvar90.value), short(one.worst.value),
            percent(one.unserved_share.value), percent(one.utilisation.value),
            short(one.travel.mean.value),
        )  # fmt: skip
    console.print(f"{trial.num_scenarios} {trial.title}.", markup=False)
    console.print(table)
    for one in trial.plans:
        console.print(f"{one.plan}: {sentence(one)}", markup=False)


def sentence(one: PlanFigures) -> str:
    """Return how sure the mean cost is, and how far the served go."""
    if one.mean.value is None:
        return one.mean.how
    found = one.mean.interval
    text = "" if found is None else f"mean cost {short(found[0])} to {short(found[1])} (95 %); "
    return (
        f"{text}half of the demand travels {short(one.travel.p50.value)} or less, nine tenths "
        f"{short(one.travel.p90.value)} or less"
    )
