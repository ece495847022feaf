"""Files that users give: what cannot be read is a fault, never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

from robustev.core.errors import FaultCollector, nearest_name


def read_text(path: Path, faults: FaultCollector) -> str | None:
    """Return the UTF-8 text of a file; note a fault and return None where that is impossible.

    Lines end in a line feed, however the file ends them.
    """
    data = read_bytes(path, faults)
    if data is None:
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        faults.add(
            "the file is not UTF-8 text",
            file=str(path),
            row=data.count(b"\n", 0, error.start) + 1,
            found=f"byte 0x{data[error.start]:02x}",
            expected="UTF-8 (in a spreadsheet: save as 'CSV UTF-8')",
        )
        return None
    if not text.strip():
        faults.add("the file is empty", file=str(path))
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_json(path: Path, faults: FaultCollector) -> object:
    """Return what a JSON file holds; note a fault and return None where it is none."""
    text = read_text(path, faults)
    if text is None:
        return None
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        faults.add(f"not JSON: {error.msg}", file=str(path), row=error.lineno)
    except RecursionError:
        faults.add("not JSON that can be read: nested too deep", file=str(path))
    except ValueError as error:  # an integer of thousands of digits
        faults.add(f"not JSON that can be read: {error}", file=str(path))
    return None


def check_file(path: Path, faults: FaultCollector) -> bool:
    """Return whether ``path`` is a file; if not, note a fault with the folder's nearest name."""
    if path.is_file():
        return True
    message = "the file is a folder" if path.is_dir() else "the file does not exist"
    folder = path.parent
    near = nearest_name(path.name, (f.name for f in folder.iterdir())) if folder.is_dir() else None
    if not folder.is_dir():
        message += f", nor does the folder {str(folder)!r}"
    elif near is not None and near != path.name:
        message += f" (is {near!r} meant?)"
    faults.add(message, file=str(path))
    return False


def read_bytes(path: Path, faults: FaultCollector) -> bytes | None:
    """Return the bytes of a file; note a fault and return None where it cannot be read."""
    if not check_file(path, faults):
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        faults.add(f"the file cannot be read: {error.strerror}", file=str(path))
        return None
