"""The result folder: written beside its place, moved there whole, never half-overwritten."""

from __future__ import annotations

import json
import math
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from robustev.assess.compare import Compared
from robustev.assess.tables import write_tables
from robustev.config.experiment import Experiment
from robustev.core.errors import RobustevError
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.evaluate.frames import zone_frame
from robustev.experiment.methods import plan_instance
from robustev.methods.result import SolveResult
from robustev.model.instance import with_levels
from robustev.model.model import Model
from robustev.recourse.certificate import certificate_file
from robustev.results.assignment import assignment_frame
from robustev.results.manifest import manifest
from robustev.results.region_files import (
    history_frame,
    region_document,
    sites_frame,
    zones_frame,
)
from robustev.results.tables import candidate_document, plan_document, plan_features, plan_table

MANIFEST = "manifest.json"
COLUMN_SECTIONS = ("zone_columns", "site_columns")


class OutputError(RobustevError):
    """A result folder that cannot be written."""


@dataclass(frozen=True)
class Results:
    """What a result folder is made from."""

    experiment: Experiment
    region: Region
    scenarios: ScenarioSet
    plans: Mapping[str, SolveResult]
    seconds: Mapping[str, float]
    compared: Compared | None = None


@dataclass
class Staging:
    """A folder being written (``path``), and the place it will have (``final``)."""

    path: Path
    final: Path


