"""What a scenario set holds, for people."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from robustev.cli.printing.tables import plain_table, print_table
from robustev.core.formatting import count, percent, precise
from robustev.scenarios.config import ScenarioConfig
from robustev.scenarios.generator import Generated
from robustev.scenarios.summary import driver_summary, total_summary

MAX_DRIVERS = 8
QUANTILES = ("q05", "q50", "q95")


def print_scenarios(console: Console, made: Generated, config: ScenarioConfig) -> None:
    """Print totals and drivers of the full set, what a reduction lost, and repairs."""
    console.print(_how_many(made, config), markup=False)
    print_table(console, _totals(made))
    drivers = driver_summary(made.full)
    if not drivers.empty:
        print_table(console, _drivers(made))
        hidden = len(drivers) - MAX_DRIVERS
        if hidden > 0:
            console.print(f"and {count(hidden, 'more driver')}", style="dim")
    for note in made.notes:
        console.print(f"Note: {note}", style="yellow", markup=False)


def _how_many(made: Generated, config: ScenarioConfig) -> str:
    text = f"{count(len(made.full), 'scenario')}, {config.sampling.replace('_', ' ')} draws"
    if made.reduction is not None:
        lost = percent(made.reduction.relative_error)
        kept = len(made.reduction.kept)
        text += f"; {kept} of them stand for all, at {lost} of the error of a single one"
    if config.stress:
        text += f"; {count(len(config.stress), 'stress scenario')} besides"
    return text + "."


def _totals(made: Generated) -> Table:
    table = plain_table(["total demand"], ["mean", "spread", "5 %", "median", "95 %"])
    for row in total_summary(made.full).to_dict("records"):
        figures = [precise(row[name]) for name in QUANTILES]
        table.add_row(row["type"], precise(row["mean"]), percent(row["relative_std"]), *figures)
    return table


def _drivers(made: Generated) -> Table:
    table = plain_table(["driver"], ["tie to total", "5 %", "median", "95 %"])
    for row in driver_summary(made.full).head(MAX_DRIVERS).to_dict("records"):
        figures = [f"{row[name]:.4g}" for name in QUANTILES]
        table.add_row(str(row["driver"]), f"{row['rank_correlation']:+.2f}", *figures)
    return table
