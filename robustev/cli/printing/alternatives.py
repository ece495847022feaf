"""The answer of ``robustev alternatives``: other plans, and the worth of sites."""

from __future__ import annotations

import math

from rich.console import Console

from robustev.cli.printing.tables import plain_table
from robustev.core.formatting import percent, rounded
from robustev.core.units import Units
from robustev.experiment.alternatives import Found


def print_alternatives(console: Console, found: Found, units: Units) -> None:
    """Print what each plan costs and where it differs, then the interval of every site."""
    one = found.alternatives
    best, ids = one.best, found.site_names
    assert best.plan is not None
    stations = [ids[i] for i in best.plan.open.nonzero()[0]]
    console.print(
        f"The best plan costs {rounded(best.objective)}, proven to {percent(best.gap)}: "
        f"{', '.join(stations)}",
        markup=False,
    )
    for other in one.plans:
        opens = other.plan.open & ~best.plan.open
        closes = best.plan.open & ~other.plan.open
        parts = [f"opens {', '.join(ids[i] for i in opens.nonzero()[0])}"] if opens.any() else []
        if closes.any():
            parts.append(f"closes {', '.join(ids[i] for i in closes.nonzero()[0])}")
        proof = (
            "no plan differs at more"
            if other.most == other.differs
            else f"that none differs at more than {other.most} is proven"
        )
        text = f"{other.plan.name}: {percent(other.extra)} more; {' and '.join(parts)}; {proof}"
        console.print(text, markup=False)
    if not one.plans:
        text = "No other stations" if one.is_complete else "No other stations were found that"
        console.print(f"{text} cost at most {percent(one.within)} more.", markup=False)
    if one.sites:
        table = plain_table(["site", "in the best plan", ""], ["otherwise costs at least", "most"])
        for site in one.sites:
            table.add_row(
                site.site, "open" if site.is_open else "closed", site.verdict,
                _money(site.low), _money(site.high),
            )  # fmt: skip
        console.print(table)
    if units.sentence():
        console.print(units.sentence(), style="dim", markup=False)


def _money(value: float) -> str:
    return "-" if math.isinf(value) else rounded(value)