@contextmanager
def replacing(target: Path, *, keep: bool = False) -> Iterator[Staging]:
    """Give a new folder to write into, and put it in the place of ``target`` once it is complete.

    If the block fails, ``target`` stays as it was. With ``keep`` an existing ``target`` stays,
    and the new folder is ``target-2``, ``target-3``, ...

    Raises
    ------
    OutputError
        If ``target`` exists and is not a result folder, or cannot be written.
    """
    check_replaceable(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{target.name}.new-", dir=target.parent))
    final = _free_name(target) if keep else target
    try:
        yield Staging(staging, final)
        staging.chmod(0o777 & ~_umask())
        _swap(staging, final)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def check_replaceable(target: Path) -> None:
    """Refuse a place that holds something else than results.

    Raises
    ------
    OutputError
        If ``target`` is a file, or a folder with contents but without a manifest.
    """
    if target.is_dir():
        if any(target.iterdir()) and not (target / MANIFEST).is_file():
            raise OutputError(
                f"{target} holds something else than results (it has no {MANIFEST}); "
                "name another folder with --output, or empty this one"
            )
    elif target.exists():
        raise OutputError(f"{target} is a file; name a folder with --output")


def _swap(staging: Path, final: Path) -> None:
    """Move ``staging`` to ``final``; what stood there goes last, and comes back on failure."""
    old = staging.with_name(staging.name.replace(".new-", ".old-"))
    if not final.exists():
        staging.rename(final)
        return
    final.rename(old)
    try:
        staging.rename(final)
    except OSError:
        old.rename(final)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _free_name(target: Path) -> Path:
    number, free = 2, target
    while free.exists():
        free = target.with_name(f"{target.name}-{number}")
        number += 1
    return free


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_results(folder: Path, results: Results) -> None:
    """Write every file of a result folder into ``folder``."""
    config = resolved_config(results.experiment, folder.parent / results.experiment.name)
    (folder / "config.yaml").write_text(config, encoding="utf-8")
    results.scenarios.to_frame().to_parquet(folder / "scenarios.parquet", index=False)
    results.scenarios.driver_frame().to_parquet(folder / "drivers.parquet", index=False)
    _write_region(folder / "region", results.region)
    for part in ("plans", "trace"):
        (folder / part).mkdir()
    for name, result in results.plans.items():
        _write_plan(folder, name, result, results)
    if results.compared is not None:
        write_comparison(folder, results.compared, results.experiment.model, results.region)
    # Last: a folder with a manifest is complete.
    write_json(folder / MANIFEST, manifest(results.experiment, results.seconds))


def _write_region(folder: Path, region: Region) -> None:
    """Keep what draws and names the region, so that readers of the folder need no other data.

    ``region.json`` holds names, charger kinds and the source; the tables one row per zone, site,
    and past year. Travel costs are left to the experiment: there can be millions.
    """
    folder.mkdir()
    write_json(folder / "region.json", region_document(region))
    tables = (("zones", zones_frame), ("sites", sites_frame), ("history", history_frame))
    for name, table in tables:
        frame = table(region)
        if frame is not None:
            frame.to_parquet(folder / f"{name}.parquet", index=False)


def _write_plan(folder: Path, name: str, result: SolveResult, results: Results) -> None:
    region = with_levels(results.region, results.experiment.plans[name].model)
    write_json(folder / "plans" / f"{name}.json", plan_document(name, result, region))
    trace = result.trace_frame().replace([math.inf, -math.inf], np.nan)
    trace.to_csv(folder / "trace" / f"{name}.csv", index=False)
    if result.certificate is not None:
        proof = certificate_file(folder, name)
        proof.parent.mkdir(exist_ok=True)
        result.certificate.save(proof)
    if result.plan is None:
        return
    load = None if results.compared is None else results.compared.load(name)
    table = plan_table(result.plan, region, results.experiment.plans[name].model, load)
    write_plan_table(folder, name, table, region)
    count = results.experiment.output.assignment
    if count:
        instance = plan_instance(results.region, results.scenarios, results.experiment.plans[name])
        (folder / "assignment").mkdir(exist_ok=True)
        frame = assignment_frame(instance, result.plan, count)
        frame.to_parquet(folder / "assignment" / f"{name}.parquet", index=False)


def write_plan_table(folder: Path, name: str, table: pd.DataFrame, region: Region) -> None:
    """Write the stations of a plan as CSV, and as GeoJSON where coordinates are geographic."""
    _without_infinity(table).to_csv(folder / "plans" / f"{name}.csv", index=False)
    if region.geographic:
        write_json(folder / "plans" / f"{name}.geojson", plan_features(table))


def write_comparison(folder: Path, compared: Compared, model: Model, region: Region) -> None:
    """Write the comparison, its evaluations, and the plans that no solve of the run made."""
    write_json(folder / "comparison.json", compared.comparison.model_dump())
    write_tables(compared.comparison, folder / "tables")
    compared.evaluation.to_parquet(folder / "evaluation.parquet", index=False)
    planning = with_levels(region, model)
    zones = [zone_frame(one, planning) for one in compared.fresh.evaluations]
    pd.concat(zones).to_parquet(folder / "evaluation_zones.parquet", index=False)
    for candidate in compared.candidates:
        document = folder / "plans" / f"{candidate.name}.json"
        if not document.exists():
            write_json(document, candidate_document(candidate, planning))
            load = compared.load(candidate.name)
            table = plan_table(candidate.plan, planning, model, load)
            write_plan_table(folder, candidate.name, table, planning)


def _without_infinity(table: pd.DataFrame) -> pd.DataFrame:
    return table.replace([math.inf, -math.inf], np.nan)


def write_json(path: Path, content: object) -> None:
    """Write strict JSON: a number that is missing or infinite becomes null."""
    text = json.dumps(plain(content), indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def plain(value: Any) -> Any:
    """Return the value in JSON's own types, with null for what is not a finite number.

    >>> plain({"gap": float("nan"), "sites": (np.int64(3), True)})
    {'gap': None, 'sites': [3, True]}
    """
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return str(value) if isinstance(value, Path) else value


def resolved_config(experiment: Experiment, folder: Path) -> str:
    """Return the experiment as YAML with every default filled in.

    Paths are relative to ``folder``, so that ``robustev run`` takes the file as it is. Column
    names stay as they were written: one that is written must exist, a default need not.
    """
    content = _relative(experiment.model_dump(mode="python"), folder)
    for section in COLUMN_SECTIONS:
        columns = getattr(experiment.region, section, None)
        if columns is not None:
            content["region"][section] = columns.model_dump(exclude_unset=True)
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)


def _relative(value: Any, folder: Path) -> Any:
    if isinstance(value, Path):
        return Path(os.path.relpath(value, folder)).as_posix()
    if isinstance(value, dict):
        return {key: _relative(item, folder) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_relative(item, folder) for item in value]
    return value
