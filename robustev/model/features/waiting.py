"""A promise on waiting, kept at every station in the peak hour of every scenario.

The ``n`` chargers of kind r at a site are a queue M/M/n: arrivals are the load of the peak hour,
each busy charger ends ``mu_r`` sessions an hour. ``A(n)`` is the largest number of busy chargers
that keeps the promise, from Erlang C (:mod:`robustev.core.erlang`): with ``mu W`` the longest mean
wait in mean services,

    A(n) = max { a < n :  C(n, a) / (n - a) <= mu_r W },

or, for a share e of drivers who may wait longer, the largest a with C(n, a) exp(-(n - a) mu_r W)
<= e. Chargers then have the capacity

    T_rk(n) = cap_rk A(n),                     a busy charger serving cap_rk in the peak hour, or
    T_rk(n) = mu_r A(n) units_k / peak_k,      where peak_k of a day's demand comes in that hour.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from pydantic import Field, model_validator
from scipy.stats import poisson

from robustev.core.arrays import FloatArray
from robustev.core.erlang import largest_loads
from robustev.core.errors import FaultCollector
from robustev.core.settings import Amount
from robustev.data.plan import Plan
from robustev.data.region import ChargerKind, Region
from robustev.model.features.base import Feature, Sweep
from robustev.model.instance import Instance

MINUTES = 60.0
SLACK = 1e-6
"""Share by which a wait or a capacity may be off through rounding, in the check."""


class Waiting(Feature):
    """Nobody waits long for a charger, at any station, in the peak hour of any scenario."""

    key = "waiting"
    title = "waiting"
    frontier = Sweep("minutes", title="longest wait in minutes", loosens=True)
    example = {"minutes": 12.0, "service": 30.0, "apart": True}

    minutes: float = Field(gt=0)
    """Longest mean wait in the peak hour, in minutes; with ``share``, the wait that so many
    drivers may exceed (``W``)."""
    share: float | None = Field(None, gt=0, lt=1)
    """Largest share of drivers who wait longer than ``minutes`` (``e``); absent to limit the mean
    wait."""
    service: Amount | dict[str, Amount]
    """Mean time at a charger in minutes (60 / ``mu_r``): one number, or by kind."""
    peak_share: Amount | dict[str, Amount] | None = None
    """Share of demand that comes in the peak hour (``peak_k``): one number, or by demand type.
    Absent if a charger's capacity is what it serves when it is busy throughout that hour."""
    session_units: Amount | dict[str, Amount] = 1.0
    """Demand units of one charging session (``units_k``), used with ``peak_share``."""
    apart: bool = False
    """Whether demand types that one kind of charger serves come at different hours, so that each
    has the queue to itself. Without it, a kind that serves several types is refused."""

    @model_validator(mode="after")
    def _positive(self) -> Self:
        for name in ("service", "peak_share", "session_units"):
            given = getattr(self, name)
            for value in given.values() if isinstance(given, dict) else [given]:
                if value is not None and not value > 0:
                    raise ValueError(f"{name} must be above 0")
        shares = self.peak_share if isinstance(self.peak_share, dict) else {"": self.peak_share}
        if any(share is not None and share > 1 for share in shares.values()):
            raise ValueError("peak_share must be at most 1")
        return self

    def text(self) -> str:
        """Return the promise in words."""
        if self.share is None:
            return f"a mean wait of at most {self.minutes:g} minutes in the peak hour"
        return f"at most {self.share:.4g} of drivers wait over {self.minutes:g} minutes at the peak"

    def check(self, region: Region, faults: FaultCollector) -> None:
        """Note what the region does not have, and what is no queue of one kind of chargers."""
        kinds = [kind.name for kind in region.kinds]
        for name, known in (
            ("service", kinds), ("peak_share", region.types), ("session_units", region.types)
        ):  # fmt: skip
            given = getattr(self, name)
            if isinstance(given, dict):
                label = f"model.waiting.{name}"
                faults.add_unknown(label, list(given), list(known))
                missing = [one for one in known if one not in given]
                if missing:
                    faults.add(f"{label} leaves out {', '.join(missing)}")
        if not kinds:
            faults.add("model.waiting needs chargers, and the region has no kind of them")
        if (region.sites.fixed_capacity > 0).any():
            faults.add(
                "model.waiting: a site has capacity of its own, which is no queue of chargers",
                found=str(
                    region.sites.ids[int(np.argmax(region.sites.fixed_capacity.max(axis=1)))]
                ),
                expected="capacity in chargers alone",
            )
        for kind in region.kinds if not self.apart else ():
            served = [k for k in region.types if kind.capacity.get(k, 0.0) > 0]
            if len(served) > 1:
                faults.add(
                    f"model.waiting: kind {kind.name} serves several demand types, whose loads "
                    "would share one queue",
                    found=", ".join(served),
                    expected="one demand type for each kind, or apart: true",
                )

    def service_of(self, kind: str) -> float:
        """Return the mean minutes at a charger of a kind, ``60 / mu_r``."""
        return _of(self.service, kind)

    def sessions_an_hour(self, kind: ChargerKind, of_type: str) -> float:
        """Return the sessions in the peak hour that one demand unit brings to a kind of charger."""
        if self.peak_share is None:
            return MINUTES / self.service_of(kind.name) / kind.capacity[of_type]
        return _of(self.peak_share, of_type) / _of(self.session_units, of_type)

    def charger_table(self, region: Region) -> FloatArray:
        """Return the capacity ``T_rk(n)`` of 0, 1, ... chargers, (most + 1, kinds, types)."""
        most = int(region.sites.slots.max(initial=0))
        table = np.zeros((most + 1, len(region.kinds), len(region.types)))
        for r, kind in enumerate(region.kinds):
            service = self.service_of(kind.name)
            busy = largest_loads(most, self.minutes / service, self.share)
            for k, name in enumerate(region.types):
                each = kind.capacity.get(name, 0.0)
                if self.peak_share is not None and each > 0:
                    each = MINUTES / service / self.sessions_an_hour(kind, name)
                table[:, r, k] = each * busy
        return table

    def broken(self, plan: Plan, instance: Instance) -> list[str]:
        """Return where full use of a plan's capacity breaks the promise, or is held to too little.

        Waits come from the probabilities of the queue's lengths, not from Erlang's formula.
        """
        found, table = [], instance.charger_table
        for r, kind in enumerate(instance.region.kinds):
            service = _of(self.service, kind.name)
            for k, of_type in enumerate(instance.region.types):
                each = kind.capacity.get(of_type, 0.0)
                usable = instance.charger_capacity[r, k]
                if self.peak_share is not None:
                    each = MINUTES / service * _of(self.session_units, of_type)
                    each /= _of(self.peak_share, of_type)
                for n in np.unique(plan.chargers[:, r]) if usable > 0 and table is not None else ():
                    assert table is not None
                    within = min(int(n), len(table) - 1)
                    load = table[within, r, k] / each
                    if self._kept(within, load * (1 + SLACK) + SLACK, service):
                        if table[within, r, k] < usable * within * (1 - SLACK):
                            found.append(f"{n} {kind.name} chargers may serve more than they do")
                    elif not self._kept(within, load * (1 - SLACK) - SLACK, service):
                        found.append(f"{n} {kind.name} chargers serve too many for {self.text()}")
        return found

    def _kept(self, chargers: int, busy: float, service: float) -> bool:
        """Return whether chargers with so many busy on average keep the promise."""
        if busy <= 0:
            return True
        if busy >= chargers:
            return False
        below = poisson.pmf(np.arange(chargers), busy) / poisson.pmf(chargers, busy)
        full = chargers / (chargers - busy)  # the sum of (busy / chargers)^m over lengths m
        waiting = full / (below.sum() + full)
        rate = (chargers - busy) / service
        if self.share is None:
            return bool(waiting / rate <= self.minutes)
        return bool(waiting * np.exp(-rate * self.minutes) <= self.share)


def _of(given: float | dict[str, float], name: str) -> float:
    """Return what holds for one kind or type."""
    return float(given[name] if isinstance(given, dict) else given)
