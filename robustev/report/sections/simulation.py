"""How long drivers wait, by simulated queues."""

from __future__ import annotations

from robustev.core.formatting import amount, interval, percent
from robustev.report.blocks import Block, Cell, Section, Table, Words
from robustev.report.texts import text
from robustev.results.folder import ResultFolder
from robustev.simulate.schema import SimulationDocument
from robustev.simulate.words import sentences, worst


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
    return Section("simulation", title, text("simulation.lead"), blocks, label)


def _cases(found: SimulationDocument) -> Table:
    names = ("case", "drivers", "wait", "late", "left", "keep", "close", "break")
    columns = [text(f"simulation.{name}") for name in names]
    rows = [
        [Cell(case.title), Cell(f"{case.drivers:,}"), Cell(_minutes(case.wait)),
         Cell(percent(case.late_share)), Cell(percent(case.left_share)), Cell(f"{case.kept:,}"),
         Cell(f"{case.undecided:,}"), Cell(f"{case.broken:,}")]
        for case in found.cases
    ]  # fmt: skip
    note = text("simulation.note", minutes=f"{found.minutes:g}")
    caption = text("simulation.waits", plan=found.plan)
    return Table(caption, columns, rows, frozenset(columns[1:]), note)


def _queues(found: SimulationDocument) -> Table:
    share = found.share is not None
    columns = [
        text("column.station"), text("simulation.kind"), text("column.type"),
        text("column.chargers"), text("simulation.busy"),
        text("simulation.late" if share else "simulation.wait"), text("simulation.formula"),
        text("simulation.promise"), text("simulation.scenario"),
    ]  # fmt: skip
    write = percent if share else _minutes
    rows = [
        [Cell(one.site), Cell(one.kind), Cell(one.type), Cell(f"{one.chargers:,}"),
         Cell(percent(one.utilisation), order=one.utilisation),
         Cell(write(one.value), _between(one.low, one.high, share=share), order=one.value),
         Cell(write(one.formula), order=one.formula), Cell(text(f"simulation.{one.verdict}")),
         Cell(one.scenario)]
        for one in worst(found.cases[0])
    ]  # fmt: skip
    caption = text("simulation.queues", plan=found.plan, case=found.cases[0].title)
    note = text("simulation.intervals", level=percent(found.confidence))
    folded, numeric = text("simulation.every"), frozenset(columns[3:7])
    return Table(caption, columns, rows, numeric, note, folded=folded, sortable=True)


def _minutes(value: float | None) -> str:
    return "–" if value is None else text("simulation.minutes", number=amount(value, digits=3))


def _between(low: float | None, high: float | None, *, share: bool) -> str:
    return "" if low is None else interval(low, high, "percent" if share else "amount")
