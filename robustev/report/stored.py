"""Reading a result folder: everything that is there, None for everything that is not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from pydantic import ValidationError

from robustev.arrays import FloatArray
from robustev.compare.schema import Comparison, PlanFigures, Trial
from robustev.errors import InputError
from robustev.forecast.storage import read_scenarios
from robustev.scenario import ScenarioSet

ZONES_FILE = "evaluation_zones.parquet"
UNSERVED_TOLERANCE = 1e-6  # of a zone's demand


@dataclass(frozen=True)
class StoredPlan:
    """One plan of a result folder.

    Parameters
    ----------
    document
        The content of ``plans/<plan>.json``.
    table
        One row per open site, from ``plans/<plan>.csv``; None where there is no plan.
    trace
        Moves of both bounds, from ``trace/<plan>.csv``; None for a plan that was given.
    zones
        One row per zone: zone, demand, unserved, mean_travel (expected units); None where the plan
        has not been evaluated.
    """

    name: str
    document: Mapping[str, Any]
    table: pd.DataFrame | None = None
    trace: pd.DataFrame | None = None
    zones: pd.DataFrame | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """Names of the charger kinds that the plan's table counts."""
        if self.table is None:
            return ()
        derived = ("capacity", "load", "utilisation")
        return tuple(
            str(column)
            for column in self.table.columns
            if column not in ("id", "x", "y", "name") and not str(column).startswith(derived)
        )

    @cached_property
    def loads(self) -> pd.DataFrame | None:
        """One row per open site and type: site, type, capacity, load; None where not evaluated.

        A plan with one type has the type ``all``.
        """
        if self.table is None:
            return None
        columns = [str(name) for name in self.table.columns if str(name).startswith("load")]
        parts = [
            pd.DataFrame(
                {
                    "site": self.table["id"],
                    "type": column.removeprefix("load").removeprefix("_") or "all",
                    "capacity": self.table[column.replace("load", "capacity", 1)],
                    "load": self.table[column],
                }
            )
            for column in columns
        ]
        return pd.concat(parts, ignore_index=True) if parts else None

    @cached_property
    def utilisation(self) -> pd.Series[float] | None:
        """Expected load over capacity by site, all types together; None where it is not known."""
        if self.loads is None:
            return None
        total = self.loads.groupby("site")[["load", "capacity"]].sum(min_count=1)
        return total["load"] / total["capacity"].where(total["capacity"] > 0)

    @cached_property
    def unserved(self) -> pd.DataFrame | None:
        """Zones with expected unserved demand, by zone: unserved units and share."""
        if self.zones is None:
            return None
        rows = self.zones[self.zones["unserved"] > UNSERVED_TOLERANCE * self.zones["demand"]]
        return rows.assign(share=rows["unserved"] / rows["demand"]).set_index("zone")

    @cached_property
    def chargers(self) -> dict[str, dict[str, int]]:
        """Chargers by site and kind, for the open sites."""
        sites = self.document.get("open_sites") or []
        counts = self.document.get("chargers") or {}
        return {str(site): dict(counts.get(site, {})) for site in sites}

    def total(self, kind: str | None = None) -> int:
        """Return the number of chargers, of one kind or of all."""
        return sum(
            count
            for site in self.chargers.values()
            for name, count in site.items()
            if kind is None or name == kind
        )


@dataclass(frozen=True)
class StoredRegion:
    """What a result folder keeps of its region: names, and a row per zone and site."""

    document: Mapping[str, Any]
    zones: pd.DataFrame
    sites: pd.DataFrame
    history: pd.DataFrame | None = None

    @property
    def name(self) -> str:
        """The region's name."""
        return str(self.document.get("name", ""))

    @property
    def geographic(self) -> bool:
        """Whether coordinates are longitude and latitude."""
        return bool(self.document.get("geographic"))

    @property
    def types(self) -> tuple[str, ...]:
        """Names of the demand types."""
        return tuple(self.document.get("types", ()))

    @property
    def demand(self) -> pd.Series[float]:
        """Reference demand of every zone, all types together, by zone id."""
        columns = [f"demand_{kind}" for kind in self.types]
        return self.zones.set_index("id")[columns].sum(axis=1)


@dataclass(frozen=True)
class StoredResults:
    """A result folder in memory. What the folder does not hold is None or empty.

    ``evaluation`` has one row per plan and scenario: plan, scenario, cost, ... on the main trial.
    """

    folder: Path
    manifest: Mapping[str, Any]
    config: Mapping[str, Any] = field(default_factory=dict)
    region: StoredRegion | None = None
    scenarios: ScenarioSet | None = None
    plans: Mapping[str, StoredPlan] = field(default_factory=dict)
    evaluation: pd.DataFrame | None = None
    comparison: Comparison | None = None
    unread: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The experiment's name."""
        return str(self.manifest.get("experiment") or self.folder.name)

    @property
    def trial(self) -> Trial | None:
        """The main trial of the comparison: fresh scenarios at equal budget."""
        return self.comparison.trials[0] if self.comparison and self.comparison.trials else None

    @cached_property
    def figures(self) -> dict[str, PlanFigures]:
        """Figures of every plan on the main trial, by plan."""
        return {row.plan: row for row in self.trial.plans} if self.trial else {}

    @cached_property
    def ordered(self) -> tuple[str, ...]:
        """Plans in the order of the report: robust, nominal, then as in the experiment."""
        first = [self.comparison.robust, self.comparison.nominal] if self.comparison else []
        facts = [row.plan for row in self.comparison.plans] if self.comparison else []
        every = [*first, *(self.config.get("plans") or {}), *facts, *self.plans]
        return tuple(dict.fromkeys(name for name in every if name in self.plans or name in facts))

    @cached_property
    def yardsticks(self) -> frozenset[str]:
        """Plans that stand there for comparison only: the network as it is, and plans given."""
        facts = self.comparison.plans if self.comparison else ()
        return frozenset(row.plan for row in facts if row.role in ("existing", "given"))

    @property
    def drawn(self) -> tuple[StoredPlan, ...]:
        """Plans that have a table of sites, in the order of the report."""
        found = (self.plans.get(name) for name in self.ordered)
        return tuple(plan for plan in found if plan is not None and plan.table is not None)


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


def records(frame: pd.DataFrame) -> Iterator[Any]:
    """Return the rows, whose columns are attributes."""
    return iter(frame.itertuples())


def weighted_quantile(values: FloatArray, weight: FloatArray, level: float) -> float:
    """Return the smallest value that at least the share ``level`` of the weight does not exceed.

    >>> weighted_quantile(np.array([3.0, 1.0, 2.0]), np.array([0.5, 0.25, 0.25]), 0.5)
    2.0
    """
    order = np.argsort(values)
    reached = np.cumsum(weight[order]) >= level * weight.sum() * (1 - 1e-12)
    return float(values[order][int(np.argmax(reached))])
