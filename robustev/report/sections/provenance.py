"""Where the results come from, so that they can be made again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import yaml

from robustev.core.formatting import count, duration
from robustev.report.blocks import Block, Cell, Section, Source, Table, Words
from robustev.results.folder import StoredResults

FILES = {
    "plans/*.csv": "one row per open station, for a spreadsheet",
    "plans/*.geojson": "the same for a map",
    "plans/*.json": "each plan with its bounds, for programs",
    "scenarios.parquet": "demand by scenario, zone and type",
    "evaluation.parquet": "cost and its parts by plan and scenario",
    "comparison.json": "every figure of the comparison, with its interval",
    "config.yaml": "the experiment with every default filled in",
}


def section(results: StoredResults) -> Section:
    """Return the section about provenance."""
    manifest = results.manifest
    versions = [(name, value or "not installed") for name, value in _part(manifest, "versions")]
    seconds = [(name, duration(value)) for name, value in _part(manifest, "seconds")]
    blocks: list[Block] = [
        _facts("The run", _run_rows(results)),
        _facts("Versions of packages", versions, fold=True),
        _facts("Time by phase", seconds, fold=True),
    ]
    files = [f"{name}: {text}" for name, text in FILES.items() if list(results.folder.glob(name))]
    blocks.append(Words(files, listed=True, title="Beside this report"))
    if results.config:
        text = yaml.safe_dump(dict(results.config), sort_keys=False, allow_unicode=True)
        blocks.append(Source("The experiment in full (config.yaml)", text))
    lead = "The same file, seed and versions give the same scenarios on any machine."
    return Section("provenance", "Where this comes from", lead, blocks, "Origin")


def _part(manifest: object, key: str) -> list[tuple[str, Any]]:
    part = manifest.get(key) if hasattr(manifest, "get") else None
    return list(part.items()) if isinstance(part, dict) else []


def _run_rows(results: StoredResults) -> list[tuple[str, object]]:
    manifest = results.manifest
    machine = manifest.get("machine") or {}
    parts = [str(machine.get(key)) for key in ("system", "architecture") if machine.get(key)]
    if machine.get("processors"):
        parts.append(count(int(machine["processors"]), "processor"))
    if machine.get("memory_gb"):
        parts.append(f"{machine['memory_gb']:g} GB memory")
    source = results.region.document.get("source") if results.region else None
    rows = [
        ("experiment", manifest.get("experiment")),
        ("region", results.region.name if results.region else None),
        ("data", source),
        ("seed", manifest.get("seed")),
        ("made", _when(manifest.get("created"))),
        ("commit", manifest.get("commit")),
        ("configuration", manifest.get("config_hash")),
        ("machine", ", ".join(parts)),
        ("MPI ranks", manifest.get("ranks")),
    ]
    return [(name, value) for name, value in rows if value not in (None, "")]


def _when(stamp: object) -> str:
    """Return a moment of the manifest as people write it.

    >>> _when("2026-01-31T12:50:16+00:00")
    '2026-01-31 12:50 UTC'
    """
    if not isinstance(stamp, str):
        return ""
    return datetime.fromisoformat(stamp).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _facts(caption: str, rows: Sequence[tuple[str, object]], *, fold: bool = False) -> Table:
    cells = [[Cell(str(name)), Cell(str(value))] for name, value in rows]
    return Table(caption, ["what", "value"], cells, folded=caption if fold else "")
