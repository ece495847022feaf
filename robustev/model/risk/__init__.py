"""Risk measures over scenario costs: one file each, in a register.

``AnyMeasure`` is the type of a settings field that takes any of them. A measure from outside the
package derives from :class:`RiskMeasure`; ``REGISTER.add`` lets experiment files name it.
"""

from collections.abc import Mapping
from typing import Annotated

from robustev.core.register import OneOf
from robustev.model.risk.base import REGISTER, RiskMeasure, ScenarioTerms
from robustev.model.risk.cvar import CVaR, cvar, tail_weights
from robustev.model.risk.entropic import Entropic
from robustev.model.risk.expected import Expected, Nominal
from robustev.model.risk.objective import ScenarioRisk
from robustev.model.risk.regret import Regret
from robustev.model.risk.total_variation import TotalVariation
from robustev.model.risk.wasserstein import Wasserstein
from robustev.model.risk.worst_case import WorstCase

_KINDS = OneOf(REGISTER, default="expected")
AnyMeasure = Annotated[RiskMeasure, _KINDS]


def measure_of(section: Mapping[str, object]) -> RiskMeasure:
    """Return the measure that a section ``objective`` describes.

    >>> measure_of({"measure": "cvar", "tail": 0.1}).title
    'least mean cost of the worst 10 % of scenarios'
    """
    found = _KINDS.read(section)
    assert isinstance(found, RiskMeasure)
    return found


__all__ = [
    "REGISTER",
    "AnyMeasure",
    "CVaR",
    "Entropic",
    "Expected",
    "Nominal",
    "Regret",
    "RiskMeasure",
    "ScenarioRisk",
    "ScenarioTerms",
    "TotalVariation",
    "Wasserstein",
    "WorstCase",
    "cvar",
    "measure_of",
    "tail_weights",
]
