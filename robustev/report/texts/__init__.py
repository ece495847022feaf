"""The texts of the report: every language is one file of keys and sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from robustev.core.errors import Fault, InputError, nearest_name

Texts = Mapping[str, Any]
"""Sentences by key; a key in a section is ``section.key``. A sentence that depends on a number
has the forms ``one`` and ``other``."""


@cache
def english() -> Texts:
    """Return the texts in English."""
    content = files(__name__).joinpath("en.yaml").read_text(encoding="utf-8")
    return dict(_flat(yaml.safe_load(content)))


def read_texts(path: Path) -> Texts:
    """Return the texts of a translation; what it leaves out stays in English.

    Raises
    ------
    InputError
        If the file cannot be read, or names keys that there are not.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError([Fault(f"cannot be read: {error}", str(path))]) from None
    if not isinstance(content, dict):
        raise InputError([Fault("holds no texts", str(path), expected="sections of texts")])
    found = dict(_flat(content))
    faults = [
        Fault("no text of this name", str(path), column=key,
              expected=nearest_name(key, english()) or "a key of en.yaml")
        for key in found if key not in english()
    ]  # fmt: skip
    if faults:
        raise InputError(faults)
    return {**english(), **found}


def _flat(content: Mapping[str, Any], start: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in content.items():
        key = f"{start}{name}"
        if isinstance(value, dict) and set(value) != {"one", "other"}:
            yield from _flat(value, f"{key}.")
        else:
            yield key, value


_spoken: ContextVar[Texts | None] = ContextVar("texts", default=None)


@contextmanager
def speaking(texts: Texts) -> Iterator[None]:
    """Use these texts within the block."""
    token = _spoken.set(texts)
    try:
        yield
    finally:
        _spoken.reset(token)


def text(key: str, number: float | None = None, /, **values: object) -> str:
    """Return a text with its values filled in; ``number`` chooses the form and fills ``{number}``.

    >>> text("count.station", 1), text("count.station", 1200)
    ('1 station', '1,200 stations')
    """
    found = (_spoken.get() or english())[key]
    if isinstance(found, dict):
        found = found["one" if number == 1 else "other"]
    if number is not None:
        values["number"] = f"{number:,}"
    return str(found).format(**values)
