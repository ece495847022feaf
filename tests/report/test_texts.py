"""A translation is a file: what it says is used, and what it leaves out stays English."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

import robustev.report
from robustev.core.errors import InputError
from robustev.report.texts import english, read_texts, speaking, text


def test_a_translation_replaces_what_it_names(tmp_path: Path) -> None:
    file = tmp_path / "nl.yaml"
    file.write_text("lead:\n  nothing: '{plan}: bouw niets.'\n")
    with speaking(read_texts(file)):
        assert text("lead.nothing", plan="robust") == "robust: bouw niets."
        assert text("count.station", 2) == "2 stations"
    assert text("lead.nothing", plan="robust") == "robust: build nothing."


def test_a_slip_in_a_key_is_told(tmp_path: Path) -> None:
    file = tmp_path / "nl.yaml"
    file.write_text("lead:\n  nothin: bouw niets\n")
    with pytest.raises(InputError, match=r"lead\.nothin.*lead\.nothing"):
        read_texts(file)


def test_forms_of_a_number_take_the_same_words() -> None:
    for key, found in english().items():
        if isinstance(found, dict):
            fields = [{f for _, f, *_ in string.Formatter().parse(t) if f} for t in found.values()]
            assert fields[0] == fields[1], key


def test_every_text_is_used_and_every_key_is_there() -> None:
    folder = Path(robustev.report.__file__).parent
    keys, starts = set(), set()
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "text" and node.args:
                for part in ast.walk(node.args[0]):
                    if isinstance(part, ast.JoinedStr):
                        first = part.values[0]
                        assert isinstance(first, ast.Constant)
                        starts.add(first.value)
                    elif isinstance(part, ast.Constant) and "." in str(part.value):
                        keys.add(part.value)
    keys -= starts
    assert keys <= set(english())
    unused = {k for k in set(english()) - keys if not any(k.startswith(s) for s in starts)}
    assert not unused
