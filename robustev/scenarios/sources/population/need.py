"""From people to charging demand: population x ownership x charging need."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from robustev.core.arrays import FloatArray
from robustev.core.errors import InputError
from robustev.core.settings import Amount, Settings
from robustev.data.population import AgeGroup
from robustev.data.region import Region


class AgeNeed(Settings):
    """Ownership and charging need of one age group."""

    low: int = Field(ge=0)
    """Youngest age."""
    high: int | None = Field(None, gt=0)
    """Age from which the next group begins; absent for no upper end."""
    ownership: Amount
    """EVs per person."""
    need: Amount
    """Public charging per EV and period, in demand units."""

    def covers(self, group: AgeGroup) -> bool:
        """Return whether an age group of the data lies within this one."""
        if group.low < self.low:
            return False
        return self.high is None or (group.high is not None and group.high <= self.high)


class ChargingNeed(Settings):
    """What a person charges: ``D_j = sum_a P_ja o_a c_a`` with ownership o and need c."""

    ownership: Amount = 1.0
    """EVs per person."""
    need: Amount = 1.0
    """Public charging per EV and period, in demand units."""
    by_age: tuple[AgeNeed, ...] = ()
    """Both by age, where the population is known by age; ages in none of them charge nothing."""

    def per_person(self, groups: tuple[AgeGroup, ...]) -> FloatArray:
        """Return demand of one person of each group, shape (groups,).

        >>> ChargingNeed(ownership=0.5, need=0.2).per_person((AgeGroup(),)).tolist()
        [0.1]

        Raises
        ------
        InputError
            If a group of the data straddles the ages given.
        """
        if not self.by_age:
            return np.full(len(groups), self.ownership * self.need)
        values = []
        for group in groups:
            inside = [part for part in self.by_age if part.covers(group)]
            outside = all(
                (part.high is not None and part.high <= group.low)
                or (group.high is not None and part.low >= group.high)
                for part in self.by_age
            )
            if not inside and not outside:
                raise InputError(
                    f"charging.by_age: the age group {group} of the data lies in part within the "
                    "ages given; give ages that bound the groups of the data"
                )
            values.append(inside[0].ownership * inside[0].need if inside else 0.0)
        return np.array(values)


def people_to_demand(people: FloatArray, region: Region, charging: ChargingNeed | None,
                     groups: tuple[AgeGroup, ...]) -> FloatArray:  # fmt: skip
    """Return demand, shape (scenarios, zones, types), from people (scenarios, zones, groups).

    With ``charging``, ``sum_a P_ja o_a c_a``, spread over demand types as the region's reference
    demand is. Without it each zone keeps its reference demand per person.

    Raises
    ------
    InputError
        Without ``charging``, if the region gives no population, or demand where nobody lives.
    """
    reference = region.demand
    total = reference.sum(axis=1, keepdims=True)
    whole = reference.sum(axis=0) / reference.sum() if reference.sum() > 0 else np.ones(1)
    mix = np.divide(reference, total, out=np.tile(whole, (len(reference), 1)), where=total > 0)
    if charging is not None:
        demand = people @ charging.per_person(groups)
        return np.asarray(demand[:, :, None] * mix)
    residents = region.zones.population
    if residents is None:
        raise InputError("the region gives no population to relate its demand to; say what a "
                         "person charges under 'charging'")  # fmt: skip
    if ((residents <= 0) & (total[:, 0] > 0)).any():
        raise InputError(
            "the region has demand in zones without residents, so demand cannot follow "
            "population there; say what a person charges under 'charging'"
        )
    each = np.divide(reference, residents[:, None], out=np.zeros_like(reference),
                     where=residents[:, None] > 0)  # fmt: skip
    return np.asarray(people.sum(axis=2)[:, :, None] * each)
