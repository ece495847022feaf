"""Fixtures shared by all tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is no fault of the code.
settings.register_profile("robustev", deadline=None)
settings.load_profile("robustev")

PROJECT = Path(__file__).resolve().parent.parent
SHARED_DATA = PROJECT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of benchmark instances that others wrote; the test skips where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the benchmark instances are not there: {SHARED_DATA}")
    return SHARED_DATA


TINY_ZONES = "id,x,y,demand\na,0,0,10\nb,4,0,6\nc,9,0,3\n"
TINY_SITES = "id,x,y,slots,opening_cost\nwest,0,0,4,5\neast,8,0,4,5\n"
TINY_EXPERIMENT = """\
name: tiny
seed: 3
region:
  format: tables
  zones: data/zones.csv
  sites: data/sites.csv
  chargers:
    - {name: fast, capacity: 8, cost: 2}
scenarios:
  number: 4
model:
  unserved_penalty: 50
solve:
  method: benders
  gap: 1e-3
"""


@pytest.fixture
def experiment_file(tmp_path: Path) -> Path:
    """An experiment file with its data: three zones on a line, two sites, four scenarios."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "zones.csv").write_text(TINY_ZONES)
    (tmp_path / "data" / "sites.csv").write_text(TINY_SITES)
    path = tmp_path / "tiny.yaml"
    path.write_text(TINY_EXPERIMENT)
    return path
