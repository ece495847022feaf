"""The scores of a backtest, for people."""

from __future__ import annotations

import pandas as pd
from rich.console import Console

from robustev.cli.printing.tables import plain_table, print_table
from robustev.core.formatting import count
from robustev.scenarios.calibration.backtest import Backtest

MODELS = {
    "gaussian": "fitted",
    "shuffled": "fitted, shuffled",
    "bootstrap": "fitted, past maps",
    "independent": "fitted, zones apart",
    "linear": "line, all years",
    "linear_5y": "line, 5 years",
    "linear_3y": "line, 3 years",
}
HEADINGS = (
    "CRPS", "energy", "PIT", "zones\n50 %", "\n90 %", "blocks\n50 %", "\n90 %", "region\n90 %",
)  # fmt: skip
COVERED = ("cover50_zone", "cover90_zone", "cover50_block", "cover90_block", "cover90_region")

LEGEND = (
    "CRPS (per zone) and energy score (whole map): lower is better, in demand units. PIT: slope of "
    "the histogram, 0 is unbiased. The last columns: how often 50 and 90 % intervals held what "
    "came. fitted: neighbours err alike; past maps: whole maps of past errors; zones apart: errors "
    "without neighbours; shuffled: the first model with its zones out of step. line: a straight "
    "line with the spread that scores best in hindsight. Few past years make all of this uncertain."
)


def print_scores(console: Console, tested: Backtest) -> None:
    """Print one table per horizon: errors, scores of the whole map, and what intervals covered."""
    origins = tested.table.groupby("horizon")["origin"].nunique()
    for horizon, rows in tested.summary().groupby("horizon", sort=True):
        years, past = count(int(str(horizon)), "year"), count(int(origins[horizon]), "past year")
        console.print(f"\n{years} ahead, mean over forecasts from {past}:", style="bold")
        table = plain_table(["model"], HEADINGS)
        for row in rows.to_dict("records"):
            covered = [f"{row[name]:.0%}" for name in COVERED]
            scores = [f"{row['crps_zone']:.4g}", f"{row['energy']:.4g}", f"{row['pit_slope']:+.2f}"]
            table.add_row(MODELS.get(str(row["model"]), str(row["model"])), *scores, *covered)
        print_table(console, table)
        _print_luck(console, rows[rows["model"] == "gaussian"].iloc[0])
    console.print(f"\n{LEGEND}", style="dim")


def _print_luck(console: Console, fitted: pd.Series) -> None:
    zones, blocks = (
        f"{fitted[f'right90_{place}_low']:.0%} to {fitted[f'right90_{place}_high']:.0%} of {place}s"
        for place in ("zone", "block")
    )
    console.print(
        f"Were the fitted forecast right, 90 % intervals would hold {zones} and {blocks} in a "
        "single year."
    )
