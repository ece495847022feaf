"""What came out, in words and tables that a planner understands."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from rich.console import Console
from rich.table import Table

from robustev.cli.printing.tables import plain_table, print_table
from robustev.config.experiment import PlanSpec
from robustev.core.formatting import amount, count, duration, listed, percent, precise
from robustev.core.units import Units
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.experiment.outcome import Outcome
from robustev.methods.result import SolveResult, Status
from robustev.model.instance import with_levels
from robustev.results.tables import plan_table

STATUS = {
    Status.OPTIMAL: "optimal",
    Status.GAP_REACHED: "gap reached",
    Status.TIME_LIMIT: "stopped by the time limit",
    Status.ITERATION_LIMIT: "stopped where more rounds brought nothing, or were not allowed",
    Status.INTERRUPTED: "interrupted",
    Status.INFEASIBLE: "no plan exists",
    Status.ERROR: "failed",
}

PROVEN = 1e-6
"""Relative gap below which a plan is called the cheapest."""


def print_outcome(console: Console, outcome: Outcome) -> None:
    """Print one row for each plan, what each is in words, and where the results are."""
    plans = outcome.experiment.plans
    print_table(console, _table(outcome.region, outcome.results, plans))
    for name, result in outcome.results.items():
        region = with_levels(outcome.region, plans[name].model)
        sentence = sentence_about(name, result, region, outcome.experiment.units)
        console.print(sentence, markup=False, style=None if result.plan is not None else "yellow")
    if outcome.comparison is None and _costs_mislead(plans):
        console.print(
            "Plans are made from different demand, so their costs do not compare: 'robustev "
            "compare' judges them on the same scenarios.",
            style="dim",
        )
    missing = [name for name in plans if name not in outcome.results]
    if missing:
        console.print(f"Not made: {', '.join(missing)}.", style="yellow", markup=False)
    if outcome.note:
        console.print(outcome.note, style="yellow", markup=False, soft_wrap=True)
    if outcome.folder is not None:
        console.print(f"Results: {outcome.folder}", markup=False, soft_wrap=True)


def _costs_mislead(plans: Mapping[str, PlanSpec]) -> bool:
    """Return whether the plans' own costs are about different demand."""
    made_for = {(s.model.objective.mean_only, s.demand_factor) for s in plans.values()}
    return len(made_for) > 1


def _table(
    region: Region, results: Mapping[str, SolveResult], plans: Mapping[str, PlanSpec]
) -> Table:
    shapes = [with_levels(region, plans[name].model) for name in results]
    counted = "levels" if shapes and all(_has_levels(shape) for shape in shapes) else "chargers"
    headings = ("cost", "bound", "gap", "stations", counted, "time")
    table = plain_table(["plan", "method"], headings)
    for name, result in results.items():
        now = None if result.plan is None else built_now(result.plan, region)
        chargers = "–" if now is None else f"{int(now.chargers.sum()):,}"
        stations = "–" if now is None else f"{int(now.open.sum()):,}"
        table.add_row(
            name, result.method, precise(result.objective), precise(result.lower_bound),
            percent(result.gap), stations, chargers, duration(result.seconds),
        )  # fmt: skip
    return table


def sentence_about(name: str, result: SolveResult, region: Region, units: Units) -> str:
    """Return what the plan is, and how sure it is that no plan is better."""
    plan = result.plan
    if plan is None:
        return f"{name}: {result.message or STATUS[result.status]}"
    now = built_now(plan, region)
    text = f"{name}: {count(int(now.open.sum()), 'station')}{_chargers(now, region)}"
    text += "" if now is plan else " in the first phase"
    cost = units.cost(precise(result.objective))
    return f"{text}, at {cost}; {_proof(result)}{_why_it_ended(result)}."


def built_now(plan: Plan, region: Region) -> Plan:
    """Return what is built at once: the first decision of a plan of several phases, or all."""
    sites = region.num_sites
    return (
        plan
        if len(plan.open) == sites
        else Plan(plan.name, plan.open[:sites], plan.chargers[:sites])
    )


def _proof(result: SolveResult) -> str:
    if result.gap is None:
        return "nothing is proven about how good that is"
    if result.gap <= PROVEN:
        return "no plan is cheaper"
    return f"no plan can be more than {percent(result.gap)} cheaper"


def _why_it_ended(result: SolveResult) -> str:
    """Return why it ended, where that is not because the aim was reached."""
    reached = result.status in (Status.OPTIMAL, Status.GAP_REACHED)
    return "" if reached else f" ({STATUS[result.status]})"


def _has_levels(region: Region) -> bool:
    """Return whether stations have capacity levels in place of chargers."""
    return [kind.name for kind in region.kinds] == ["level"]


def _chargers(plan: Plan, region: Region) -> str:
    if not region.kinds or not plan.chargers.sum():
        return ""
    if _has_levels(region):
        return f" with {count(int(plan.chargers.sum()), 'level')}"
    totals = zip(region.kinds, plan.chargers.sum(axis=0), strict=True)
    return f" with {listed([f'{int(total):,} {kind.name}' for kind, total in totals])} chargers"


def print_plan(console: Console, plan: Plan, region: Region, spec: PlanSpec) -> None:
    """Print the open sites of a plan, one row each."""
    frame = plan_table(plan, region, spec.model)
    first, *others = (str(column) for column in frame.columns)
    table = plain_table([first], others)
    for row in frame.itertuples(index=False):
        table.add_row(*(_cell(value) for value in row))
    print_table(console, table)


def _cell(value: object) -> str:
    if isinstance(value, float | np.floating):
        return "unlimited" if np.isposinf(value) else amount(float(value), digits=7)
    return str(value)
