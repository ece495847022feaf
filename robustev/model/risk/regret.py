"""Minimax regret: the largest cost above what the scenario's own optimum would have been."""

from __future__ import annotations

from typing import ClassVar, Literal

from robustev.model.risk.base import REGISTER
from robustev.model.risk.worst_case import WorstCase


@REGISTER.add
class Regret(WorstCase):
    """The largest regret, ``max_s (f_s - z_s)``, with ``z_s`` the optimum of scenario s alone.

    Savage (1951). With a single scenario it is 0 at the scenario's own optimum.
    """

    measure: Literal["regret"] = "regret"  # type: ignore[assignment]
    """Maximum regret."""

    needs_own_optima: ClassVar[bool] = True

    @property
    def phrase(self) -> str:
        """What a plan has that is best by it."""
        return "least maximum regret"
