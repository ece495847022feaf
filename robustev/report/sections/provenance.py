"""Where the results come from, so that they can be made again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import yaml

from robustev.core.formatting import count, duration
from robustev.report.blocks import Block, Cell, Section, Source, Table, Words
from robustev.report.texts import text
from robustev.results.folder import ResultFolder
from robustev.results.layout import Layout

IN = Layout(Path())
FILES = {
    IN.plan_table("*"): "one row per open station, for a spreadsheet",
    IN.plan_map("*"): "the same for a map",
    IN.plan("*"): "each plan with its bounds, for programs",
    IN.scenarios: "demand by scenario, zone and type",
    IN.evaluation: "cost and its parts by plan and scenario",
    IN.comparison: "every figure of the comparison, with its interval",
    IN.config: "the experiment with every default filled in",
}


def section(results: ResultFolder) -> Section:
    """Return the section about provenance."""
    manifest = results.manifest
    versions = [(name, value or "not installed") for name, value in manifest.versions.items()]
    seconds = [(name, duration(value)) for name, value in manifest.seconds.items()]
    blocks: list[Block] = [
        _facts("The run", _run_rows(results)),
        _facts("Versions of packages", versions, fold=True),
        _facts("Time by phase", seconds, fold=True),
    ]
    files = [
        f"{path}: {what}" for path, what in FILES.items() if any(results.folder.glob(str(path)))
    ]
    blocks.append(Words(files, listed=True, title="Beside this report"))
    if results.config:
        content = yaml.safe_dump(dict(results.config), sort_keys=False, allow_unicode=True)
        blocks.append(Source("The experiment in full (config.yaml)", content))
    lead = "The same file, seed and versions give the same scenarios on any machine."
    return Section(
        "provenance",
        text("section.provenance.title"),
        lead,
        blocks,
        text("section.provenance.label"),
    )


def _run_rows(results: ResultFolder) -> list[tuple[str, object]]:
    manifest = results.manifest
    machine = manifest.machine
    parts = [part for part in (machine.system, machine.architecture) if part]
    if machine.processors:
        parts.append(count(machine.processors, "processor"))
    if machine.memory_gb:
        parts.append(f"{machine.memory_gb:g} GB memory")
    source = results.region.document.source if results.region else None
    rows = [
        ("experiment", manifest.experiment),
        ("region", results.region.name if results.region else None),
        ("data", source),
        ("seed", manifest.seed),
        ("made", _when(manifest.created)),
        ("commit", manifest.commit),
        ("configuration", manifest.config_hash),
        ("machine", ", ".join(parts)),
        ("MPI ranks", manifest.ranks),
    ]
    return [(name, value) for name, value in rows if value not in (None, "")]


def _when(moment: datetime | None) -> str:
    """Return a moment as people write it.

    >>> _when(datetime.fromisoformat("2026-01-31T12:50:16+00:00"))
    '2026-01-31 12:50 UTC'
    """
    return "" if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _facts(caption: str, rows: Sequence[tuple[str, object]], *, fold: bool = False) -> Table:
    cells = [[Cell(str(name)), Cell(str(value))] for name, value in rows]
    return Table(caption, ["what", "value"], cells, folded=caption if fold else "")
