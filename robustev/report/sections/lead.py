"""The first lines: what to build, what it costs, whom it serves, and what bad futures cost."""

from __future__ import annotations

import numpy as np

from robustev.core.formatting import amount, percent
from robustev.evaluate.building import CLOSED, ENLARGED, NEW, REDUCED, UNCHANGED
from robustev.evaluate.frames import IN_SAMPLE
from robustev.model.risk.cvar import cvar, tail_weights
from robustev.report.building import PlanBuilding, building_of
from robustev.report.texts import text
from robustev.report.words import listed
from robustev.results.folder import LEVEL, ResultFolder, StoredPlan

TAIL = 0.1
"""Share of scenarios that are called bad."""
ALL = 1e-7
"""Share of demand below which what is unserved is rounding."""


def lead(results: ResultFolder, plan: StoredPlan) -> list[str]:
    """Return three lines about a plan; those that the folder cannot tell are left out."""
    built = building_of(plan)
    lines = [] if built is None else [build_line(plan, built), cost_line(results, plan, built)]
    return [*lines, *service_line(results, plan)]


def build_line(plan: StoredPlan, built: PlanBuilding) -> str:
    """Return what is built where, and what happens to what stands."""
    added, unit = built.added(), "level" if plan.kinds == (LEVEL,) else "charger"
    if added:
        chargers = text(f"count.new_{unit}", sum(added.values()))
        if len(added) > 1:
            kinds = ", ".join(f"{number:,} {kind}" for kind, number in added.items())
            chargers = text("lead.kinds", chargers=chargers, kinds=kinds)
        sentences = [text("lead.build", plan=plan.name, chargers=chargers, places=_places(built))]
        if bare := built.places(NEW, with_chargers=False):
            sentences.append(text("lead.bare", bare))
    elif built.changes[NEW]:
        new = text("count.new_station", built.changes[NEW])
        sentences = [text("lead.open", plan=plan.name, places=new)]
    else:
        sentences = [text("lead.nothing", plan=plan.name)]
    for word in (UNCHANGED, REDUCED, CLOSED):
        if built.changes[word]:
            sentences.append(text(f"lead.{word}", built.changes[word]))
    if built.removed:
        kinds = ", ".join(f"{number:,} {kind}" for kind, number in built.removed.items())
        sentences.append(text("lead.removed", sum(built.removed.values()), kinds=kinds))
    return " ".join(sentences)


def _places(built: PlanBuilding) -> str:
    """Return where there are new chargers."""
    counts = {word: built.places(word) for word in (NEW, ENLARGED)}
    return listed([text(f"count.{word}_station", n) for word, n in counts.items() if n])


def cost_line(results: ResultFolder, plan: StoredPlan, built: PlanBuilding) -> str:
    """Return what building costs, against the budget where one limits the whole."""
    units, limit = results.units, budget_of(results, plan.name)
    if built.spend < 0 and not built.further_cost > 0:
        return text("lead.brings", cost=units.cost(amount(-built.spend)))
    cost = units.cost(amount(built.spend))
    if built.further_cost > 0:
        return text("lead.further", cost=cost, further=units.cost(amount(built.further_cost)))
    if limit is not None and limit > 0:
        share = percent(built.spend / limit)
        budget = units.cost(amount(limit))
        return text("lead.spend_of_budget", cost=cost, share=share, budget=budget)
    if built.removed:
        return text("lead.spend_removing", cost=cost)
    return text("lead.spend", cost=cost) if built.spend else text("lead.free")


def budget_of(results: ResultFolder, plan: str) -> float | None:
    """Return the budget that the plan was made for; None without one."""
    if results.experiment is None:
        return None
    spec = results.experiment.plans.get(plan)
    rule = (results.experiment if spec is None else spec).model.budget
    return None if rule is None else float(rule.limit)


def service_line(results: ResultFolder, plan: StoredPlan) -> list[str]:
    """Return the share of demand that is served, and what the bad futures cost."""
    table = results.main_evaluation
    rows = None if table is None else table[table["plan"] == plan.name]
    if rows is None or not len(rows) or "demand" not in rows:
        return []
    weight, cost, demand, unserved = (
        rows[name].to_numpy(dtype=np.float64)
        for name in ("probability", "cost", "demand", "unserved")
    )
    total = weight.sum()
    if not (total > 0 and weight @ demand > 0 and np.isfinite(unserved).all()):
        return []
    weight = weight / total
    if len(rows) == 1:
        return [text("lead.served_one", served=served(float(unserved[0] / demand[0])))]
    own = "trial" in rows and rows["trial"].iloc[0] == IN_SAMPLE
    count = text("count.scenario", len(rows))
    where = text("lead.own_scenarios" if own else "lead.fresh_scenarios", count=count)
    first = text("lead.served", where=where, served=served(weight @ unserved / (weight @ demand)))
    if not np.isfinite(cost).all():
        return [f"{first} {text('lead.bad_forbidden')}"]
    bad = tail_weights(cost, weight, TAIL)
    worst, mean = cvar(cost, weight, TAIL), float(weight @ cost)
    values = {
        "served": served(bad @ unserved / (bad @ demand)) if bad @ demand > 0 else served(0.0),
        "cost": results.units.cost(amount(worst)),
    }
    if not mean > 0 or not worst > mean * (1 + ALL):
        return [f"{first} {text('lead.bad_alike', **values)}"] if mean > 0 else [first]
    return [f"{first} {text('lead.bad', more=percent(worst / mean - 1), **values)}"]


def served(unserved: float) -> str:
    """Return the share of demand that is served, never rounded up to all of it.

    >>> served(0.0), served(0.0213), served(0.00004)
    ('all demand is served', '97.9 % of the demand is served', '99.996 % of the demand is served')
    """
    if unserved <= ALL:
        return text("lead.all_served")
    return text("lead.share_served", share=served_share(unserved))


def served_share(unserved: float) -> str:
    """Return the share that is served in percent, with the digits that keep it from all.

    >>> served_share(0.0), served_share(0.0213), served_share(0.00004)
    ('100 %', '97.9 %', '99.996 %')
    """
    if unserved <= ALL:
        return percent(1.0)
    return next(
        written
        for places in (1, 2, 3, 4, 5, 6, 7, 8)
        if (written := percent(1 - unserved, places=places)) != "100 %"
    )
