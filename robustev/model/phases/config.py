"""The section ``model.phases``: when things may be built, and what may be known by then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from robustev.core.settings import Label, Settings


class Phase(Settings):
    """One phase of the build-out: its demand, its weight, and what it allows beyond the rest."""

    name: Label
    """Short name, such as a year."""
    year: int | None = None
    """The year that it stands for: demand is that year's by the scenario source."""
    growth: float | dict[str, float] | None = None
    """Factor on every scenario's demand, also by type, in place of the source's own year."""
    discount: float | None = Field(None, gt=0)
    """Factor on all its costs; absent for ``rate`` and ``year``, or 1."""
    weight: float = Field(1.0, gt=0)
    """How often its service costs count, such as the years that it lasts."""
    budget: float | None = Field(None, ge=0)
    """Most money that may be spent on stations and chargers in this phase."""
    rules: dict[str, Any] = Field(default_factory=dict)
    """Rules of ``model`` that are others in this phase, key by key, as in the section itself."""

    @field_validator("name")
    @classmethod
    def _plain(cls, name: str) -> str:
        if not name or not name.replace("_", "").replace("-", "").isalnum():
            raise ValueError(f"{name!r} names columns too: letters, digits, '_' and '-' only")
        return name

    @field_validator("growth")
    @classmethod
    def _not_negative(
        cls, growth: float | dict[str, float] | None
    ) -> float | dict[str, float] | None:
        factors = growth.values() if isinstance(growth, dict) else [growth or 0.0]
        if any(factor < 0 for factor in factors):
            raise ValueError("growth is a factor, 0 or more")
        return growth


class Phases(Settings):
    """Several phases: what is built only grows, and every scenario runs through all of them."""

    build: Literal["path", "tree"] = "path"
    """``path``: one build-out whatever comes; ``tree``: later phases answer what was seen."""
    branches: int = Field(4, ge=1)
    """Answers that a ``tree`` has prepared in each later phase, for each one before."""
    sees: Literal["total_demand", "demand_map"] = "total_demand"
    """What tells the answers apart: the total demand of the phase before, or where it arose."""
    rate: float = Field(0.0, ge=0)
    """Yearly rate at which costs are discounted to the first phase's ``year``."""
    charged: Literal["when_built", "every_phase"] = "when_built"
    """Whether stations and chargers cost once, or in every phase in which they stand."""
    carries: bool = False
    """Whether what a phase leaves of its budget may be spent later."""
    steps: tuple[Phase, ...] = Field(min_length=1)
    """The phases, in order."""

    @model_validator(mode="before")
    @classmethod
    def _list_of_steps(cls, given: Any) -> Any:
        return {"steps": given} if isinstance(given, list | tuple) else given

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names, years = self.names, [step.year for step in self.steps]
        if len(set(names)) != len(names):
            raise ValueError("phases need different names")
        known = [year for year in years if year is not None]
        if known != sorted(set(known)):
            raise ValueError(f"years must rise from phase to phase, not {years}")
        if len(names) > 1 and not self.grows_by_factor and len(known) < len(names):
            raise ValueError("every phase needs its demand: a 'year', or a 'growth' factor")
        if self.rate and len(known) < len(names):
            raise ValueError("a yearly rate needs the year of every phase")
        if self.carries and any(step.budget is None for step in self.steps):
            raise ValueError("budgets can only be carried over where every phase has one")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the phases."""
        return tuple(step.name for step in self.steps)

    @property
    def grows_by_factor(self) -> bool:
        """Whether demand by phase is the scenario's own, times a factor."""
        return any(step.growth is not None for step in self.steps)

    @property
    def years(self) -> tuple[int, ...] | None:
        """The years whose demand the source is asked for; None where it grows by factors."""
        if self.grows_by_factor or any(step.year is None for step in self.steps):
            return None
        return tuple(step.year for step in self.steps if step.year is not None)

    def discount(self, phase: int) -> float:
        """Return the factor on the costs of a phase, by its place.

        >>> steps = [{"name": 2025, "year": 2025}, {"name": 2030, "year": 2030}]
        >>> round(Phases(rate=0.05, steps=steps).discount(1), 6)
        0.783526
        """
        step, first = self.steps[phase], self.steps[0].year
        if step.discount is not None:
            return step.discount
        if step.year is None or first is None:
            return 1.0
        return float((1.0 + self.rate) ** (first - step.year))

    def factors(self, phase: int, types: tuple[str, ...]) -> list[float]:
        """Return the factor on the demand of each type in a phase, by its place."""
        growth = self.steps[phase].growth
        if isinstance(growth, Mapping):
            return [growth.get(name, 1.0) for name in types]
        return [1.0 if growth is None else growth] * len(types)
