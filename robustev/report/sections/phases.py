"""What is built now, what later and under which signs, and what waiting is worth."""

from __future__ import annotations

from collections.abc import Sequence

from robustev.core.formatting import amount, interval, percent
from robustev.report.blocks import Block, Cell, Section, Table, Words
from robustev.report.texts import text
from robustev.report.words import listed
from robustev.results.folder import ResultFolder, StoredPlan
from robustev.results.phases import ValueOfWaiting, values_of_waiting
from robustev.results.schema import DecisionDocument

MOST_LISTED = 8
"""Stations that a sentence names; the table names all."""


def section(results: ResultFolder) -> Section | None:
    """Return the section; None where no plan has several phases."""
    plans = [
        plan for name in results.ordered
        if (plan := results.plans.get(name)) is not None and plan.document.phases
    ]  # fmt: skip
    if not plans:
        return None
    blocks: list[Block] = []
    worth = [waiting_sentence(one, results) for one in values_of_waiting(results)]
    if worth:
        blocks.append(Words(worth, tone="answer", title=text("phases.worth")))
    for plan in plans:
        blocks += [Words(decision_sentences(plan, results), listed=True, title=plan.name)]
        blocks += [decision_table(plan, results), station_table(plan, results)]
    title, label = text("section.phases.title"), text("section.phases.label")
    return Section("phases", title, "", blocks, label)


def waiting_sentence(worth: ValueOfWaiting, results: ResultFolder) -> str:
    """Return what deciding later phases later saves, between its proven ends."""
    low, high = (results.units.cost(amount(value)) for value in (worth.low, worth.high))
    share = [percent(value / abs(worth.cost)) if worth.cost else "" for value in
             (worth.low, worth.high)]  # fmt: skip
    values = {"tree": worth.tree, "path": worth.path, "low": low, "high": high, "share": ""}
    if worth.low > 0:
        if worth.cost:
            values["share"] = text("phases.share_between", low=share[0], high=share[1])
        return text("phases.saves", **values)
    if worth.cost:
        values["share"] = text("phases.share", high=share[1])
    return text("phases.saves_at_most", **values)


def decision_sentences(plan: StoredPlan, results: ResultFolder) -> list[str]:
    """Return one sentence for every decision: what is built, and when."""
    decisions = plan.document.phases or ()
    return [_sentence(one, decisions, results) for one in decisions]


def _sentence(
    one: DecisionDocument, decisions: Sequence[DecisionDocument], results: ResultFolder
) -> str:
    opened, added = changes(one, decisions, results)
    names = results.region.site_names if results.region else {}
    parts = []
    if added:
        total = listed([f"{number:,} {kind}" for kind, number in sorted(added.items())])
        parts.append(text("phases.more_chargers", kinds=total))
    if opened:
        shown = [names.get(site, site) for site in opened[:MOST_LISTED]]
        more = len(opened) - len(shown)
        places = listed([*shown, text("phases.others", more)] if more else shown)
        new = text("count.new_station", len(opened))
        parts.append(text("phases.new_stations", stations=new, places=places))
    values = {
        "when": _when(one, decisions, results),
        "what": listed(parts) if parts else text("phases.nothing"),
    }
    if not one.spent:
        return text("phases.decision", **values)
    return text("phases.decision_for", cost=results.units.cost(amount(one.spent)), **values)


def _when(
    one: DecisionDocument, decisions: Sequence[DecisionDocument], results: ResultFolder
) -> str:
    """Return the phase, and the sign under which a decision of it is taken."""
    if one.after is None:
        return text("phases.now", phase=one.phase)
    signs = []
    known = {other.decision: other for other in decisions}
    current: DecisionDocument | None = one
    while current is not None and current.after is not None:
        before = known.get(current.after)
        if current.seen_from is not None and current.seen_to is not None and before is not None:
            signs.append(text(
                "phases.sign", phase=before.phase, low=amount(current.seen_from),
                high=amount(current.seen_to), demand=results.units.demand,
            ))  # fmt: skip
        current = before
    if not signs:
        return text("phases.whatever", phase=one.phase)
    likely = percent(one.probability)
    return text("phases.later", phase=one.phase, signs=listed(signs[::-1]), likely=likely)


