"""Answers as JSON, for other programs."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from enum import Enum
from typing import Any

import numpy as np
import pandas as pd
import typer
from pydantic import BaseModel

from robustev.experiment.outcome import Outcome
from robustev.model.instance import with_levels
from robustev.parallel import ranks


def print_document(answer: object) -> None:
    """Print an answer as one JSON document, whatever its parts are made of; on one rank only."""
    if ranks.rank() == 0:
        typer.echo(json.dumps(plain(answer), indent=2, ensure_ascii=False, allow_nan=False))


def plain(value: Any) -> Any:
    """Return a value as JSON has it; what is no number is null.

    >>> from pathlib import Path
    >>> plain({"a": (1, float("inf")), "b": Path("x")})
    {'a': [1, None], 'b': 'x'}
    """
    if isinstance(value, BaseModel):
        return plain(value.model_dump())
    if isinstance(value, pd.DataFrame):
        return plain(value.to_dict("records"))
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


def outcome_document(outcome: Outcome) -> dict[str, Any]:
    """Return what a run made: every plan with its proof, and the comparison where there is one."""
    plans = {}
    for name, result in outcome.results.items():
        plan, kinds = result.plan, with_levels(
            outcome.region, outcome.experiment.plans[name].model
        ).kinds  # fmt: skip
        plans[name] = {
            "status": result.status, "method": result.method, "objective": result.objective,
            "lower_bound": result.lower_bound, "gap": result.gap, "seconds": result.seconds,
            "message": result.message,
            "stations": None if plan is None else int(plan.open.sum()),
            "chargers": None if plan is None else dict(
                zip((kind.name for kind in kinds), plan.chargers.sum(axis=0).tolist(), strict=True)
            ),
        }  # fmt: skip
    compared = outcome.comparison
    return {
        "experiment": outcome.experiment.name, "folder": outcome.folder, "note": outcome.note,
        "plans": plans, "comparison": None if compared is None else compared.comparison,
    }  # fmt: skip
