"""Simulate the queues of a plan, and say whether a promise on waiting holds.

Where drivers go to their assigned station the queues are apart from each other, and each is
simulated in the scenario that brings it most drivers. Where they choose, the whole network is
simulated in the scenario of most sessions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import FloatArray, IntArray
from robustev.data.plan import Plan
from robustev.model.features.waiting import MINUTES, Waiting
from robustev.model.instance import Instance
from robustev.parallel.processes import completed
from robustev.recourse.recourse import Dispatch
from robustev.simulate.cases import Case, cases_of
from robustev.simulate.config import SimulationConfig
from robustev.simulate.draws import Stream, Window
from robustev.simulate.engine import Choices
from robustev.simulate.judging import judged
from robustev.simulate.queues import Queues, queues_of
from robustev.simulate.schema import CaseDocument, SimulationDocument
from robustev.simulate.tasks import Network, OneQueue, Origins, Task, run

FEW_DRIVERS = 50_000
"""Up to so many drivers other processes would take longer to start than to do the work."""
REPLICATIONS_OF_A_TASK = 5
"""Replications of a network in one task."""


def simulate(
    instance: Instance,
    plan: Plan,
    promise: Waiting,
    config: SimulationConfig,
    seed: int,
    *,
    workers: int | None = None,
) -> SimulationDocument:
    """Return what simulated queues say of a plan in the scenarios of an instance.

    The result does not depend on the number of processes.

    Raises
    ------
    ConfigError
        If the promise cannot be asked of the region.
    """
    queues, flows = queues_of(instance, plan, promise)
    work = _Simulation(instance, promise, config, seed, queues, flows)
    kinds = tuple(kind.name for kind in instance.region.kinds)
    return SimulationDocument(
        plan=plan.name,
        promise=promise.text(),
        minutes=promise.minutes,
        share=promise.share,
        confidence=config.confidence,
        seed=seed,
        hours=config.hours,
        warm_up=config.warm_up,
        replications=config.replications,
        scenarios=len(instance.scenarios),
        cases=tuple(work.case(case, workers) for case in cases_of(config, kinds)),
    )


@dataclass(frozen=True, eq=False)
class _Simulation:
    """Everything that the cases of one plan share."""

    instance: Instance
    promise: Waiting
    config: SimulationConfig
    seed: int
    queues: Queues
    flows: list[Dispatch]

    def case(self, case: Case, workers: int | None) -> CaseDocument:
        """Return what one case finds."""
        every = np.arange(len(self.queues))
        window = Window.of(case, self.config.warm_up, self.config.hours)
        scenario = self.queues.busiest
        if case.is_network:
            scenario = np.full(len(every), np.argmax(self.queues.rate.sum(axis=1)))
        streams = [
            tuple(self._stream(q, int(scenario[q]), n) for q in every.tolist())
            for n in range(self.config.replications)
        ]
        late = self.promise.minutes
        tasks: list[Task]
        if case.is_network:
            origins = self._origins(int(scenario[0]))
            tasks = [
                Network(
                    case, window, late, tuple(streams[n : n + REPLICATIONS_OF_A_TASK]),
                    self.queues.service, origins,
                )
                for n in range(0, len(streams), REPLICATIONS_OF_A_TASK)
            ]  # fmt: skip
        else:
            tasks = [OneQueue(case, window, late, own) for own in zip(*streams, strict=True)]
        hours = window.end / MINUTES * len(streams)
        few = float(self.queues.rate[scenario, every].sum()) * hours < FEW_DRIVERS
        found: dict[int, FloatArray] = dict(completed(run, tasks, workers=1 if few else workers))
        counts = [found[n] for n in range(len(tasks))]
        whole = np.concatenate(counts) if case.is_network else np.array(counts).transpose(1, 0, 2)
        return judged(
            case, self.instance, self.queues, scenario, whole, self.promise,
            self.config.confidence, window.until - window.begin,
        )  # fmt: skip

    def _stream(self, queue: int, scenario: int, number: int) -> Stream:
        region, q = self.instance.region, self.queues
        kind = region.kinds[q.kind[queue]].name
        purpose = (
            self.instance.scenarios.names[scenario], region.sites.ids[q.site[queue]],
            kind, region.types[q.of_type[queue]], str(number),
        )  # fmt: skip
        return Stream(
            self.seed, purpose, kind, int(q.chargers[queue]), float(q.service[queue]),
            float(q.rate[scenario, queue]),
        )  # fmt: skip

    def _origins(self, scenario: int) -> Origins:
        """Return where drivers come from in a scenario, and what they choose among.

        Drivers keep the kind of charger that they were assigned, and go anywhere within reach.
        """
        q, flow = self.queues, self.flows[scenario]
        own = [(flow.site == i) & (flow.type == k) for i, k in zip(q.site, q.of_type, strict=True)]
        pairs = np.column_stack([q.kind, q.of_type])
        groups, group = np.unique(pairs, axis=0, return_inverse=True)
        return Origins(
            tuple(flow.zone[part] for part in own),
            tuple(flow.amount[part] for part in own),
            group.ravel(),
            tuple(self._choices(np.flatnonzero(group.ravel() == g)) for g in range(len(groups))),
        )

    def _choices(self, among: IntArray) -> Choices:
        """Return the choices among some queues, at most one of each site."""
        assert self.config.speed is not None
        arcs, region = self.instance.arcs, self.instance.region
        queue_at = np.full(self.instance.num_sites, -1)
        queue_at[self.queues.site[among]] = among
        used = queue_at[arcs.site] >= 0
        zone, site = arcs.zone[used], arcs.site[used]
        travel = region.arcs.cost[region.arcs.index(zone, site)]
        start = np.searchsorted(zone, np.arange(self.instance.num_zones + 1))
        return Choices(start, queue_at[site], travel * (MINUTES / self.config.speed))
