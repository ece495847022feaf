"""A translation is a file: what it says is used, and what it leaves out stays English."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
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


REPORT = Path(robustev.report.__file__).parent
CODE = sorted(REPORT.rglob("*.py"))
CALL = re.compile(r"""\btext\(\s*["']([\w.]+)["']""")


def _shown(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the strings that a reader could see: no docstring, and no error."""
    hidden: set[int] = set()
    for node in ast.walk(tree):
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        fault = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "add"
        fault |= isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Fault"
        if docstring or fault or isinstance(node, ast.Raise | ast.Assert):
            hidden.update(map(id, ast.walk(node)))
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in hidden
        ):
            yield node.lineno, node.value


def test_every_text_is_used_and_every_key_is_there() -> None:
    keys = set(english())
    used, starts, called = set(), set(), set()
    for file in CODE:
        source = file.read_text("utf-8")
        called |= set(CALL.findall(source))
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Constant):
                used.add(node.value)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                starts.add(str(node.values[0].value))
    for template in (REPORT / "templates").glob("*.j2"):
        source = template.read_text("utf-8")
        called |= set(CALL.findall(source))
        used |= set(re.findall(r'"([\w.]+)"', source))
    assert called - keys == set()
    starts = {start for start in starts if re.fullmatch(r"[a-z_]+\.", start)}
    unused = {key for key in keys - used if not any(key.startswith(start) for start in starts)}
    assert unused == set()


@pytest.mark.parametrize("file", CODE, ids=lambda path: str(path.relative_to(REPORT)))
def test_no_sentence_stands_in_the_code(file: Path) -> None:
    """Two words in a row are told by a text; styles of pictures and verdicts are none."""
    styles = re.compile(
        r"rgba\(|system-ui|top (left|right)|middle right|outside|^open question$|^not needed$"
    )
    found = [
        (line, words) for line, words in _shown(ast.parse(file.read_text("utf-8")))
        if re.search(r"[A-Za-z]{2,} [a-z]{2,}", words) and not styles.search(words)
    ]  # fmt: skip
    assert found == []
