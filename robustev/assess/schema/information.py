"""What a stochastic plan and perfect foresight are worth."""

from __future__ import annotations

from robustev.assess.schema.estimate import Estimate
from robustev.core.settings import Settings


class Information(Settings):
    """What a stochastic plan and perfect foresight are worth. Birge and Louveaux (2011), ch. 4."""

    wait_and_see: Estimate | None = None
    """Mean of each scenario's own optimum (WS)."""
    recourse: Estimate | None = None
    """Optimum of the expected cost (RP), on the scenarios plans were made from."""
    expected_value: Estimate | None = None
    """Expected cost there of the nominal plan (EEV)."""
    vss: Estimate | None = None
    """Value of the stochastic solution, EEV - RP, on the scenarios plans were made from."""
    vss_out_of_sample: Estimate | None = None
    """Mean cost of the nominal less that of the expected-cost plan, on fresh scenarios."""
    evpi: Estimate | None = None
    """Expected value of perfect information, RP - WS."""
    stochastic: str | None = None
    """Name of the plan made for expected cost, whose bound is that of RP."""
    best_known: str | None = None
    """Name of the plan whose cost is the value of RP: the best of all that keep the limits."""
    num_scenarios: int = 0
    """Scenarios behind RP, EEV, VSS and EVPI."""
    wait_and_see_scenarios: int = 0
    """Scenarios whose own optimum was found; below ``num_scenarios`` WS and EVPI are estimates."""
