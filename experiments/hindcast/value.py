"""What each part of the model is worth, and where robustness pays: a table and a page.

python -m experiments.hindcast.value experiments/hindcast/brazil.yaml results/value AM ES RJ TO

The regions are optional, all by default; settings such as ``baselines=[last, half_trend]`` may
stand among them.
"""

from __future__ import annotations

import sys
from pathlib import Path

from robustev.hindcast.panel import read_panel
from robustev.hindcast.report.value import write_value_page
from robustev.hindcast.run import load_hindcast
from robustev.hindcast.value import run_variants, value_table


def main(file: str, output: str, *words: str) -> None:
    """Make every variant's plans in the regions (all by default), write rows, means and page."""
    regions = [word for word in words if "=" not in word]
    config = load_hindcast(file, [word for word in words if "=" in word])
    folder = Path(output)
    folder.mkdir(parents=True, exist_ok=True)
    rows = run_variants(
        config, read_panel(config.panel, regions or config.regions),
        told=lambda number, total: print(f"[{number}/{total}]", flush=True),
    )  # fmt: skip
    rows.to_csv(folder / "value_rows.csv", index=False)
    table = value_table(rows)
    table.to_csv(folder / "value.csv", index=False, float_format="%.5g")
    print(write_value_page(table, config, folder / "value.html"))


if __name__ == "__main__":
    main(*sys.argv[1:])
