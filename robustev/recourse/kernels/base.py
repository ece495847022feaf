"""Kernels: what the second stage asks of whoever prices some demand types of an instance.

A kernel solves scenarios exactly, keeps the dual points that come of it in a pool, and knows what
each of them proves about every scenario. The types of an instance are served by one kernel each
where they split on their own, and by one kernel all together where they share one split.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from numpy.typing import NDArray

from robustev.core.arrays import FloatArray, IntArray
from robustev.model.instance import Instance
from robustev.recourse.certificate import StoredDuals
from robustev.recourse.cut import Cut
from robustev.recourse.flow_program import FlowProgram
from robustev.recourse.pool import DualPool


@dataclass(frozen=True)
class SeparationMode:
    """How kernels solve scenarios at fractional openings; at whole ones they are always exact.

    Parameters
    ----------
    exact
        Exactly; otherwise only bounded from below, quickly, where exact solves take long.
    covers
        With flow covers, as far as a kernel knows of any.
    """

    exact: bool = True
    covers: bool = False


EXACT = SeparationMode()
QUICK = SeparationMode(exact=False)
WITH_COVERS = SeparationMode(covers=True)


@dataclass(frozen=True, eq=False)
class Assignment:
    """How some demand types are served in one scenario, at least cost.

    Parameters
    ----------
    site, zone, type, amount
        Shape (parts,): who serves whom, which of the kernel's types, and how many units.
    unserved
        Shape (zones, types of the kernel): units left unserved.
    dual
        An optimal dual point.
    further
        Cost that rules add to travel and unserved demand; infinite where one cannot be kept.
    """

    site: IntArray
    zone: IntArray
    type: IntArray
    amount: FloatArray
    unserved: FloatArray
    dual: Any
    further: float = 0.0


def cuts_one_by_one(
    kernel: RecourseKernel,
    scenarios: IntArray,
    places: IntArray,
    weight: FloatArray,
    group: IntArray,
    x: FloatArray,
) -> list[Cut]:
    """Return the cut of each group of weighted scenarios, from a cut of each scenario.

    For kernels whose dual points mean something else in each scenario; others sum demand first.
    """
    weighted = (
        (int(g), float(w), kernel.cut_of(int(s), kernel.pool.points[p], x))
        for s, p, w, g in zip(scenarios, places, weight, group, strict=True)
        if p >= 0
    )
    return Cut.by_group(weighted, int(group.max()) + 1, (len(x), len(kernel.types)))


class RecourseKernel(Protocol):
    """Prices the second stage of some demand types.

    Dual points are the kernel's own affair: others only pass them on. Capacities have shape
    (sites, its types), and cuts likewise.
    """

    key: ClassVar[str]
    """Name in certificates, by which :mod:`robustev.verify` finds its own check of the duals."""
    types: IntArray
    """The demand types that it serves."""
    pool: DualPool[Any]

    @classmethod
    def accepts(cls, instance: Instance) -> bool:
        """Return whether this kind of kernel can price the second stage of ``instance``."""

    @classmethod
    def of_costs(cls, instance: Instance) -> list[RecourseKernel]:
        """Return kernels whose sum is the second-stage cost of an accepted instance."""

    @classmethod
    def of_shortages(cls, instance: Instance) -> list[RecourseKernel]:
        """Return kernels that count units unserved against the rules; no plan may cost there."""

    @property
    def speaks_for_all(self) -> bool:
        """Whether a dual point is valued in all scenarios at once, so that many are cheap."""

    @property
    def ceiling(self) -> float:
        """Most that one unit of demand can cost."""

    @property
    def is_slow(self) -> bool:
        """Whether exact solves at fractional openings take much longer than quick ones."""

    @property
    def may_cover(self) -> bool:
        """Whether flow covers may strengthen its cuts."""

    def values(
        self, x: FloatArray, capacity: FloatArray, scenarios: IntArray, first: int = 0
    ) -> FloatArray:
        """Return what dual points prove for each scenario, from place ``first`` of the pool on.

        Shape (scenarios, points).
        """

    def price(
        self,
        scenario: int,
        x: FloatArray,
        capacity: FloatArray,
        mode: SeparationMode = EXACT,
        start: Any | None = None,
    ) -> tuple[float, Any]:
        """Solve one scenario; return its cost, and the dual point that makes the strongest cut.

        ``start`` is a dual point of a similar solve: it may make this one quicker.
        """

    def add(self, dual: Any) -> int:
        """Put a dual point into the pool and return its place."""

    def adopted(self, dual: Any, x: FloatArray) -> Any | None:
        """Return a point of a problem with other costs or demand as one of this, sharp at ``x``.

        None where it says nothing here.
        """

    def settled(self, dual: Any, x: FloatArray, capacity: FloatArray) -> Any:
        """Return the point that makes the strongest cut, of those as good as ``dual`` at a plan."""

    def cuts(
        self,
        scenarios: IntArray,
        places: IntArray,
        weight: FloatArray,
        group: IntArray,
        x: FloatArray,
    ) -> list[Cut]:
        """Return the cut of each group of weighted scenarios, sharp at ``x``.

        Every scenario has its own place in the pool, or none (-1); groups are numbered from 0 on.
        """

    def cut_of(self, scenario: int, dual: Any, x: FloatArray) -> Cut:
        """Return the cut of one scenario by a dual point without covers, sharp where it is from."""

    def serve(self, scenario: int, x: FloatArray, capacity: FloatArray) -> Assignment:
        """Return how one scenario is served at least cost at whole openings."""

    def flow_program(self, scenario: int) -> FlowProgram | None:
        """Return its problem in a scenario as flows on arcs, None where it is another."""

    def stored(self) -> StoredDuals:
        """Return the pool as a certificate keeps it."""

    def packed(self, most: int) -> Mapping[str, NDArray[Any]]:
        """Return the newest points of the pool, at most so many, as named arrays."""

    def unpacked(self, arrays: Mapping[str, NDArray[Any]]) -> Iterator[Any]:
        """Return the dual points that :meth:`packed` gave, for :meth:`add`.

        They may have lost their last digits on the way, but are valid whatever they are.
        """
