"""``robustev import``: tables are written, options checked, nothing replaced unasked."""

from __future__ import annotations

import json
import re
from pathlib import Path

from typer.testing import CliRunner, Result

from robustev.cli.app import app
from robustev.readers.importers.register import IMPORTERS
from tests.pages import PROJECT

STATION = {"id": "s", "coordinates": {"latitude": "52", "longitude": "5"}}


def invoke(folder: Path, *arguments: str) -> Result:
    (folder / "l.json").write_text(json.dumps([STATION]))
    file, target = str(folder / "l.json"), str(folder / "out")
    return CliRunner().invoke(app, ["import", "ocpi", file, "-o", target, *arguments])


def test_tables_and_notes_are_told(tmp_path: Path) -> None:
    result = invoke(tmp_path)
    assert result.exit_code == 0, result.stderr
    assert "sites.csv: 1 rows" in result.stdout
    assert "without a number of points, taken as one" in result.stdout
    document = json.loads(invoke(tmp_path, "--json", "--force").stdout)
    assert list(document["written"].values()) == [1]


def test_a_table_is_replaced_only_when_asked(tmp_path: Path) -> None:
    assert invoke(tmp_path).exit_code == 0
    assert "is there already; --force" in invoke(tmp_path).stderr
    assert invoke(tmp_path, "--force").exit_code == 0


def test_options_are_checked(tmp_path: Path) -> None:
    assert "is 'fast_kw' meant?" in invoke(tmp_path, "--set", "fast_kv=5").stderr
    wrong = CliRunner().invoke(app, ["import", "ocip", "x"])
    assert "is 'ocpi' meant?" in wrong.stderr
    assert wrong.exit_code == 2


def test_the_page_tells_of_every_importer() -> None:
    page = (PROJECT / "docs" / "importers.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^## `([\w-]+)`", page, re.MULTILINE)) == set(IMPORTERS)
    for importer in IMPORTERS.values():
        bare = [name for name, field in importer.model_fields.items() if not field.description]
        assert bare == []
