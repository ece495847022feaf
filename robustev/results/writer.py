"""The result folder, written whole: every file of it, and single plans as they are finished."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from pydantic import BaseModel

from robustev.assess.compare import Compared
from robustev.assess.tables import write_tables
from robustev.config.experiment import Experiment
from robustev.core.archive import whole_file
from robustev.core.arrays import FloatArray
from robustev.core.digest import digest
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.evaluate import Evaluation
from robustev.evaluate.frames import IN_SAMPLE, evaluation_frame, zone_frame
from robustev.methods.result import SolveResult, Status
from robustev.model.instance import Instance, with_levels
from robustev.model.model import Model
from robustev.readers.ground import read_ground
from robustev.results.access import access_document
from robustev.results.assignment import assignment_frame
from robustev.results.layout import Layout
from robustev.results.manifest import manifest
from robustev.results.phases import document_of, phase_table
from robustev.results.region_files import (
    ground_document,
    history_frame,
    region_document,
    sites_frame,
    zones_frame,
)
from robustev.results.tables import candidate_document, plan_features, plan_table
from robustev.results.workbook import write_workbook
from robustev.scenarios.storage import write_scenarios

COLUMN_SECTIONS = ("zone_columns", "site_columns")


@dataclass(frozen=True)
class Results:
    """What a result folder is made from.

    ``instances`` are those that the plans were made for, by plan.
    """

    experiment: Experiment
    region: Region
    scenarios: ScenarioSet
    plans: Mapping[str, SolveResult]
    seconds: Mapping[str, float]
    instances: Mapping[str, Instance]
    compared: Compared | None = None
    evaluations: tuple[Evaluation, ...] = ()

    def load(self, plan: str) -> FloatArray | None:
        """Return a plan's expected load, shape (sites, types); None where it is not known."""
        if self.compared is not None:
            return self.compared.load(plan)
        return next((one.load for one in self.evaluations if one.plan.name == plan), None)

    @property
    def complete(self) -> bool:
        """Whether everything was made that the experiment asks for."""
        stopped = any(result.status is Status.INTERRUPTED for result in self.plans.values())
        compared = self.experiment.compare is None or (
            self.compared is not None and self.compared.complete
        )
        return len(self.plans) == len(self.experiment.plans) and not stopped and compared


def write_results(folder: Path, results: Results) -> None:
    """Write every file of a result folder into ``folder``."""
    layout = Layout(folder)
    write_config(layout, results.experiment)
    write_scenarios(results.scenarios, folder)
    _write_region(layout, results.region)
    _write_ground(layout, results)
    for name, result in results.plans.items():
        write_plan(layout, name, result, results.instances[name], results.load(name))
        count = results.experiment.output.assignment
        if count and result.plan is not None:
            path = _made(layout.assignment(name))
            assignment_frame(results.instances[name], result.plan, count).to_parquet(
                path, index=False
            )
    if results.compared is not None:
        write_comparison(layout, results.compared, results.experiment.model, results.region)
    elif results.evaluations:
        write_evaluations(
            layout, results.evaluations, with_levels(results.region, results.experiment.model)
        )
    _write_access(layout, results)
    write_workbook(layout)
    # Last: a folder with a manifest is complete.
    about = manifest(
        results.experiment, results.seconds, layout.plan_names(), complete=results.complete,
        data=digest(results.region, results.scenarios),
    )  # fmt: skip
    write_json(layout.manifest, about)


