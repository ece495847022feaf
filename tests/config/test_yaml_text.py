"""YAML text: plain values with their lines, and every text that is none refused."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robustev.config.yaml_text import MAX_DEPTH, MAX_VALUES, parse
from robustev.core.errors import ConfigError

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
)

BAD = [
    pytest.param("a: [1", "f.yaml:1: not valid YAML", id="not closed"),
    pytest.param("a: 1\nb: 2\na: 3", "f.yaml:3: a: the key stands there twice", id="twice"),
    pytest.param("!!python/object:os.system {}", "not valid YAML", id="code"),
    pytest.param("a: 1\nb: 2020-13-45", "f.yaml:2: .*'2020-13-45' is no timestamp", id="a date"),
    pytest.param("a: !!int abc", "f.yaml:1: .*'abc' is no int", id="a tag of another type"),
    pytest.param("a: !!int ''", "is no int", id="an empty number"),
    pytest.param("a: !!bool abc", "is no bool", id="neither true nor false"),
    pytest.param("a: !!timestamp abc", "is no timestamp", id="a word for a date"),
    pytest.param("a: !!float abc", "is no float", id="a word for a number"),
    pytest.param("a: !!binary é", "f.yaml:1: not valid YAML", id="binary that is none"),
    pytest.param("? [a]\n: 1", "f.yaml:1: not valid YAML", id="a list for a key"),
    pytest.param("a: 1\nb: \x07", "f.yaml:2: .* character that no text has", id="a bell"),
    pytest.param("a: \x00", "f.yaml:1: .* character", id="NUL"),
    pytest.param("[" * 10_000, f"nested more than {MAX_DEPTH} deep", id="too deep"),
    pytest.param("{a: " * 10_000, f"nested more than {MAX_DEPTH} deep", id="too deep, in mappings"),
    pytest.param("a: &x [*x]", "an alias stands within what it names", id="a list in itself"),
    pytest.param("a: &x {b: *x}", "an alias stands within", id="a mapping in itself"),
    pytest.param("&x a: *x\nb: &y {<<: *y}", "an alias stands within", id="merged into itself"),
    pytest.param(BOMB, f"stands for more than {MAX_VALUES:,} values", id="a bomb of aliases"),
]


@pytest.mark.parametrize(("text", "message"), BAD)
def test_a_bad_text_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        parse(text, "f.yaml")


def test_aliases_stand_for_what_they_name() -> None:
    text = "base: &base {a: 1, b: 2}\nown: {<<: *base, b: 3}\nsame: *base\n"
    found = parse(text, "f.yaml")
    assert found.value["own"] == {"a": 1, "b": 3}
    assert found.value["same"] == found.value["base"]
    assert found.lines[("own", "b")] == 2


def test_a_setting_has_no_lines() -> None:
    with pytest.raises(ConfigError) as caught:
        parse("[1", "--set a=[1", numbered=False)
    assert [fault.file for fault in caught.value.faults] == ["--set a=[1"]


PIECES = [
    *"a\n[]{}|>'\"~%@#\t", ": ", "- ", "  ", "&x ", "*x", "? ", "<<", ", ",
    "!!int ", "!!map ", "!!set ", "2020-01-01", "1e3",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.text(max_size=30))
def test_any_text_is_values_or_a_fault(text: str) -> None:
    with suppress(ConfigError):
        parse(text, "f.yaml")
