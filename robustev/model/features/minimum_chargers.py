"""An open station has at least so many chargers: ``sum_r n_ir >= m x_i`` and ``n_ir >= m_r x_i``.

A station that stands already and must stay, with fewer chargers than that, may stay as it is: there
the least number is what stands.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from pydantic import Field, PositiveInt, model_validator
from scipy.sparse import csr_array, diags_array, eye_array, kron, vstack

from robustev.core.errors import FaultCollector
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.model.features.base import Feature, Sweep
from robustev.model.instance import Instance
from robustev.model.rows import Rows


class MinimumChargers(Feature):
    """An open station has at least so many chargers, in all or of a kind."""

    key = "minimum_chargers"
    title = "fewest chargers of a station"
    frontier = Sweep("number", title="fewest chargers of a station")
    example = {"number": 1, "of_kind": {"kind0": 1}}

    number: int = Field(0, ge=0)
    """Fewest chargers of an open station, of all kinds together (``m``)."""
    of_kind: dict[str, PositiveInt] = Field(default_factory=dict)
    """Fewest chargers of an open station by kind (``m_r``); other kinds are free."""

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        if not self.model_fields_set & {"number", "of_kind"}:
            raise ValueError("one of 'number' and 'of_kind' must be given")
        return self

    def text(self) -> str:
        """Return the limits in words."""
        parts = [f"{self.number} chargers"] if self.number else []
        parts += [f"{count} {kind}" for kind, count in self.of_kind.items()]
        return f"at least {' and '.join(parts) or '0 chargers'} at an open station"

    def check(self, region: Region, faults: FaultCollector) -> None:
        """Note unknown kinds, and a region in which there are no chargers."""
        kinds = [kind.name for kind in region.kinds]
        if not kinds:
            faults.add("model.minimum_chargers: the region has no charger kinds")
        else:
            faults.add_unknown("model.minimum_chargers.of_kind", self.of_kind, kinds)

    def rows(self, instance: Instance) -> Rows:
        """Return a row for each site and limit that more than what stands must keep."""
        sites, kinds = instance.num_sites, instance.num_kinds
        parts: list[tuple[str, int, csr_array]] = []
        if self.number:
            parts.append(("", self.number, csr_array(kron(eye_array(sites), np.ones((1, kinds))))))
        for r, kind in enumerate(instance.region.kinds):
            if kind.name in self.of_kind:
                one = np.eye(kinds)[[r]]
                count = self.of_kind[kind.name]
                parts.append((f"{kind.name} ", count, csr_array(kron(eye_array(sites), one))))
        if not parts:
            return Rows.none()
        standing = instance.min_chargers.ravel()
        least = [
            np.where(instance.min_open, np.minimum(count, which @ standing), count)
            for _, count, which in parts
        ]
        return Rows.of(
            [
                f"at least {numbers[i]} {kind}chargers at {site} if it is open"
                for (kind, _, _), numbers in zip(parts, least, strict=True)
                for i, site in enumerate(instance.region.sites.ids)
            ],
            lower=0.0,
            chargers=vstack([which for _, _, which in parts]),
            open=vstack([diags_array(-numbers.astype(float)) for numbers in least]),
        )

    def broken(self, plan: Plan, instance: Instance) -> list[str]:
        """Return the open stations with too few chargers."""
        kinds, found = [kind.name for kind in instance.region.kinds], []
        for i in np.flatnonzero(plan.open):
            asked = [("chargers", self.number, slice(None))]
            asked += [
                (f"{kind} chargers", count, slice(r, r + 1))
                for r, kind in enumerate(kinds)
                if (count := self.of_kind.get(kind, 0))
            ]
            for name, least, which in asked:
                here = int(plan.chargers[i, which].sum())
                if instance.min_open[i]:
                    least = min(least, int(instance.min_chargers[i, which].sum()))
                if here < least:
                    site = instance.region.sites.ids[i]
                    found.append(f"{here} {name} at {site}, {least - here} fewer than {least}")
        return found
