"""Which format a file name asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from robustev.core.arrays import FloatArray
from robustev.core.errors import ConfigError, Fault
from robustev.model.export.lp import write_lp
from robustev.model.export.mps import write_mps
from robustev.model.export.program import Program, extensive_form
from robustev.model.export.smps import write_smps

Write = Callable[[Path, Sequence[Program], FloatArray], list[Path]]


def _mps(path: Path, programs: Sequence[Program], probability: FloatArray) -> list[Path]:
    return write_mps(path, extensive_form(programs, probability))


def _lp(path: Path, programs: Sequence[Program], probability: FloatArray) -> list[Path]:
    return write_lp(path, extensive_form(programs, probability))


FORMATS: Mapping[str, Write] = {".mps": _mps, ".lp": _lp, ".cor": write_smps}
"""Writers by the ending of the file: ``.mps`` and ``.lp`` hold the extensive form; ``.cor`` the
core of SMPS, with its ``.tim`` and ``.sto`` beside it."""


def write_program(
    path: str | Path, programs: Sequence[Program], probability: FloatArray
) -> list[Path]:
    """Write the scenarios' programs, and return the files that were written.

    Raises
    ------
    ConfigError
        If the ending of ``path`` is none of ``FORMATS``.
    """
    target = Path(path)
    if target.suffix not in FORMATS:
        raise ConfigError(
            [
                Fault(
                    "the ending of a model file says its format",
                    found=target.name,
                    expected=f"a name that ends in {', '.join(FORMATS)}",
                )
            ]
        )
    return FORMATS[target.suffix](target, programs, probability)
