"""Reading a result folder: every file in one place, each on its own, missing parts left None."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from robustev.assess.schema import Comparison
from robustev.config.experiment import Experiment
from robustev.config.load import load_experiment
from robustev.config.source import read_yaml
from robustev.core.errors import Fault, InputError
from robustev.data.scenarios import ScenarioSet
from robustev.recourse.certificate import Certificate
from robustev.results import schema
from robustev.results.files import (
    DAMAGE,
    damaged,
    read_csv,
    read_document,
    read_json,
    read_parquet,
)
from robustev.results.folder import ResultFolder, StoredPlan, StoredRegion
from robustev.results.layout import Layout, is_result_folder
from robustev.results.schema import (
    AccessDocument,
    GroundDocument,
    Manifest,
    PlanDocument,
    RegionDocument,
)
from robustev.scenarios.storage import read_scenarios
from robustev.simulate.schema import SimulationDocument

T = TypeVar("T")


def read_results(folder: str | Path) -> ResultFolder:
    """Read a result folder.

    A damaged scenario file is left out, and told in :attr:`ResultFolder.faults`.

    Raises
    ------
    InputError
        If the folder is not a result folder, or with every fault of its other files.
    """
    found = examine_results(folder)
    return found.check(ignoring=(found.layout.scenarios, found.layout.drivers))


def examine_results(folder: str | Path) -> ResultFolder:
    """Read what can be read of a result folder; what is wrong with the rest are its faults.

    Raises
    ------
    InputError
        If the folder is not a result folder.
    """
    layout = Layout(Path(folder))
    if not layout.manifest.is_file():
        raise InputError(f"{folder} is not a result folder: it has no {layout.manifest.name}")
    return _read(layout)


def read_journal(folder: str | Path) -> ResultFolder | None:
    """Read the finished parts of a run that did not come to its end; None where there are none.

    A part that was damaged is left out.
    """
    return _read(Layout(Path(folder))) if is_result_folder(Path(folder)) else None


def stored_experiment(folder: Path, settings: list[str] | tuple[str, ...] = ()) -> Experiment:
    """Return the experiment of a result folder, with settings laid over it.

    Raises
    ------
    InputError
        If the folder holds no results, or its configuration cannot be used.
    """
    if not is_result_folder(folder):
        expected = f"a file {Layout(folder).config.name}"
        raise InputError([Fault("not a result folder", str(folder), expected=expected)])
    return load_experiment(Layout(folder).config, settings)


@dataclass
class _Reading:
    """Gathers the faults of files, each read on its own."""

    faults: list[Fault] = field(default_factory=list)

    @contextmanager
    def file(self, path: Path) -> Iterator[None]:
        """Note the faults of one file as its own."""
        try:
            yield
        except InputError as error:
            self.faults += [
                fault if fault.file else Fault(str(fault), str(path)) for fault in error.faults
            ]
        except DAMAGE as error:
            self.faults += damaged(path, error, "what robustev writes").faults

    def optional(self, path: Path, read: Callable[[Path], T]) -> T | None:
        """Return what is in a file; None where it is missing or damaged."""
        if not path.is_file():
            return None
        with self.file(path):
            return read(path)
        return None


def _read(layout: Layout) -> ResultFolder:
    reading = _Reading()
    manifest = reading.optional(layout.manifest, lambda path: read_document(path, Manifest))
    experiment = reading.optional(layout.config, load_experiment)
    config = None if experiment is None else read_yaml(layout.config).data
    zones = reading.optional(
        layout.evaluation_zones, lambda path: read_parquet(path, schema.EVALUATION_ZONES)
    )
    plans = {name: _plan(layout, name, zones, reading) for name in layout.plan_names()}
    return ResultFolder(
        folder=layout.root,
        manifest=manifest or Manifest(),
        config=config or {},
        experiment=experiment,
        region=_region(layout, reading),
        scenarios=reading.optional(layout.scenarios, lambda path: _scenarios(layout)),
        plans={name: plan for name, plan in plans.items() if plan is not None},
        evaluation=reading.optional(
            layout.evaluation, lambda path: read_parquet(path, schema.EVALUATION)
        ),
        comparison=reading.optional(
            layout.comparison, lambda path: read_document(path, Comparison)
        ),
        access=reading.optional(layout.access, lambda path: read_document(path, AccessDocument)),
        faults=tuple({str(fault): fault for fault in reading.faults}.values()),
    )


def _region(layout: Layout, reading: _Reading) -> StoredRegion | None:
    document = reading.optional(
        layout.region_document, lambda path: read_document(path, RegionDocument)
    )
    if document is None:
        return None
    demand: schema.Columns = {f"demand_{kind}": "number" for kind in document.types}
    tables = {}
    for name, columns in (("zones", {**schema.PLACES, **demand}), ("sites", schema.PLACES)):
        path = layout.region_table(name)
        with reading.file(path):
            tables[name] = read_parquet(path, {**columns, **_coordinates(path)})
    history = reading.optional(
        layout.region_table("history"), lambda path: read_parquet(path, schema.HISTORY)
    )
    if len(tables) < 2:
        return None
    ground = reading.optional(
        layout.region_ground, lambda path: read_document(path, GroundDocument)
    )
    return StoredRegion(
        document, tables["zones"], tables["sites"], history, ground or GroundDocument()
    )


def _coordinates(path: Path) -> schema.Columns:
    """Return the columns of coordinates that a table of places has, both or none."""
    found = {"x", "y"} & set(read_parquet(path, {}).columns)
    return {"x": "number", "y": "number"} if found else {}


def _scenarios(layout: Layout) -> ScenarioSet:
    if not layout.drivers.is_file():
        raise InputError([Fault("there is no such file", str(layout.drivers))])
    try:
        return read_scenarios(layout.root)
    except DAMAGE as error:
        raise damaged(layout.scenarios, error, "demand by scenario, zone and type") from None


def _plan(
    layout: Layout, name: str, zones: pd.DataFrame | None, reading: _Reading
) -> StoredPlan | None:
    document = reading.optional(layout.plan(name), lambda path: read_document(path, PlanDocument))
    trace = reading.optional(layout.trace(name), lambda path: read_csv(path, schema.TRACE))
    table = reading.optional(layout.plan_table(name), _plan_table)
    features = reading.optional(layout.plan_map(name), _features)
    certificate = reading.optional(layout.certificate(name), Certificate.load)
    simulation = reading.optional(
        layout.simulation(name), lambda path: read_document(path, SimulationDocument)
    )
    if document is None:
        return None
    served = None if zones is None else zones[zones["plan"] == name]
    return StoredPlan(
        name=name,
        document=document,
        table=table,
        features=features,
        trace=None if trace is None or trace.empty else trace,
        zones=served if served is not None and len(served) else None,
        certificate=certificate,
        simulation=simulation,
    )


def _plan_table(path: Path) -> pd.DataFrame:
    """Return the stations of a plan: numbers, and texts where the schema says so."""
    columns = [str(name) for name in read_csv(path, {}).columns]
    kinds: schema.Columns = {name: "text" if schema.is_text(name) else "number" for name in columns}
    return read_csv(path, {**schema.PLAN_TABLE, **kinds})


def _features(path: Path) -> dict[str, Any]:
    content = read_json(path)
    features = content.get("features")
    if not isinstance(features, list) or not all(
        isinstance(one, dict)
        and isinstance(one.get("properties"), dict)
        and isinstance(one.get("geometry"), dict)
        for one in features
    ):
        raise InputError([Fault("not the map of a plan", str(path), column="features")])
    return content