def changes(
    one: DecisionDocument, decisions: Sequence[DecisionDocument], results: ResultFolder
) -> tuple[list[str], dict[str, int]]:
    """Return the stations that a decision opens, and the chargers that it adds by kind."""
    opened, chargers = before_decision(one, decisions, results)
    added: dict[str, int] = {}
    for site, counts in one.chargers.items():
        for kind, number in counts.items():
            more = number - chargers.get(site, {}).get(kind, 0)
            if more:
                added[kind] = added.get(kind, 0) + more
    return [site for site in one.open_sites if site not in opened], added


def before_decision(
    one: DecisionDocument, decisions: Sequence[DecisionDocument], results: ResultFolder
) -> tuple[set[str], dict[str, dict[str, int]]]:
    """Return the stations and chargers that stand before a decision."""
    for other in decisions:
        if other.decision == one.after:
            return set(other.open_sites), other.chargers
    if results.region is None:
        return set(), {}
    sites, kinds = results.region.sites, [kind.name for kind in results.region.document.kinds]
    chargers = {
        str(row["id"]): {
            kind: int(row[f"existing_{kind}"]) for kind in kinds if f"existing_{kind}" in row
        }
        for row in sites.to_dict("records")
    }
    standing = {site for site, counts in chargers.items() if any(counts.values())}
    if "existing_open" in sites:
        standing |= set(sites.loc[sites["existing_open"].astype(bool), "id"].astype(str))
    return standing, chargers


def decision_table(plan: StoredPlan, results: ResultFolder) -> Table:
    """Return one row per decision: how likely it is, what it costs, what stands afterwards."""
    decisions = plan.document.phases or ()
    kinds = sorted({kind for one in decisions for at in one.chargers.values() for kind in at})
    rows = []
    for one in decisions:
        totals = [sum(at.get(kind, 0) for at in one.chargers.values()) for kind in kinds]
        seen = (one.seen_from, one.seen_to)
        signs = "–" if None in seen else interval(*seen)
        rows.append([
            Cell(one.decision), Cell(one.phase), Cell(one.after or "–"), Cell(signs),
            Cell(percent(one.probability), order=one.probability),
            Cell(amount(one.spent), order=one.spent), Cell(f"{len(one.open_sites):,}"),
            *(Cell(f"{total:,}", order=total) for total in totals),
        ])  # fmt: skip
    names = ("decision", "phase", "after", "seen", "likely", "spent", "stations")
    columns = [*(text(f"column.{name}") for name in names), *kinds]
    caption = text("phases.decisions", plan=plan.name)
    return Table(caption, columns, rows, frozenset(columns[4:]))


def station_table(plan: StoredPlan, results: ResultFolder) -> Table:
    """Return one row per decision and station that it changes."""
    decisions = plan.document.phases or ()
    names = results.region.site_names if results.region else {}
    kinds = sorted({kind for one in decisions for at in one.chargers.values() for kind in at})
    rows = []
    for one in decisions:
        opened, chargers = before_decision(one, decisions, results)
        for site in one.open_sites:
            new, old = one.chargers.get(site, {}), chargers.get(site, {})
            added = [new.get(kind, 0) - old.get(kind, 0) for kind in kinds]
            if site in opened and not any(added):
                continue
            rows.append([
                Cell(names.get(site, site)), Cell(one.decision),
                Cell(text("phases.grows" if site in opened else "phases.opens")),
                *(Cell(f"{number:,}" if number else "–", order=number) for number in added),
            ])  # fmt: skip
    columns = [*(text(f"column.{name}") for name in ("station", "decision", "what")), *kinds]
    caption, folded = text("phases.changes", plan=plan.name), text("phases.stations")
    return Table(caption, columns, rows, frozenset(kinds), folded=folded, sortable=True)
