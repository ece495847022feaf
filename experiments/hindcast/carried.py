"""Print the errors of the last census in a panel, to carry over to regions with one census.

python -m experiments.hindcast.carried experiments/hindcast/brazil.yaml 2000
"""

from __future__ import annotations

import sys

import yaml

from robustev.hindcast.carried import errors_of_last_census
from robustev.hindcast.panel import read_panel
from robustev.hindcast.run import load_hindcast


def main(file: str, decision: str) -> None:
    """Print ``errors_of`` as it stands in the file of a hindcast."""
    config = load_hindcast(file)
    regions = read_panel(config.panel, config.regions)
    found = errors_of_last_census(regions, int(decision), config)
    numbers = {key: round(value, 4) for key, value in found.model_dump().items()}
    print(yaml.safe_dump({"errors_of": numbers}, sort_keys=False), end="")


if __name__ == "__main__":
    main(*sys.argv[1:])