def _made(path: Path) -> Path:
    """Return the path, once its folder is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def write_config(layout: Layout, experiment: Experiment) -> None:
    """Write the experiment with every default filled in."""
    # The folder may be written beside its place: paths are relative to where it will stand.
    text = resolved_config(experiment, layout.root.parent / experiment.name)
    with whole_file(_made(layout.config)) as path:
        path.write_text(text, encoding="utf-8")


def _write_region(layout: Layout, region: Region) -> None:
    """Keep what draws and names the region, so that readers of the folder need no other data.

    ``region.json`` holds names, charger kinds and the source; the tables one row per zone, site,
    and past year. Travel costs are left to the experiment: there can be millions.
    """
    write_json(_made(layout.region_document), region_document(region))
    tables = (("zones", zones_frame), ("sites", sites_frame), ("history", history_frame))
    for name, table in tables:
        frame = table(region)
        if frame is not None:
            frame.to_parquet(layout.region_table(name), index=False)


def _write_ground(layout: Layout, results: Results) -> None:
    """Keep what maps are drawn on, where the data have outlines or the experiment names layers."""
    experiment = results.experiment
    found = read_ground(results.region, experiment.region, experiment.output.backdrop)
    if found.outlines or found.layers:
        write_json(layout.region_ground, ground_document(found))


def _write_access(layout: Layout, results: Results) -> None:
    """Keep how well people reach the stations of each plan, where the experiment asks for it.

    Of a plan of several phases it is what stands after the first decision.
    """
    options = results.experiment.output.access
    if options is None:
        return
    plans = {
        name: (results.instances[name].first_decision(result.plan), results.instances[name].model)
        for name, result in results.plans.items()
        if result.plan is not None
    }
    for candidate in () if results.compared is None else results.compared.candidates:
        plans.setdefault(candidate.name, (candidate.plan, results.experiment.model))
    write_json(layout.access, access_document(plans, results.region, options))


def write_plan(
    layout: Layout,
    name: str,
    result: SolveResult,
    instance: Instance,
    load: FloatArray | None = None,
) -> None:
    """Write one plan: its stations, the moves of its bounds, and what these rest on.

    The JSON document comes last: a plan that has one is complete. ``load`` is its expected load,
    shape (sites, types), where that is known.
    """
    region = instance.region
    trace = result.trace_frame().replace([math.inf, -math.inf], np.nan)
    with whole_file(_made(layout.trace(name))) as path:
        trace.to_csv(path, index=False)
    if result.certificate is not None:
        with whole_file(_made(layout.certificate(name))) as path:
            result.certificate.save(path)
    document = document_of(name, result, instance)
    if result.plan is not None:
        now = instance.first_decision(result.plan)
        table = plan_table(now, region, instance.model, load)
        write_plan_table(layout, name, table, region)
    if document.phases is not None:
        with whole_file(_made(layout.phases(name))) as path:
            phase_table(document.phases, instance).to_csv(path, index=False)
    write_json(_made(layout.plan(name)), document)


def write_plan_table(layout: Layout, name: str, table: pd.DataFrame, region: Region) -> None:
    """Write the stations of a plan as CSV, and as GeoJSON where coordinates are geographic."""
    with whole_file(_made(layout.plan_table(name))) as path:
        _without_infinity(table).to_csv(path, index=False)
    if region.geographic:
        write_json(layout.plan_map(name), plan_features(table))


def write_comparison(layout: Layout, compared: Compared, model: Model, region: Region) -> None:
    """Write the comparison, its evaluations, and the plans that no solve of the run made."""
    write_json(layout.comparison, compared.comparison.model_dump())
    write_tables(compared.comparison, layout.tables)
    compared.evaluation.to_parquet(layout.evaluation, index=False)
    planning = with_levels(region, model)
    zones = [zone_frame(one, planning) for one in compared.main.evaluations]
    pd.concat(zones).to_parquet(layout.evaluation_zones, index=False)
    for candidate in compared.candidates:
        if not layout.plan(candidate.name).exists():
            document = candidate_document(candidate, planning, model)
            table = plan_table(candidate.plan, planning, model, compared.load(candidate.name))
            write_plan_table(layout, candidate.name, table, planning)
            write_json(layout.plan(candidate.name), document)


def write_evaluations(layout: Layout, evaluations: Sequence[Evaluation], region: Region) -> None:
    """Write how plans fare on the scenarios of the experiment; ``region`` is the planning one."""
    frame = evaluation_frame(evaluations, region.types, trial=IN_SAMPLE)
    frame.to_parquet(layout.evaluation, index=False)
    zones = [zone_frame(one, region) for one in evaluations]
    pd.concat(zones).to_parquet(layout.evaluation_zones, index=False)


def _without_infinity(table: pd.DataFrame) -> pd.DataFrame:
    return table.replace([math.inf, -math.inf], np.nan)


def write_json(path: Path, content: object) -> None:
    """Write strict JSON: a number that is missing or infinite becomes null."""
    values = content.model_dump(mode="json") if isinstance(content, BaseModel) else content
    text = json.dumps(plain(values), indent=2, ensure_ascii=False, allow_nan=False)
    with whole_file(path) as partial:
        partial.write_text(text + "\n", encoding="utf-8")


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
