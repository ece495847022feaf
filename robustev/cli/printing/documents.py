"""Answers as JSON, for other programs."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from enum import Enum
from typing import Any

import numpy as np
from pydantic import BaseModel
from rich.console import Console


def print_document(console: Console, answer: object) -> None:
    """Print an answer as one JSON document, whatever its parts are made of."""
    text = json.dumps(plain(answer), indent=2, ensure_ascii=False, allow_nan=False)
    console.print(text, markup=False, soft_wrap=True)


def plain(value: Any) -> Any:
    """Return a value as JSON has it; what is no number is null.

    >>> plain({"a": (1, float("inf")), "b": Path("x")})
    {'a': [1, None], 'b': 'x'}
    """
    if isinstance(value, BaseModel):
        return plain(value.model_dump())
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, bool | int | str) else str(value)
