"""Forty wrong inputs that planners make, each told in a line or two with what to change."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from robustev.cli.app import app


def zones() -> pd.DataFrame:
    """Twelve zones around 52 N 5 E."""
    east, north = np.meshgrid(np.arange(4), np.arange(3))
    return pd.DataFrame({
        "id": np.arange(1, 13), "x": 4.91 + 0.05 * east.ravel(), "y": 52.01 + 0.05 * north.ravel(),
        "demand": np.linspace(20.5, 42.5, 12), "population": 1000, "district": ["a", "b"] * 6,
    })  # fmt: skip


def sites() -> pd.DataFrame:
    """Four sites among them."""
    return pd.DataFrame({
        "id": [101, 102, 103, 104], "x": [4.93, 4.99, 5.03, 5.06], "y": [52.02, 52.06, 52.1, 52.03],
        "slots": [9, 9, 9, 9], "existing_fast": [1, None, None, None], "opening_cost": 40.0,
    })  # fmt: skip


def experiment() -> dict[str, Any]:
    return {
        "name": "town", "units": {"travel": "km"},
        "region": {
            "format": "tables", "zones": "zones.csv", "sites": "sites.csv",
            "travel": {"kind": "great_circle"},
            "chargers": [{"name": "fast", "capacity": 20, "cost": 30}],
            "zone_columns": {"groups": ["district"]},
        },
        "scenarios": {"source": {"kind": "zones", "spread": 0.2}, "number": 3},
        "model": {"unserved_penalty": 50},
    }  # fmt: skip


class Wrong(NamedTuple):
    """What is changed, and what must be said: key or cell, and message.

    ``keys`` are values of the experiment by dotted key (None takes the key out); ``zones`` and
    ``sites`` are columns, or renamed ones by a mapping; ``texts`` are files as they stand.
    """

    name: str
    says: tuple[str, ...]
    keys: dict[str, Any] = {}  # noqa: RUF012
    zones: dict[str, Any] = {}  # noqa: RUF012
    sites: dict[str, Any] = {}  # noqa: RUF012
    texts: dict[str, str] = {}  # noqa: RUF012
    doubt: bool = False


def cell(frame: pd.DataFrame, column: str, row: int, value: object) -> dict[str, Any]:
    """Return a column with one cell changed."""
    values = frame[column].astype(object).tolist()
    values[row] = value
    return {column: values}


Z, S = zones(), sites()
METRES = {"x": 120_000 + 1000 * np.arange(4), "y": 480_000 + 1000 * np.arange(4)}
WRONG = [
    # files
    Wrong("a misspelt file", ("zones.csv", "is 'zones.csv' meant?"), {"region.zones": "zone.csv"}),
    Wrong("an empty file", ("sites.csv", "the file is empty"), texts={"sites.csv": ""}),
    Wrong("a header alone", ("sites.csv", "no rows"), texts={"sites.csv": "id,x,y,slots\n"}),
    Wrong("a row too long", ("zones.csv, row 2", "longer"), texts={"zones.csv": "id,x\n1,2,3\n"}),
    Wrong("two columns of one name", ("zones.csv, row 1, column 'x'", "repeated column"),
          texts={"zones.csv": "id,x,x,demand\n1,5,52,3\n"}),
    Wrong("a spreadsheet that is none", ("a.xlsx", "spreadsheet"), {"region.zones": "a.xlsx"},
          texts={"a.xlsx": "id,x,y\n"}),
    Wrong("an encoding that is none", ("region.zones", "no encoding"),
          {"region.zones": {"file": "zones.csv", "encoding": "windows"}}),
    # columns
    Wrong("a missing column", ("zones.csv", "'demand'", "is 'demands' meant?"),
          zones={"demand": None, "demands": 1}),
    Wrong("a misspelt optional column", ("'populatoin'", "is 'population' meant?"),
          zones={"population": None, "populatoin": 5}),
    Wrong("a column mapped to none", ("'sessions'", "missing column"),
          {"region.zone_columns.demand": "sessions"}),
    Wrong("no slots", ("sites.csv", "'slots'", "missing column"), sites={"slots": None}),
    # cells
    Wrong("a negative demand", ("row 4, column 'demand'", "negative"),
          zones=cell(Z, "demand", 2, -3)),
    Wrong("a word for a number", ("row 3, column 'demand'", "found 'many'"),
          zones=cell(Z, "demand", 1, "many")),
    Wrong("a gap", ("row 2, column 'demand'", "missing number"), zones=cell(Z, "demand", 0, None)),
    Wrong("a repeated id", ("row 3, column 'id'", "repeated id, first in row 2"),
          zones=cell(Z, "id", 1, 1)),
    Wrong("a missing id", ("row 3, column 'id'", "missing id"), sites=cell(S, "id", 1, None)),
    Wrong("half a slot", ("row 2, column 'slots'", "whole number"), sites=cell(S, "slots", 0, 2.5)),
    Wrong("more chargers than slots", ("row 2, column 'slots'", "more existing chargers"),
          sites=cell(S, "existing_fast", 0, 20)),
    Wrong("marks of thousands", ("column 'demand'", "a mark of thousands?", "also in rows"),
          zones={"demand": ["1,234"] * 12}),
    Wrong("mixed decimals", ("column 'demand'", "decimal", "and 5 more"),
          zones={"demand": ["1,5"] * 11 + ["2.5"]}),
    Wrong("a district without a name", ("row 2, column 'district'", "missing label"),
          zones=cell(Z, "district", 0, None)),
    # places
    Wrong("swapped axes", ("sites.csv", "axes are swapped"), sites={"x": S["y"], "y": S["x"]}),
    Wrong("swapped columns", ("region.zone_columns", "swap them"), {
        "region.zone_columns": {"x": "lat", "y": "lon"},
        "region.site_columns": {"x": "lat", "y": "lon"},
    }, {"x": None, "y": None, "lat": Z["y"], "lon": Z["x"]},
          {"x": None, "y": None, "lat": S["y"], "lon": S["x"]}, doubt=True),
    Wrong("metres as degrees", ("sites.csv", "no degrees", "'crs'"), sites=METRES),
    Wrong("metres beside degrees", ("zones.csv", "degrees, where", "'crs'"),
          {"region.travel": {"kind": "euclidean"}}, sites=METRES),
    Wrong("degrees as a plane", ("look like degrees", "great_circle"),
          {"region.travel": {"kind": "euclidean"}}, doubt=True),
    Wrong("an unknown system", ("crs", "no such coordinate"),
          {"region.sites": {"file": "sites.csv", "crs": "EPSG:99999999"}}),
    Wrong("a site elsewhere", ("1 site of 4 (104)", "coordinates"), sites=cell(S, "x", 3, 14.9),
          doubt=True),
    Wrong("sites that nobody reaches", ("reach no site", "model.reach"),
          {"model.reach": {"max_travel": 0.5}}, doubt=True),
    Wrong("metres as km", ("km from their nearest site", "factor"),
          {"region.travel": {"kind": "euclidean"}},
          {"x": 1000 * np.arange(12), "y": 480_000 + 1000 * np.arange(12)},
          {"x": METRES["x"] - 120_000, "y": METRES["y"]}, doubt=True),
    # prices and units
    Wrong("a penalty too low", ("No charger is ever worth its cost", "model.unserved_penalty"),
          {"model.unserved_penalty": 0.1}, doubt=True),
    Wrong("no penalty where demand does not fit", ("no plan exists",), {
        "model.unserved_penalty": None, "region.chargers": [
            {"name": "fast", "capacity": 1, "cost": 3}]}, doubt=True),
    Wrong("demand of another period", ("serve", "today's demand", "region.chargers.capacity"),
          zones={"demand": 365 * Z["demand"]}, doubt=True),
    Wrong("a charger for all", ("One charger of kind 'fast'",),
          {"region.chargers": [{"name": "fast", "capacity": 20_000, "cost": 30}]}, doubt=True),
    Wrong("a budget in another unit", ("buys no charger", "model.budget.limit"),
          {"model.budget": {"limit": 5}}, doubt=True),
    Wrong("a budget as a number", ("model.budget", "mapping with the keys limit"),
          {"model.budget": 500}),
    Wrong("an unknown type", ("unserved_penalty", "unknown demand type"),
          {"model.unserved_penalty": {"cars": 50}}),
    Wrong("no demand at all", ("no demand of type 'ev'",), zones={"demand": 0}, doubt=True),
    # names and keys
    Wrong("a misspelt key", ("model.unserved_penality", "is 'unserved_penalty' meant?"),
          {"model.unserved_penality": 4}),
    Wrong("a misspelt section", ("modell", "is 'model' meant?"), {"modell": {}}),
    Wrong("an unknown site in a lock", ("model.locks.open", "'109'"),
          {"model.locks": {"open": [109]}}),
    Wrong("a site locked both ways", ("model.locks", "both open and closed"),
          {"model.locks": {"open": [101], "closed": ["101"]}}),
    Wrong("an unknown group", ("model.coverage.by", "is 'district' meant?"),
          {"model.coverage": {"radius": 5, "share": 0.5, "by": "distrikt"}}),
    Wrong("an unknown method", ("solve.method", "is 'benders' meant?"), {"solve.method": "bender"}),
    Wrong("a share beyond one", ("model.coverage.share", "less than or equal to 1"),
          {"model.coverage": {"radius": 5, "share": 50}}),
    Wrong("a tabulator in the file", ("town.yaml:", "not valid YAML"),
          texts={"town.yaml": "name: town\nregion:\n\tformat: tables\n"}),
    Wrong("a setting that is none", ("solve.gap", "found 'small'"), {"solve.gap": "small"}),
]  # fmt: skip


def changed(frame: pd.DataFrame, columns: dict[str, Any]) -> pd.DataFrame:
    kept = frame.drop(columns=[c for c, value in columns.items() if value is None])
    return kept.assign(**{c: value for c, value in columns.items() if value is not None})


def write(case: Wrong, folder: Path) -> Path:
    content = experiment()
    for key, value in case.keys.items():
        *owners, last = key.split(".")
        section = content
        for owner in owners:
            section = section.setdefault(owner, {})
        if value is None:
            del section[last]
        else:
            section[last] = value
    changed(Z, case.zones).to_csv(folder / "zones.csv", index=False)
    changed(S, case.sites).to_csv(folder / "sites.csv", index=False)
    (folder / "town.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
    for name, text in case.texts.items():
        (folder / name).write_text(text)
    return folder / "town.yaml"


def test_there_are_forty() -> None:
    assert len(WRONG) >= 40
    assert len({case.name for case in WRONG}) == len(WRONG)


def test_the_right_input_has_no_doubts(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["check", str(write(Wrong("right", ()), tmp_path))])
    assert result.exit_code == 0, result.stderr
    assert "the file and its data are sound" in result.stdout


@pytest.mark.parametrize("case", WRONG, ids=[case.name for case in WRONG])
def test_each_is_told_in_a_line_or_two_with_what_to_change(case: Wrong, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["check", str(write(case, tmp_path))])
    assert result.exit_code == (0 if case.doubt else 2), result.output
    told = (result.stdout if case.doubt else result.stderr).strip()
    if not case.doubt:
        assert len(told.splitlines()) <= 3, told  # a head where there are two faults
    for part in case.says:
        assert part in told, told
