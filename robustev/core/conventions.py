"""How a text table is written: encoding, separator, decimal mark; found out where nobody says.

Encodings and binary files are told apart by charset-normalizer, separators by clevercsv (van den
Burg, Nazabal and Sutton 2019, "Wrangling messy CSV files by detecting row and type patterns").
"""

from __future__ import annotations

import codecs
import logging
import re
from dataclasses import dataclass
from pathlib import Path

from robustev.core.errors import FaultCollector
from robustev.core.files import read_bytes

logger = logging.getLogger(__name__)

SEPARATORS = [",", ";", "\t", "|"]
SAMPLE = 20_000
"""Characters from which a separator is found out; more make it slower and no better."""
NUMBERS_SAMPLE = 1_000_000
"""Characters in which numbers are looked for, to tell their decimal mark."""
NOT_UTF8 = ["utf_16", "utf_32", "cp1252"]
"""Encodings that are tried after UTF-8. The code pages of Windows can hardly be told apart by
their bytes; cp1252 is that of Western Europe and the Americas, and others must be named."""
GROUPS = " .,'’\u00a0\u202f"
"""Marks between groups of three digits."""


@dataclass(frozen=True)
class Conventions:
    """How a table file is written; None where that is to be found out.

    Parameters
    ----------
    encoding
        Name of the encoding of a text, such as cp1252.
    separator
        What separates the cells of a text.
    decimal, thousands
        The decimal mark, and what stands between groups of three digits (nothing if empty).
    sheet
        Name of the sheet of a spreadsheet; its first one if None.
    """

    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    sheet: str | None = None


UNKNOWN = Conventions()
"""Nothing is said: all is found out."""


def read_any_text(path: Path, faults: FaultCollector, encoding: str | None = None) -> str | None:
    """Return the text of a table in the encoding given, or in the one found out.

    Note a fault and return None where that is impossible. Lines end in a line feed. An encoding
    other than UTF-8 that was found out is logged, since names may come out wrong.
    """
    data = read_bytes(path, faults)
    if data is None:
        return None
    text = _decoded(data, path, faults, encoding)
    if text is None:
        return None
    if not text.strip():
        faults.add("the file is empty", file=str(path))
        return None
    if "\0" in text:
        faults.add("the file is no text", file=str(path), row=text.count("\n", 0, text.index("\0"))
                   + 1, expected="a table as CSV")  # fmt: skip
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes, path: Path, faults: FaultCollector, encoding: str | None) -> str | None:
    if encoding is not None:
        known = _codec(encoding)
        try:
            return data.decode("utf-8-sig" if known == "utf-8" else known)
        except UnicodeDecodeError as error:
            faults.add(f"the file is not {encoding} text", file=str(path),
                       row=data.count(b"\n", 0, error.start) + 1,
                       found=f"byte 0x{data[error.start]:02x}",
                       expected="another encoding, or none to have it found out")  # fmt: skip
            return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = _guess(data)
        if found is None:
            faults.add("the encoding of the file cannot be told", file=str(path),
                       row=data.count(b"\n", 0, error.start) + 1,
                       found=f"byte 0x{data[error.start]:02x}",
                       expected="UTF-8, or the key 'encoding' beside the file")  # fmt: skip
            return None
        name, text = found
        logger.warning(
            "%s is not UTF-8 and was read as %s; if names look wrong, say its encoding", path, name
        )
        return text


def _codec(encoding: str) -> str:
    """Return the standard name of an encoding; settings have checked that there is one."""
    return codecs.lookup(encoding).name


def _guess(data: bytes) -> tuple[str, str] | None:
    """Return the encoding of bytes that are not UTF-8, and the text; None where none fits."""
    from charset_normalizer import from_bytes  # noqa: PLC0415

    best = from_bytes(data, cp_isolation=NOT_UTF8, enable_fallback=False).best()
    return None if best is None else (best.encoding, str(best).removeprefix("\ufeff"))


def find_separator(text: str) -> str:
    """Return what separates the cells of a text; a comma where there is one column.

    >>> find_separator("id;x;y\\n1;2,5;3,5\\n2;4,5;1,5\\n")
    ';'
    """
    from clevercsv import Detector  # noqa: PLC0415
    from clevercsv.exceptions import Error  # noqa: PLC0415

    sample = text[:SAMPLE].rpartition("\n")[0] or text[:SAMPLE]
    try:
        found = Detector().detect(sample, delimiters=SEPARATORS)
    except Error:
        return ","
    return (found.delimiter if found is not None else "") or ","


def find_decimal(text: str, separator: str) -> tuple[str, str]:
    """Return the decimal mark of the numbers of a text, and the mark between their thousands.

    A mark between thousands is found where one number has both marks, never guessed: ``1.234``
    alone may be either. A text with both kinds of decimals has points.

    >>> find_decimal("a;b\\n1,5;2\\n", ";"), find_decimal("a;b\\n1.234,5;2\\n", ";")
    ((',', ''), (',', '.'))
    """
    sample = text[:NUMBERS_SAMPLE]
    for mark in ",.":
        groups = GROUPS.replace(mark, "")
        body = r"\d{{1,3}}(?:([{}])\d{{3}})(?:\1\d{{3}})*{}\d+"
        found = _find_cell(body.format(re.escape(groups), re.escape(mark)), sample, quoted=True)
        if found is None and mark != separator:
            groups = groups.replace(separator, "")
            body = body.format(re.escape(groups), re.escape(mark))
            found = _find_cell(body, sample, separator)
        if found:
            return mark, found[1]
    commas = _find_cell(r"\d+,\d+", sample, quoted=True)
    if commas is None and separator != ",":
        commas = _find_cell(r"\d+,\d+", sample, separator)
    points = _find_cell(r"\d+\.\d+", sample, separator)
    return ("," if commas and not points else "."), ""


def _find_cell(
    body: str, text: str, separator: str = "", *, quoted: bool = False
) -> re.Match[str] | None:
    """Return the first cell that is a number of a form: between quotation marks, or anywhere."""
    edge = '"' if quoted else rf'"{re.escape(separator)}'
    start, end = ("", "") if quoted else ("^|", "|$")
    pattern = rf"(?:{start}[{edge}])[ \t]*-?{body}(?=[ \t]*(?:[{edge}]{end}))"
    return re.search(pattern, text, re.MULTILINE)


def plain_number(text: str, decimal: str, thousands: str) -> str:
    """Return a number as Python writes it; a text that is none stays one.

    >>> plain_number("1.234,5", ",", "."), plain_number("1.5", ",", "")
    ('1234.5', '1.5?')
    """
    if thousands and re.fullmatch(
        rf"\s*[-+]?\d{{1,3}}({re.escape(thousands)}\d{{3}})+({re.escape(decimal)}\d+)?\s*", text
    ):
        text = text.replace(thousands, "")
    if decimal == ".":
        return text
    return f"{text}?" if "." in text else text.replace(decimal, ".")
