"""Names of the sampling methods."""

from __future__ import annotations

from typing import Literal, TypeAlias

SamplingMethod: TypeAlias = Literal["monte_carlo", "antithetic", "latin_hypercube", "sobol"]
"""Monte Carlo; pairs that mirror each other; stratified in every driver; a Sobol sequence."""
