"""Draw scenarios of every kind and write them: ``python -m tests.scenarios.processor_draws FILE``.

Run in processes of their own by `test_processors`, each with other linear algebra kernels.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from robustev.config.load import load_experiment
from robustev.config.region import make_region
from robustev.data.reduction import reduce_scenarios
from robustev.data.region import Region
from robustev.scenarios import parse_config, read_config
from robustev.scenarios.generator import generate
from tests.conftest import PROJECT
from tests.scenarios.conftest import grid_region, grown_history

SIDE = 12
SOURCES: dict[str, dict[str, Any]] = {
    "drivers": {
        "kind": "drivers", "ev_adoption": [1.0, 2.0], "population_growth": [0.0, 0.3],
        "densification": [-0.2, 0.2],
        "migration": [
            {"name": "dense", "source": {"density": "dense"}, "to": {"ring": "edge"},
             "share": [0.0, 0.4]},
            {"name": "north", "source": {"side": "north"}, "to": {"side": "east"},
             "share": [0.0, 0.4]},
        ],
        "correlations": [{"between": ["ev_adoption", "population_growth"], "value": 1.0}],
        "local_noise": {"spread": 0.5, "nugget": 0.0},
    },
    "zones": {"kind": "zones", "spread": 0.5, "spatial": {"nugget": 0.1}},
    "history": {"kind": "history", "horizon": 2},
    "bootstrap": {"kind": "history", "residuals": "bootstrap"},
}  # fmt: skip


def grid() -> Region:
    """Return a square grid, whose correlations have many equal eigenvalues."""
    return grid_region(SIDE, ("demand",), history=grown_history(SIDE))


def shipped() -> Region:
    """Return the region that ships with the project."""
    return make_region(load_experiment(PROJECT / "experiments" / "randstad.yaml", []))


def drawn() -> dict[str, np.ndarray]:  # type: ignore[type-arg]
    """Return demand by name, and what reductions of it keep."""
    sets = {
        name: generate(grid(), parse_config({"source": source}), num_scenarios=16, seed=3)
        for name, source in SOURCES.items()
    }
    wide = read_config(PROJECT / "scenarios" / "uncertain_everything.yaml")
    sets["shipped"] = generate(shipped(), wide, num_scenarios=16, seed=3)
    mirrored = parse_config({"source": SOURCES["zones"], "sampling": "antithetic"})
    sets["mirrored"] = generate(grid(), mirrored, num_scenarios=16, seed=3)
    found = {name: one.demand for name, one in sets.items()}
    for name, one in sets.items():
        for method in ("fast_forward", "k_medoids"):
            reduced = reduce_scenarios(one, 5, method)  # type: ignore[arg-type]
            found[f"{name}, {method}"] = reduced.scenarios.demand
            found[f"{name}, {method}, weights"] = reduced.scenarios.probability
    return found


if __name__ == "__main__":
    np.savez(sys.argv[1], **drawn())  # type: ignore[arg-type]
