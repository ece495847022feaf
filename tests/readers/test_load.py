"""Regions from a section of any format."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from robustev.core.errors import InputError
from robustev.readers.load import load_region

SECTIONS = [
    ({"format": "shell_ev", "demand_history": "shell_ev/Demand_History.csv",
      "infrastructure": "shell_ev/existing_EV_infrastructure_2018.csv"}, (100, 4096)),
    ({"format": "shell_ev", "demand_history": "shell_ev/Demand_History.csv", "year": 2020,
      "infrastructure": "shell_ev/plan_v_2019.csv",
      "forecast": "shell_ev/forecast_v_2019_2020.csv"}, (100, 4096)),
    ({"format": "orlib_cap", "file": "orlib_cap/cap41.cap"}, (16, 50)),
    ({"format": "orlib_cap", "file": "orlib_cap/capa.txt", "capacity": 8000}, (100, 1000)),
    ({"format": "orlib_pmed", "file": "orlib_pmed/pmed1.txt"}, (100, 100)),
    ({"format": "scflp_json", "file": "scflp/f25-c50-s64-r10-1.json"}, (25, 50)),
    ({"format": "ampl_city", "file": "iitb_mumbai/city.dat",
      "stations": "iitb_mumbai/stations.csv", "hotspots": "iitb_mumbai/hotspots.csv"}, (20, 29)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("section", "shape"), SECTIONS, ids=[str(s["format"]) for s, _ in SECTIONS]
)
def test_every_format_loads_from_its_section(
    section: dict[str, Any], shape: tuple[int, int], shared_data: Path
) -> None:
    """A section with paths relative to a folder gives a region of the known size."""
    arcs = load_region(section, shared_data).arcs
    assert (arcs.num_sites, arcs.num_zones) == shape


def test_a_section_with_faults_is_refused_key_by_key() -> None:
    with pytest.raises(InputError) as caught:
        load_region({"format": "orlib_cap", "capacity": 0, "fle": "x"})
    text = str(caught.value)
    assert all(key in text for key in ("region.orlib_cap.file", ".capacity", ".fle"))
