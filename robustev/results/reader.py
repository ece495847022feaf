"""Reading a result folder, each file on its own: what is missing stays None."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from pydantic import ValidationError

from robustev.assess.schema import Comparison
from robustev.core.errors import InputError
from robustev.data.scenarios import ScenarioSet
from robustev.results.folder import StoredPlan, StoredRegion, StoredResults
from robustev.scenarios.storage import read_scenarios

ZONES_FILE = "evaluation_zones.parquet"


def read_results(folder: str | Path) -> StoredResults:
    """Read a result folder.

    Raises
    ------
    InputError
        If the folder is not a result folder, or one of its main files cannot be read.
    """
    place = Path(folder)
    if not (place / "manifest.json").is_file():
        raise InputError(f"{place} is not a result folder: it has no manifest.json")
    notes: list[str] = []
    comparison = _comparison(place / "comparison.json")
    return StoredResults(
        folder=place,
        manifest=_json(place / "manifest.json"),
        config=_config(place / "config.yaml"),
        region=_region(place / "region"),
        scenarios=_scenarios(place, notes),
        plans={path.stem: _plan(place, path) for path in sorted((place / "plans").glob("*.json"))},
        evaluation=_evaluation(place / "evaluation.parquet", comparison),
        comparison=comparison,
        unread=tuple(notes),
    )


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise InputError(f"{path} cannot be read: it holds no JSON object")
    return content


def _config(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise InputError(f"{path} cannot be read: {error}") from error


def _comparison(path: Path) -> Comparison | None:
    if not path.is_file():
        return None
    try:
        return Comparison.model_validate_json(path.read_text(encoding="utf-8"))
    except ValidationError as error:
        raise InputError(f"{path} is not a comparison of this version: {error}") from error


def _region(folder: Path) -> StoredRegion | None:
    if not (folder / "region.json").is_file():
        return None
    history = folder / "history.parquet"
    return StoredRegion(
        document=_json(folder / "region.json"),
        zones=_with_text_ids(pd.read_parquet(folder / "zones.parquet")),
        sites=_with_text_ids(pd.read_parquet(folder / "sites.parquet")),
        history=pd.read_parquet(history) if history.is_file() else None,
    )


def _scenarios(folder: Path, notes: list[str]) -> ScenarioSet | None:
    if not (folder / "scenarios.parquet").is_file():
        return None
    try:
        return read_scenarios(folder)
    except InputError as error:
        notes.append(str(error))
        return None


def _plan(folder: Path, path: Path) -> StoredPlan:
    table, trace = folder / "plans" / f"{path.stem}.csv", folder / "trace" / f"{path.stem}.csv"
    moves = pd.read_csv(trace) if trace.is_file() else None
    return StoredPlan(
        name=path.stem,
        document=_json(path),
        table=pd.read_csv(table, dtype={"id": str}) if table.is_file() else None,
        trace=None if moves is None or moves.empty else moves,
        zones=_zones(folder / ZONES_FILE, path.stem),
    )


def _zones(path: Path, plan: str) -> pd.DataFrame | None:
    if not path.is_file():
        return None
    table = pd.read_parquet(path)
    rows = table[table["plan"].astype(str) == plan]
    return rows.assign(zone=rows["zone"].astype(str)) if len(rows) else None


def _evaluation(path: Path, comparison: Comparison | None) -> pd.DataFrame | None:
    """Return the evaluation on the main trial; on the first of the table without a comparison."""
    if not path.is_file():
        return None
    table = pd.read_parquet(path)
    if "trial" in table and len(table):
        trials = table["trial"].astype(str)
        main = comparison.trials[0].name if comparison and comparison.trials else trials.iloc[0]
        table = table[trials == main]
    return table.assign(plan=table["plan"].astype(str)) if len(table) else None


def _with_text_ids(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(id=frame["id"].astype(str))
