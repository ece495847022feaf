"""Loading rules and risk measures that are written outside the package, from a file one names."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path

from robustev.core.errors import Fault, InputError
from robustev.model.features.base import Feature
from robustev.model.risk import REGISTER, RiskMeasure
from robustev.results.outside import PartClass


def load_rules(path: str | Path) -> list[PartClass]:
    """Run a Python file, and return the rules and risk measures that it defines.

    Only for a file that one trusts: its code runs. No result folder ever leads to this.

    Raises
    ------
    InputError
        If the file cannot be run, or defines neither.
    """
    file = Path(path).resolve()
    spec = importlib.util.spec_from_file_location(f"rules_{file.stem}", file)
    if spec is None or spec.loader is None or not file.is_file():
        raise InputError([Fault("not a Python file", str(path))])
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        what = f"cannot be run: {type(error).__name__}: {error}"
        raise InputError([Fault(what, str(path))]) from error
    found = [
        kind
        for kind in vars(module).values()
        if isinstance(kind, type)
        and issubclass(kind, Feature | RiskMeasure)
        and kind.__module__ == module.__name__
    ]
    if not found:
        expected = "a class that derives from Feature or RiskMeasure"
        raise InputError(
            [Fault("defines no rule and no risk measure", str(path), expected=expected)]
        )
    return found


def register_measures(classes: Sequence[PartClass]) -> None:
    """Let experiment files name risk measures from outside, for as long as this process runs."""
    for kind in classes:
        if issubclass(kind, RiskMeasure):
            key = kind.model_fields["measure"].default
            if key not in REGISTER:
                REGISTER.add(kind)
