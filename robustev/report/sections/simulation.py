"""How long drivers wait, by simulated queues."""

from __future__ import annotations

from robustev.core.formatting import amount, interval, percent
from robustev.report.blocks import Block, Cell, Section, Table, Words
from robustev.report.texts import text
from robustev.results.folder import ResultFolder
from robustev.simulate.schema import SimulationDocument
from robustev.simulate.words import sentences, worst

VERDICTS = {"kept": "kept", "undecided": "too close to tell", "broken": "broken"}


def section(results: ResultFolder) -> Section | None:
    """Return a table of cases and one of queues for every plan; None where none was simulated."""
    names = [*results.ordered, *(name for name in results.plans if name not in results.ordered)]
    found = [
        plan.simulation
        for name in names
        if (plan := results.plans.get(name)) is not None and plan.simulation is not None
    ]
    if not found:
        return None
    blocks: list[Block] = []
    for one in found:
        blocks += [Words(sentences(one), title=one.plan), _cases(one), _queues(one)]
    title, label = text("section.simulation.title"), text("section.simulation.label")
    lead = "Drivers come at random, charge, and wait in line where every charger is taken."
    return Section("simulation", title, lead, blocks, label)


def _cases(found: SimulationDocument) -> Table:
    columns = ["what was simulated", "drivers counted", "mean wait", "late", "gave up",
               "stations that keep the promise", "too close to tell", "that break it"]  # fmt: skip
    rows = [
        [Cell(case.title), Cell(f"{case.drivers:,}"), Cell(_minutes(case.wait)),
         Cell(percent(case.late_share)), Cell(percent(case.left_share)), Cell(f"{case.kept:,}"),
         Cell(f"{case.undecided:,}"), Cell(f"{case.broken:,}")]
        for case in found.cases
    ]  # fmt: skip
    note = (
        f"Late: waits over {found.minutes:g} minutes. The promise speaks of the first line; the "
        "others show, one by one, what it leaves out."
    )
    return Table(f"{found.plan}: waits", columns, rows, frozenset(columns[1:]), note)


def _queues(found: SimulationDocument) -> Table:
    share = found.share is not None
    limit = "late" if share else "mean wait"
    columns = ["station", "kind", "type", "chargers", "busy", limit, "by formula", "promise",
               "scenario"]  # fmt: skip
    write = percent if share else _minutes
    rows = [
        [Cell(one.site), Cell(one.kind), Cell(one.type), Cell(f"{one.chargers:,}"),
         Cell(percent(one.utilisation), order=one.utilisation),
         Cell(write(one.value), _between(one.low, one.high, share=share), order=one.value),
         Cell(write(one.formula), order=one.formula), Cell(VERDICTS[one.verdict]),
         Cell(one.scenario)]
        for one in worst(found.cases[0])
    ]  # fmt: skip
    caption = f"{found.plan}: every queue, {found.cases[0].title}"
    note = f"Intervals hold for all stations together at {percent(found.confidence)}."
    numeric = frozenset({"chargers", "busy", limit, "by formula"})
    return Table(caption, columns, rows, numeric, note, folded="Every queue", sortable=True)


def _minutes(value: float | None) -> str:
    return "–" if value is None else f"{amount(value, digits=3)} min"


def _between(low: float | None, high: float | None, *, share: bool) -> str:
    return "" if low is None else interval(low, high, "percent" if share else "amount")
