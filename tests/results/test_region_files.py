"""The result folder keeps what is needed to draw its region."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from robustev.data.arcs import Arcs
from robustev.data.region import ChargerKind, History, Region, Sites, Zones
from robustev.experiment.run import run_experiment
from robustev.results.region_files import history_frame, sites_frame, zones_frame


def region(*, coordinates: bool = True, history: bool = True) -> Region:
    """Three zones, two sites, two types, one kind."""
    x, y = (np.arange(3.0), np.zeros(3)) if coordinates else (None, None)
    return Region(
        name="three",
        zones=Zones(("a", "b", "c"), x, y, np.array([5.0, 6.0, 7.0]), {"class": ("u", "u", "r")}),
        sites=Sites(
            ("w", "e"), np.array([4, 4]), np.array([[1], [0]]), np.array([True, False]),
            np.array([5.0, 6.0]), np.zeros((2, 2)),
        ),
        kinds=(ChargerKind("plug", {"day": 3.0, "night": 2.0}),),
        types=("day", "night"),
        demand=np.arange(6.0).reshape(3, 2),
        arcs=Arcs.of_matrix(np.ones((2, 3))),
        history=History((2001, 2002), np.arange(12.0).reshape(2, 3, 2)) if history else None,
    )  # fmt: skip


def test_zones_have_a_column_for_every_type_and_group() -> None:
    table = zones_frame(region())
    assert list(table.columns) == [
        "id", "x", "y", "population", "demand_day", "demand_night", "group_class",
    ]  # fmt: skip
    assert table["demand_night"].tolist() == [1.0, 3.0, 5.0]


def test_what_the_region_does_not_have_is_absent() -> None:
    assert "x" not in zones_frame(region(coordinates=False))
    assert "x" not in sites_frame(region())
    assert history_frame(region(history=False)) is None


def test_sites_tell_what_stands_there_already() -> None:
    table = sites_frame(region()).set_index("id")
    assert table.loc["w", ["existing_open", "existing_plug", "slots"]].tolist() == [True, 1, 4]


def test_history_is_long_and_in_order() -> None:
    table = history_frame(region())
    assert table is not None
    row = table[(table["year"] == 2002) & (table["zone"] == "b") & (table["type"] == "day")]
    assert row["demand"].tolist() == [8.0]
    assert len(table) == 12


def test_a_run_writes_the_region_beside_the_plans(experiment_file: Path, tmp_path: Path) -> None:
    folder = run_experiment(experiment_file, folder=tmp_path / "out").folder
    assert folder is not None
    document = json.loads((folder / "region" / "region.json").read_text())
    assert [kind["name"] for kind in document["kinds"]] == ["fast"]
    assert pd.read_parquet(folder / "region" / "zones.parquet")["id"].tolist() == ["a", "b", "c"]
    assert not (folder / "region" / "history.parquet").exists()
