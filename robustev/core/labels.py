"""Ids and labels as texts: one rule for every file, frame and setting that names something."""

from __future__ import annotations

import re

WHOLE = re.compile(r"([-+]?\d+)\.0+")


def cell_text(value: object) -> str:
    """Return a cell as trimmed text, missing values as ''; the one rule for ids and labels.

    A whole number is written without decimals, whether it is a number or a text: tables that went
    through a spreadsheet or a frame with gaps know the id 1000 as 1000.0.

    >>> cell_text(3.0), cell_text("1000.0"), cell_text(" a "), cell_text("007"), cell_text(None)
    ('3', '1000', 'a', '007', '')
    """
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return ""
    if isinstance(value, float):
        if value != value:  # only NaN is
            return ""
        if value.is_integer():
            return str(int(value))
    text = str(value).strip()
    whole = WHOLE.fullmatch(text)
    return whole[1] if whole else text
