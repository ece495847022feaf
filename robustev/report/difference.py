"""What differs between two plans, site by site."""

from __future__ import annotations

import pandas as pd

from robustev.report.texts import text
from robustev.report.words import counted
from robustev.results.folder import StoredPlan


def differences(plan: StoredPlan, other: StoredPlan) -> pd.DataFrame:
    """Return one row per site that either plan opens.

    Columns: site; change (only_plan, only_other, more, fewer, same); difference (chargers, of all
    kinds); text; and, for every kind, the number in each plan. Where the kinds change and their
    sum does not, a site counts as ``more``.
    """
    kinds = list(dict.fromkeys([*plan.kinds, *other.kinds]))
    sites = dict.fromkeys([*plan.chargers, *other.chargers])
    columns = ["site", "change", "difference", "text"]
    columns += [f"{kind} in {which.name}" for kind in kinds for which in (plan, other)]
    return pd.DataFrame([_row(site, plan, other, kinds) for site in sites], columns=columns)


def _row(site: str, plan: StoredPlan, other: StoredPlan, kinds: list[str]) -> dict[str, object]:
    ours, theirs = plan.chargers.get(site), other.chargers.get(site)
    here, there = ours or {}, theirs or {}
    difference = sum(here.values()) - sum(there.values())
    row: dict[str, object] = {"site": site, "difference": difference}
    for kind in kinds:
        row[f"{kind} in {plan.name}"] = here.get(kind, 0)
        row[f"{kind} in {other.name}"] = there.get(kind, 0)
    if ours is None or theirs is None:
        row["change"] = "only_other" if ours is None else "only_plan"
    elif here == there:
        row["change"] = "same"
    else:
        row["change"] = "more" if difference >= 0 else "fewer"
    row["text"] = f"{plan.name}: {_words(ours)}<br>{other.name}: {_words(theirs)}"
    return row


def _words(counts: dict[str, int] | None) -> str:
    if counts is None:
        return text("map.no_station")
    words = ", ".join(f"{number:,} {kind}" for kind, number in counts.items())
    return words or text("column.station")


def in_words(plan: StoredPlan, other: StoredPlan) -> str:
    """Return the difference between two plans in one or two sentences."""
    table = differences(plan, other)
    number = table["change"].value_counts()
    if number.get("same", 0) == len(table):
        return text("differ.nowhere", plan=plan.name, other=other.name)
    ours, theirs = int(number.get("only_plan", 0)), int(number.get("only_other", 0))
    moved = int(number.get("more", 0) + number.get("fewer", 0))
    return text(
        "differ.words", plan=plan.name, other=other.name, ours=text("count.station", ours),
        theirs=f"{theirs:,}", moved=f"{moved:,}", same=f"{int(number.get('same', 0)):,}",
        counted=counted(plan), own=f"{plan.total():,}", others=f"{other.total():,}",
    )  # fmt: skip
