"""Options of the solution methods."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from robustev.core.settings import Settings
from robustev.methods import builtin
from robustev.methods.base import METHODS
from robustev.methods.hedging.options import HedgingOptions

__all__ = ["HedgingOptions", "SolveOptions", "builtin"]


def _registered(name: str) -> str:
    if name not in METHODS:
        expected = ", ".join(map(repr, METHODS))
        raise PydanticCustomError("enum", "Input should be {expected}", {"expected": expected})
    return name


def _list_names(schema: dict[str, Any]) -> None:
    schema["enum"] = list(METHODS)


MethodName = Annotated[str, AfterValidator(_registered), Field(json_schema_extra=_list_names)]
"""Name of a registered method."""


class SolveOptions(Settings):
    """How to solve: the method, and when to stop."""

    method: MethodName = "auto"
    """ef: extensive form; ph: progressive hedging; benders: shared cuts; auto: by forecast."""
    gap: float = Field(0.01, ge=0)
    """Stop at this proven relative gap."""
    time_limit: float | None = Field(None, gt=0)
    """Stop after this many seconds; absent for no limit."""
    iteration_limit: int | None = Field(None, ge=1)
    """Stop after this many iterations of the method; absent for no limit."""
    ranks: Annotated[int, Field(ge=1)] | Literal["auto"] = "auto"
    """MPI ranks for ``ph`` and ``benders``: 1 stays on one rank; auto uses all that mpiexec
    started, and without mpiexec starts three for ``ph`` and one, with threads, for ``benders``."""
    ph: HedgingOptions = HedgingOptions()
    """Options of progressive hedging."""
