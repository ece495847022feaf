"""Tasks of a simulation, each for a process of its own: one queue, or a whole network of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import FloatArray, IntArray
from robustev.simulate.cases import Case
from robustev.simulate.draws import Draw, Stream, Window, draw, zones_of
from robustev.simulate.engine import Choices, Driver, alone, together


@dataclass(frozen=True, eq=False)
class OneQueue:
    """All replications of a queue that no other queue changes, each with its own stream."""

    case: Case
    window: Window
    late: float
    streams: tuple[Stream, ...]

    def run(self) -> FloatArray:
        """Return what each replication counts, shape (replications, counts)."""
        patient = self.case.patience is not None
        return np.array([
            alone(
                one.chargers, draw(self.case, self.window, one), self.window, self.late,
                patient=patient,
            )
            for one in self.streams
        ])  # fmt: skip


@dataclass(frozen=True, eq=False)
class Origins:
    """Where the drivers of every queue come from, and what they choose among.

    Parameters
    ----------
    zone, weight
        For each queue, zones and how much demand each brings.
    group
        Shape (queues,): place of its drivers' choices.
    choices
        The choices of the drivers of each kind and type.
    """

    zone: tuple[IntArray, ...]
    weight: tuple[FloatArray, ...]
    group: IntArray
    choices: tuple[Choices, ...]


@dataclass(frozen=True, eq=False)
class Network:
    """Some replications of all queues together, whose drivers choose where to go.

    ``streams`` holds those of every queue for each replication; ``service`` the mean minutes at
    each queue.
    """

    case: Case
    window: Window
    late: float
    streams: tuple[tuple[Stream, ...], ...]
    service: FloatArray
    origins: Origins

    def run(self) -> FloatArray:
        """Return what each replication counts, shape (replications, queues, counts)."""
        return np.array([self._replication(streams) for streams in self.streams])

    def _replication(self, streams: tuple[Stream, ...]) -> FloatArray:
        drivers: list[Driver] = []
        for place, one in enumerate(streams):
            drivers += self._drivers(place, draw(self.case, self.window, one))
        drivers.sort(key=lambda driver: driver.moment)
        return together(
            np.array([one.chargers for one in streams]), self.service, drivers,
            self.origins.choices, self.window, self.late, patient=self.case.patience is not None,
        )  # fmt: skip

    def _drivers(self, place: int, drawn: Draw) -> list[Driver]:
        """Return the drivers assigned to a queue, those who are there at the beginning too."""
        origins = self.origins
        zone = origins.zone[place][zones_of(drawn.origin, origins.weight[place])]
        group = int(origins.group[place])
        columns = (drawn.moment, drawn.service, drawn.patience, zone)
        return [
            Driver(moment, service, patience, group, at, place if n < drawn.start else None)
            for n, (moment, service, patience, at) in enumerate(
                zip(*(column.tolist() for column in columns), strict=True)
            )
        ]


Task = OneQueue | Network


def run(task: Task) -> FloatArray:
    """Return what a task counts."""
    return task.run()
