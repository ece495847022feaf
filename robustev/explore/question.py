"""What a planner asks: which sites are locked, how much money, how much demand."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from robustev.core.settings import Settings
from robustev.model.features.budget import Budget
from robustev.model.features.locks import Locks
from robustev.model.model import Model


class Question(Settings):
    """One what-if, beside the plan that a run made."""

    closed: tuple[str, ...] = ()
    """Ids of sites that have no station."""
    opened: tuple[str, ...] = ()
    """Ids of sites that have one."""
    budget: float | None = Field(None, ge=0)
    """Most money for what is built; absent for the model's own limit, if it has one."""
    adoption: float = Field(1.0, gt=0, le=10)
    """Demand of every scenario is multiplied by this: more or fewer electric vehicles."""
    growth: float = Field(1.0, ge=0, le=10)
    """Share of each zone's growth, from today's demand to the forecast, that comes about: 1 as the
    scenarios have it, 0 none."""

    @model_validator(mode="after")
    def _not_both(self) -> Self:
        if both := set(self.closed) & set(self.opened):
            raise ValueError(f"{min(both)} is both closed and open")
        return self

    @property
    def demand(self) -> tuple[float, float]:
        """What the demand of its scenarios depends on."""
        return round(self.adoption, 6), round(self.growth, 6)

    def model(self, base: Model) -> Model:
        """Return the model with what is asked laid over it; locks of its own stay."""
        changes: dict[str, object] = {}
        if self.closed or self.opened:
            own = base.locks or Locks()
            changes["locks"] = own.model_copy(
                update={
                    "open": tuple(dict.fromkeys([*own.open, *self.opened])),
                    "closed": tuple(dict.fromkeys([*own.closed, *self.closed])),
                }
            )
        if self.budget is not None:
            changes["budget"] = Budget(limit=self.budget)
        return base.model_copy(update=changes)

    def is_tighter_than(self, other: Question) -> bool:
        """Return whether every plan that answers this question is allowed by the other one."""
        return (
            self.demand == other.demand
            and set(other.closed) <= set(self.closed)
            and set(other.opened) <= set(self.opened)
            and (other.budget is None or (self.budget is not None and self.budget <= other.budget))
        )
