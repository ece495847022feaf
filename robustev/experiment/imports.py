"""Import a published file: choose the importer, lay options over it, write its tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from robustev.config.source import YamlSource, override
from robustev.config.validation import validate
from robustev.core.errors import InputError, nearest_name
from robustev.readers.importers.register import IMPORTERS
from robustev.results.disk import OutputError


@dataclass(frozen=True)
class ImportDone:
    """The files written, with their number of rows or keys, and the notes of the importer."""

    written: dict[str, int]
    notes: tuple[str, ...]


def import_file(
    kind: str, file: Path, settings: Sequence[str], folder: Path, *, force: bool = False
) -> ImportDone:
    """Write the tables of a published file into a folder.

    Raises
    ------
    InputError
        If there is no such kind, an option or the file cannot be used.
    OutputError
        If a table is there already, and may not be replaced.
    """
    if kind not in IMPORTERS:
        near = nearest_name(kind, IMPORTERS)
        hint = f" (is {near!r} meant?)" if near else ""
        raise InputError(f"no importer {kind!r}{hint}; there are {', '.join(IMPORTERS)}")
    importer = validate(IMPORTERS[kind], override(YamlSource({}, kind), settings))
    made = importer.read(file)
    targets = {name: folder / name for name in (*made.tables, *made.sections)}
    there = [str(path) for path in targets.values() if path.exists() or path.is_symlink()]
    if there and not force:
        raise OutputError(f"{', '.join(there)} is there already; --force replaces it")
    folder.mkdir(parents=True, exist_ok=True)
    for name, path in targets.items():
        beside = path.with_name(f".{path.name}.new")
        if name in made.tables:
            made.tables[name].to_csv(beside, index=False)
        else:
            text = yaml.safe_dump(made.sections[name], sort_keys=False, default_flow_style=None)
            beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    rows = {
        str(path): len(made.tables[name] if name in made.tables else made.sections[name])
        for name, path in targets.items()
    }
    return ImportDone(rows, made.notes)
