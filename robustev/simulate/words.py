"""What a simulation found, in sentences."""

from __future__ import annotations

from robustev.core.formatting import amount, count, percent
from robustev.simulate.schema import CaseDocument, QueueDocument, SimulationDocument


def sentences(found: SimulationDocument) -> list[str]:
    """Return whether the promise holds, and how it was asked."""
    promise = found.cases[0]
    return [
        f"The promise: {found.promise}.",
        holds(promise, found.confidence),
        f"{count(found.replications, 'replication')} of {amount(found.hours)} hours, each station "
        f"in the one of {count(found.scenarios, 'scenario')} that brings it most drivers; all "
        f"statements about stations together at {percent(found.confidence)}.",
    ]  # fmt: skip


def holds(case: CaseDocument, confidence: float) -> str:
    """Return in how many stations a promise holds."""
    every = count(case.stations, "station")
    if case.broken:
        return f"It is broken at {case.broken:,} of {every}, beyond chance."
    if case.kept == case.stations:
        return f"It is kept at every one of {every}, beyond chance."
    return (
        f"No station of {case.stations:,} breaks it beyond chance; {case.kept:,} keep it beyond "
        f"chance, and {case.undecided:,} are too close to it to tell."
    )


def worst(case: CaseDocument, number: int | None = None) -> list[QueueDocument]:
    """Return the queues of a case by how long drivers wait, or are late; the worst first."""
    ordered = sorted(case.queues, key=lambda one: -(one.value or 0.0))
    return ordered[:number]
