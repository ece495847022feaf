"""What a result folder holds, read back: its experiment, scenarios and plans."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from robustev.config.experiment import Experiment
from robustev.config.load import load_experiment
from robustev.core.arrays import FloatArray
from robustev.core.errors import Fault, InputError, collecting, nearest_name
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.methods.result import SolveResult, Status, TraceRow
from robustev.model.instance import with_levels
from robustev.recourse.certificate import Certificate, certificate_file

CONFIG = "config.yaml"
SAME_DEMAND = 1e-9


def is_result_folder(path: Path) -> bool:
    """Return whether ``path`` is a result folder."""
    return path.is_dir() and (path / CONFIG).is_file()


def stored_experiment(folder: Path, settings: Iterable[str] = ()) -> Experiment:
    """Return the experiment of a result folder, with settings laid over it.

    Raises
    ------
    InputError
        If the folder holds no results, or its configuration cannot be used.
    """
    if not is_result_folder(folder):
        raise InputError([Fault("not a result folder", str(folder), expected=f"a file {CONFIG}")])
    return load_experiment(folder / CONFIG, settings)


def stored_scenarios(folder: Path, region: Region) -> ScenarioSet:
    """Return the scenarios that the folder's plans were made from.

    Raises
    ------
    InputError
        If they are for other zones or types than the region's.
    """
    drivers = pd.read_parquet(folder / "drivers.parquet")
    frame = pd.read_parquet(folder / "scenarios.parquet")
    names = tuple(str(name) for name in drivers["scenario"])
    shape = (len(names), region.num_zones, len(region.types))
    if len(frame) != int(np.prod(shape)):
        found, expected = f"{len(frame)} rows", " x ".join(map(str, shape))
        path = str(folder / "scenarios.parquet")
        raise InputError(
            [Fault("not the region's scenarios", path, found=found, expected=expected)]
        )
    place = [
        pd.Categorical(frame[column].astype(str), categories=list(order)).codes
        for column, order in (("scenario", names), ("zone", region.zones.ids),
                              ("type", region.types))
    ]  # fmt: skip
    demand = np.zeros(shape)
    demand[tuple(np.asarray(codes, dtype=np.int64) for codes in place)] = frame["demand"]
    return ScenarioSet(
        demand=demand,
        probability=drivers["probability"].to_numpy(dtype=float),
        names=names,
        zones=region.zones.ids,
        types=region.types,
    )


def check_same_scenarios(folder: Path, region: Region, scenarios: ScenarioSet) -> None:
    """Refuse scenarios that are not those of the folder, from which its plans were made.

    Raises
    ------
    InputError
        If demand or probabilities differ.
    """
    stored = stored_scenarios(folder, region)
    if not (
        _close(stored.demand, scenarios.demand)
        and _close(stored.probability, scenarios.probability)
    ):
        raise InputError(
            f"the experiment no longer gives the scenarios that the plans in {folder} were made "
            "from; run it again with 'robustev run'"
        )


def _close(one: FloatArray, other: FloatArray) -> bool:
    return one.shape == other.shape and np.allclose(one, other, rtol=SAME_DEMAND, atol=0.0)


def stored_plan(document: dict[str, Any], region: Region, file: str | None = None) -> Plan | None:
    """Return the plan that ``plans/<plan>.json`` tells of; None where there is none.

    ``region`` is the planning region, with levels in place of chargers where the model has them.

    Raises
    ------
    InputError
        If it names sites or charger kinds that the region does not have.
    """
    if document["open_sites"] is None:
        return None
    is_open = np.zeros(region.num_sites, dtype=bool)
    chargers = np.zeros((region.num_sites, len(region.kinds)), dtype=np.int64)
    sites = {name: i for i, name in enumerate(region.sites.ids)}
    kinds = {kind.name: r for r, kind in enumerate(region.kinds)}
    with collecting(file) as faults:
        for site in document["open_sites"]:
            if site not in sites:
                near = nearest_name(site, sites)
                faults.add("unknown site", found=site, expected=f"a site, such as {near!r}")
                continue
            is_open[sites[site]] = True
        for site, counts in document["chargers"].items():
            for kind, count in counts.items():
                if site not in sites or kind not in kinds:
                    faults.add("unknown site or charger kind", found=f"{site}, {kind}")
                    continue
                chargers[sites[site], kinds[kind]] = int(count)
    return Plan(document["plan"], is_open, chargers)


def read_documents(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the content of every ``plans/<plan>.json``, by plan."""
    found = {}
    for path in sorted((folder / "plans").glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        found[str(content["plan"])] = content
    return found


def stored_results(folder: Path, experiment: Experiment, region: Region) -> dict[str, SolveResult]:
    """Return the solve results of the folder's plans that the experiment asks for unchanged."""
    documents, before = read_documents(folder), stored_experiment(folder).plans
    results = {}
    for name, spec in experiment.plans.items():
        document = documents.get(name)
        if document is None or document["status"] in (None, Status.INTERRUPTED):
            continue
        if before.get(name) != spec:
            continue
        plan = stored_plan(
            document, with_levels(region, spec.model), str(folder / "plans" / f"{name}.json")
        )
        results[name] = SolveResult(
            method=document["method"],
            plan=plan,
            objective=document["objective"],
            lower_bound=document["lower_bound"],
            status=Status(document["status"]),
            seconds=document["seconds"],
            trace=_trace(folder / "trace" / f"{name}.csv"),
            certificate=Certificate.load(certificate_file(folder, name)),
        )
    return results


def _trace(path: Path) -> tuple[TraceRow, ...]:
    if not path.is_file():
        return ()
    rows = pd.read_csv(path).astype(object).to_dict("records")
    return tuple(
        TraceRow(
            float(row["seconds"]),
            int(row["iteration"]),
            _number(row["lower_bound"]),
            _number(row["upper_bound"]),
            str(row["source"]),
        )
        for row in rows
    )


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
