"""The simulation itself: drivers as processes and chargers as resources of SimPy.

Drivers are served in the order in which they come. After the last arrival the queues run empty, so
that everyone who is counted is seen to the end of the wait.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import simpy

from robustev.core.arrays import FloatArray, IntArray
from robustev.simulate.draws import Draw, Window

COUNTS = ("drivers", "wait", "late", "left", "busy")
"""What is counted of each queue: drivers, minutes that they wait, drivers who wait longer than the
promise says, drivers who give up, and minutes that its chargers are busy."""


@dataclass(eq=False)
class Station:
    """The chargers of one queue while they are simulated, and what was counted there."""

    env: Any
    chargers: int
    window: Window
    late: float
    patient: bool
    counts: FloatArray = field(default_factory=lambda: np.zeros(len(COUNTS)))

    def __post_init__(self) -> None:
        self.resource = simpy.Resource(self.env, capacity=self.chargers)

    def visit(self, service: float, patience: float) -> Generator[Any, Any, None]:
        """Wait for a charger, and charge or give up."""
        env, came = self.env, self.env.now
        counted = self.window.begin <= came < self.window.until
        with self.resource.request() as turn:
            if self.patient:
                yield turn | env.timeout(patience)
            else:
                yield turn
            wait, began = env.now - came, turn.triggered
            if counted:
                self.counts[:4] += (1.0, wait, wait > self.late, not began)
            if began:
                begin, end = (
                    max(env.now, self.window.begin),
                    min(env.now + service, self.window.until),
                )
                self.counts[4] += max(0.0, end - begin)
                yield env.timeout(service)


def alone(
    chargers: int, drivers: Draw, window: Window, late: float, *, patient: bool
) -> FloatArray:
    """Return what one replication of one queue counts, shape (counts,)."""
    env = simpy.Environment()
    station = Station(env, chargers, window, late, patient)

    def arrivals() -> Iterator[Any]:
        columns = (drivers.moment, drivers.service, drivers.patience)
        for moment, service, patience in zip(*(one.tolist() for one in columns), strict=True):
            if moment > env.now:
                yield env.timeout(moment - env.now)
            env.process(station.visit(service, patience))

    env.process(arrivals())
    env.run()
    return station.counts


@dataclass(frozen=True, eq=False)
class Choices:
    """The queues among which drivers of one kind of charger choose.

    Parameters
    ----------
    start
        Shape (zones + 1,): where the choices of each zone begin.
    queue, travel
        Shape (choices,): the queue, and the minutes on the way to it.
    """

    start: IntArray
    queue: IntArray
    travel: FloatArray

    def of_zone(self, zone: int) -> slice:
        """Return where the choices of a zone stand."""
        return slice(int(self.start[zone]), int(self.start[zone + 1]))


@dataclass(frozen=True)
class Driver:
    """One driver: when they set off, minutes at the charger and of patience, where from.

    ``group`` and ``zone`` are places in the choices; ``at`` is the queue of a driver who is there
    at the beginning.
    """

    moment: float
    service: float
    patience: float
    group: int
    zone: int
    at: int | None = None


def together(
    chargers: IntArray,
    service: FloatArray,
    drivers: list[Driver],
    choices: Sequence[Choices],
    window: Window,
    late: float,
    *,
    patient: bool,
) -> FloatArray:
    """Return what one replication of queues counts whose drivers choose, shape (queues, counts).

    Parameters
    ----------
    service
        Shape (queues,): mean minutes at a charger, from which drivers expect their wait: with
        ``m`` drivers at ``n`` chargers, ``max(0, m - n + 1) / n`` of it.
    drivers
        In the order in which they set off.
    """
    env = simpy.Environment()
    stations = [Station(env, int(n), window, late, patient) for n in chargers]
    here, pace = np.zeros(len(chargers)), service / chargers

    def trip(driver: Driver) -> Generator[Any, Any, None]:
        place = driver.at
        if place is None:
            of_kind = choices[driver.group]
            own = of_kind.of_zone(driver.zone)
            near, way = of_kind.queue[own], of_kind.travel[own]
            wait = np.maximum(here[near] - chargers[near] + 1, 0) * pace[near]
            best = int(np.argmin(way + wait))
            place = int(near[best])
            yield env.timeout(float(way[best]))
        here[place] += 1
        yield from stations[place].visit(driver.service, driver.patience)
        here[place] -= 1

    def traffic() -> Iterator[Any]:
        for driver in drivers:
            if driver.moment > env.now:
                yield env.timeout(driver.moment - env.now)
            env.process(trip(driver))

    env.process(traffic())
    env.run()
    return np.array([station.counts for station in stations])
