"""What a risk measure is: one number for the costs of many scenarios, and everything about it.

A measure is *coherent* if it is the worst expectation over an envelope of weights,
``rho(f) = max_w sum_s w_s f_s`` (Artzner et al. 1999): any ``w`` of the envelope gives a lower
bound, the worst one the value. Methods need no more than these weights and a linear form by
scenario; see ``docs/risk/`` for the measures, and for how to add one.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from pydantic import Field

from robustev.core.arrays import FloatArray
from robustev.core.register import Register
from robustev.core.settings import Settings

if TYPE_CHECKING:
    from robustev.data.arcs import Arcs
    from robustev.data.scenarios import ScenarioSet

Expression = Any
"""A linear expression of the modelling language, or a number."""


class ScenarioFacts(Protocol):
    """What a measure may look at in an instance, before it is solved."""

    @property
    def demand(self) -> FloatArray:
        """Demand, shape (scenarios, zones, types)."""

    @property
    def probability(self) -> FloatArray:
        """Scenario probabilities, shape (scenarios,)."""

    @property
    def arcs(self) -> Arcs:
        """Who may be served from where, at which weighted cost of one unit."""

    @property
    def unserved_price(self) -> FloatArray:
        """Cost of one unserved unit by type, shape (types,); infinite where that is forbidden."""


class ScenarioTerms(Protocol):
    """Where a measure states its linear form in the model of one scenario."""

    scenario: int
    """Its place among the scenarios."""

    def shared(self, name: str) -> Expression:
        """Return a first-stage variable that all scenarios share, within the bounds of costs."""

    def own(self, name: str) -> Expression:
        """Return a variable of the scenario alone, at least 0."""

    def at_least(self, name: str, expression: Expression) -> Expression:
        """Return a variable of the scenario alone that is not below an expression."""

    def require(self, name: str, condition: Expression) -> None:
        """Add a constraint."""


class RiskMeasure(Settings):
    """How the costs of the scenarios become one number to minimise.

    A subclass gives ``measure`` a literal type with its key as the default, adds its parameters as
    fields, and states the methods below. Arrays have shape (scenarios,); probabilities sum to one.
    Costs are in money, above each scenario's own optimum where ``needs_own_optima``.
    """

    measure: str
    """Key of the measure."""
    weight: float = Field(1.0, ge=0, le=1)
    """Weight of the risk measure against the expected cost: 1 is the measure alone."""

    needs_own_optima: ClassVar[bool] = False
    """Whether costs count above what each scenario's own optimum would have cost (regret)."""
    mean_only: ClassVar[bool] = False
    """Whether the plan is made for the one mean scenario."""
    looks_at_scenarios: ClassVar[bool] = False
    """Whether it needs more of the scenarios than costs and probabilities; see :meth:`on`."""
    is_linear: ClassVar[bool] = True
    """Whether the scenario form is the measure itself, not only below it."""
    example: ClassVar[dict[str, Any]] = {}
    """A section ``objective`` that shows it, without ``measure``."""

    @property
    @abstractmethod
    def phrase(self) -> str:
        """What a plan has that is best by the measure alone: "least expected cost"."""

    @abstractmethod
    def weights(self, costs: FloatArray, probability: FloatArray) -> FloatArray:
        """Return the worst weights of the envelope at ``costs``: not negative, summing to one.

        For a measure that is not coherent, its gradient there.
        """

    @abstractmethod
    def scenario_form(self, terms: ScenarioTerms, cost: Expression) -> Expression:
        """Return one scenario's term; the least expectation of these terms is the measure."""

    @abstractmethod
    def independent_value(self, costs: FloatArray, probability: FloatArray) -> float:
        """Return the measure by another formula, in plain numpy, for verification."""

    @abstractmethod
    def outside(self, weights: FloatArray, probability: FloatArray) -> float:
        """Return by how much ``weights``, not negative and summing to one, leave the envelope."""

    def intercept(self, costs: FloatArray, probability: FloatArray) -> float:
        """Return the measure less ``weights @ costs``: 0 for a coherent measure."""
        return 0.0

    def conjugate(self, weights: FloatArray, probability: FloatArray) -> float:
        """Return the largest of ``weights @ f`` less the measure of ``f``, over all costs ``f``.

        It is 0 for weights of a coherent measure's envelope; verification takes it off bounds.
        """
        return 0.0

    def on(self, facts: ScenarioFacts) -> RiskMeasure:
        """Return the measure with what it needs to know of an instance: by default, nothing more.

        What depends on the scenarios themselves is fixed here, before any plan is known.
        """
        return self

    @property
    def deciding_share(self) -> float:
        """Share of the scenarios, the costliest ones, that decide the value: 0 if one does.

        A measure that returns less than 1 states :meth:`restricted` too.
        """
        return 1.0

    def restricted(self, share: float) -> RiskMeasure:
        """Return the measure on scenarios that hold this ``share`` of the probability.

        It may not exceed the measure on all scenarios, and equals it where the deciding ones are
        among these.
        """
        raise NotImplementedError(f"{type(self).__name__} is decided by all scenarios")

    @property
    def is_expectation(self) -> bool:
        """Whether the objective is the expected cost of the scenarios that it sees."""
        return self.weight == 0

    @property
    def is_expected_cost(self) -> bool:
        """Whether the objective is the expected cost of the scenarios that it is given."""
        return self.is_expectation and not self.mean_only

    def sees(self, scenarios: ScenarioSet) -> ScenarioSet:
        """Return the scenarios that a plan is made for."""
        return scenarios.mean() if self.mean_only else scenarios

    @property
    def title(self) -> str:
        """What a plan is made for, in words, the mix with expected cost included."""
        if self.is_expectation or self.weight == 1:
            return self.phrase
        return f"{self.phrase} ({100 * self.weight:.3g} %), mixed with expected cost"


REGISTER: Register[RiskMeasure] = Register("measure", RiskMeasure)  # type: ignore[type-abstract]
"""Risk measures by key."""
