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


def writer_for(path: str | Path) -> Write:
    """Return the writer of the format that the ending of ``path`` asks for.

    Raises
    ------
    ConfigError
        If it is none of ``FORMATS``.
    """
    name = Path(path).name
    if Path(path).suffix not in FORMATS:
        expected = f"a name that ends in {', '.join(FORMATS)}"
        raise ConfigError(
            [Fault("the ending of a model file says its format", found=name, expected=expected)]
        )
    return FORMATS[Path(path).suffix]
