"""Where the results come from, so that they can be made again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import yaml

from robustev.core.formatting import duration
from robustev.report.blocks import Block, Cell, Section, Source, Table, Words
from robustev.report.texts import text
from robustev.results.folder import ResultFolder
from robustev.results.layout import Layout

IN = Layout(Path())
FILES = {
    IN.plan_table("*"): "plan_table",
    IN.plan_map("*"): "plan_map",
    IN.plan("*"): "plan",
    IN.scenarios: "scenarios",
    IN.evaluation: "evaluation",
    IN.comparison: "comparison",
    IN.config: "config",
}
"""Files that the section names, each with a text ``file.NAME``."""


def section(results: ResultFolder) -> Section:
    """Return the section about provenance."""
    manifest = results.manifest
    absent = text("provenance.not_installed")
    versions = [(name, value or absent) for name, value in manifest.versions.items()]
    seconds = [(name, duration(value)) for name, value in manifest.seconds.items()]
    blocks: list[Block] = [
        _facts(text("provenance.run"), _run_rows(results)),
        _facts(text("provenance.versions"), versions, fold=True),
        _facts(text("provenance.times"), seconds, fold=True),
    ]
    files = [
        f"{path}: {text(f'file.{name}')}"
        for path, name in FILES.items()
        if any(results.folder.glob(str(path)))
    ]
    blocks.append(Words(files, listed=True, title=text("provenance.files")))
    if results.config:
        content = yaml.safe_dump(dict(results.config), sort_keys=False, allow_unicode=True)
        blocks.append(Source(text("provenance.config", file=IN.config.as_posix()), content))
    return Section(
        "provenance",
        text("section.provenance.title"),
        text("provenance.lead"),
        blocks,
        text("section.provenance.label"),
    )


def _run_rows(results: ResultFolder) -> list[tuple[str, object]]:
    manifest = results.manifest
    machine = manifest.machine
    parts = [part for part in (machine.system, machine.architecture) if part]
    if machine.processors:
        parts.append(text("count.processor", machine.processors))
    if machine.memory_gb:
        parts.append(text("provenance.memory", gigabytes=f"{machine.memory_gb:g}"))
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
        ("ranks", manifest.ranks),
    ]
    return [(text(f"fact.{name}"), value) for name, value in rows if value not in (None, "")]


def _when(moment: datetime | None) -> str:
    """Return a moment as people write it.

    >>> _when(datetime.fromisoformat("2026-01-31T12:50:16+00:00"))
    '2026-01-31 12:50 UTC'
    """
    return "" if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _facts(caption: str, rows: Sequence[tuple[str, object]], *, fold: bool = False) -> Table:
    cells = [[Cell(str(name)), Cell(str(value))] for name, value in rows]
    columns = [text("column.what"), text("column.value")]
    return Table(caption, columns, cells, folded=caption if fold else "")
