"""Fixtures shared by all tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from robustev.experiment.run import run_experiment
from robustev.report import ResultFolder, read_results

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


# Names with what HTML and scripts would trip over.
REPORTED_ZONES = 'id,x,y,demand,group\na,0,0,10,old\nb,4,0,6,old\n"</script><b>",9,3,3,new\n'
REPORTED_SITES = (
    "id,name,x,y,slots,opening_cost\nwest,The West,0,0,4,5\neast & co,,8,0,4,5\nfar,Far,9,9,4,50\n"
)
REPORTED_EXPERIMENT = """\
name: tiny
description: Two <sites> & three zones.
seed: 3
region:
  format: tables
  zones: zones.csv
  sites: sites.csv
  zone_columns: {groups: [group]}
  chargers:
    - {name: fast, capacity: 8, cost: 2}
    - {name: slow, capacity: 3, cost: 1}
scenarios:
  number: 6
  source: {kind: drivers, ev_adoption: [1.0, 2.5]}
model: {unserved_penalty: 50}
solve: {method: benders, gap: 1.0e-3}
plans:
  robust: {}
  nominal: {model: {objective: {measure: nominal}}}
compare:
  scenarios: 20
  regret_scenarios: 4
  foresight_scenarios: 3
  redraws: 2
  frontiers:
    stations: {vary: stations, values: [1, 2]}
  misspecified:
    boom:
      scenarios: {source: {kind: drivers, ev_adoption: [2.0, 4.0]}}
      number: 10
output: {access: {catchment: 5}}
"""


@pytest.fixture(scope="session")
def whole_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The result folder of a tiny experiment with a full comparison."""
    place = tmp_path_factory.mktemp("report")
    (place / "zones.csv").write_text(REPORTED_ZONES)
    (place / "sites.csv").write_text(REPORTED_SITES)
    (place / "tiny.yaml").write_text(REPORTED_EXPERIMENT)
    folder = run_experiment(place / "tiny.yaml", folder=place / "out").folder
    assert folder is not None
    return folder


@pytest.fixture(scope="session")
def whole(whole_folder: Path) -> ResultFolder:
    """The same folder, read."""
    return read_results(whole_folder)


@pytest.fixture
def without(whole_folder: Path, tmp_path: Path) -> Callable[..., Path]:
    """Copy the folder and take away the named files or folders."""

    def copy(*parts: str) -> Path:
        target = tmp_path / "copy"
        shutil.copytree(whole_folder, target, ignore=shutil.ignore_patterns("report.html"))
        for part in parts:
            path = target / part
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return target

    return copy
