"""Stochastic capacitated facility location: region, scenarios, faults."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from robustev.core.errors import InputError
from robustev.readers.scflp_json import read_scflp_json, read_scflp_scenarios

TINY: dict[str, Any] = {
    "n_facilities": 1, "n_customers": 2, "n_scenarios": 2, "capacities": [9], "fixed_costs": [3],
    "costs": [[1, 2]], "demands": [[1, 2], [3, 4]],
}  # fmt: skip


def write(folder: Path, text: str) -> Path:
    (folder / "tiny.json").write_text(text)
    return folder / "tiny.json"


def test_published_instance(shared_data: Path) -> None:
    """25 facilities, 50 customers, 64 equally likely scenarios, in the region's order."""
    path = shared_data / "scflp" / "f25-c50-s64-r10-1.json"
    region, scenarios = read_scflp_json(path), read_scflp_scenarios(path)
    assert region.arcs.matrix().shape == (25, 50)
    assert scenarios.demand.shape == (64, 50, 1)
    assert (scenarios.zones, scenarios.types) == (region.zones.ids, region.types)
    np.testing.assert_allclose(scenarios.mean().demand[0], region.demand)


def test_costs_are_per_unit(tmp_path: Path) -> None:
    """Costs are travel as they stand, and the reference demand is the mean."""
    region = read_scflp_json(write(tmp_path, json.dumps(TINY)))
    np.testing.assert_array_equal(region.arcs.matrix(), [[1, 2]])
    np.testing.assert_array_equal(region.demand, [[2], [3]])
    np.testing.assert_array_equal(region.sites.fixed_capacity, [[9]])


FAULTS = [
    ("{", "row 1: not JSON", "no JSON"),
    ("[1]", "not a JSON object", "a list"),
    (json.dumps({**TINY, "costs": None}), "column 'costs': ", "no costs"),
    (json.dumps({k: v for k, v in TINY.items() if k != "demands"}), "missing key", "a key missing"),
    (json.dumps({**TINY, "capacities": [1, 2]}), r"shape; found \(2,\)", "a capacity more"),
    (json.dumps({**TINY, "costs": [[1], [2, 3]]}), "not an array", "a ragged table"),
    (json.dumps({**TINY, "demands": [[1, 2], [3, -4]]}), r"entry \(1, 1\)", "negative demand"),
    (json.dumps({**TINY, "n_customers": "two"}), "n_customers", "a size in words"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), [row[:2] for row in FAULTS],
                         ids=[row[2] for row in FAULTS])  # fmt: skip
def test_faults(text: str, message: str, tmp_path: Path) -> None:
    """Each fault names its key and entry, for the region and the scenarios alike."""
    for read in (read_scflp_json, read_scflp_scenarios):
        with pytest.raises(InputError, match=message):
            read(write(tmp_path, text))
