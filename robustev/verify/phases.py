"""Plans of several phases, checked phase by phase as what they are: ordinary problems.

Costs and limits of each decision are recomputed as those of a plan of one phase; what joins them is
stated here once more: that things only grow, that budgets of phases are kept, how costs are
discounted, and who may know what. The columns ``z`` are, as for one phase, a station at each site,
then its chargers, with the sites of all decisions in a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from robustev.core.arrays import FloatArray, IntArray
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.model.features.base import active_features
from robustev.model.instance import Instance, build_instance
from robustev.model.phases.config import Phases
from robustev.model.phases.instance import PhasedInstance
from robustev.recourse.certificate import Certificate
from robustev.results.schema import DecisionDocument
from robustev.verify.finding import Finding, Verdict, close, exact
from robustev.verify.first_stage import (
    Rows,
    column_bounds,
    column_costs,
    first_stage_rows,
    num_columns,
    spending,
    stage_columns,
    violations,
)
from robustev.verify.prices import Affine, PricedService, priced_services, shortage_services
from robustev.verify.service import service_cost, service_types

ROUNDING = 1e-9
"""Share of a budget that counts as rounding."""


def discounts(phases: Phases) -> FloatArray:
    """Return the factor on the costs of each phase, by the definition of a yearly rate."""
    years = [step.year for step in phases.steps]
    found = []
    for step, year in zip(phases.steps, years, strict=True):
        if step.discount is not None:
            found.append(step.discount)
        elif year is not None and years[0] is not None:
            found.append(1.0 / (1.0 + phases.rate) ** (year - years[0]))
        else:
            found.append(1.0)
    return np.array(found)


@num_columns.register
def columns_of_phases(instance: PhasedInstance) -> int:
    """Return the number of columns of all decisions."""
    return sum(num_columns(node) for node in instance.nodes)


def columns_of(instance: PhasedInstance, v: int) -> IntArray:
    """Return where the columns of a decision stand in ``z``.

    Every kind of column stands for all decisions in a row: openings, chargers, then those of rules.
    """
    node = instance.nodes[v]
    sizes = [node.num_sites, node.num_sites * node.num_kinds]
    sizes += [block.size for rule in active_features(node.model) for block in rule.columns(node)]
    found, begin = [], 0
    for size in sizes:
        found.append(begin + v * size + np.arange(size))
        begin += len(instance.nodes) * size
    return np.concatenate(found)


@stage_columns.register
def columns_of_stage(instance: PhasedInstance, first_site: int) -> IntArray:
    """Return the columns of the decision whose sites begin there."""
    return columns_of(instance, first_site // instance.nodes[0].num_sites)


# --- the first stage -----------------------------------------------------------------------------


@first_stage_rows.register
def rows_of_phases(instance: PhasedInstance) -> Rows:
    """Return the rows of every decision, of growth, and of the budgets of phases."""
    whole = Rows(num_columns(instance))
    places = [columns_of(instance, v) for v in range(len(instance.nodes))]
    for v, node in enumerate(instance.nodes):
        own = first_stage_rows(node)
        for row, low, high, text in zip(
            own.coefficients, own.low, own.high, own.meaning, strict=True
        ):
            moved = np.zeros(whole.num_columns)
            moved[places[v]] = row
            whole.add(moved, low, high, text)
    for v, decision in enumerate(instance.tree.nodes):
        if decision.parent >= 0:
            for after, before in zip(places[v], places[decision.parent], strict=True):
                row = np.zeros(whole.num_columns)
                row[after], row[before] = 1.0, -1.0
                whole.add(row, 0.0, np.inf, "things only grow")
        _add_budget(whole, instance, places, v)
    return whole


def _add_budget(whole: Rows, instance: PhasedInstance, places: Sequence[IntArray], v: int) -> None:
    phases, decision = instance.phases, instance.tree.nodes[v]
    limit = phases.steps[decision.phase].budget
    if limit is None:
        return
    price, standing = spending(instance.nodes[v])
    row = np.zeros(whole.num_columns)
    row[places[v]] = price
    if phases.carries:
        limit = sum(step.budget or 0.0 for step in phases.steps[: decision.phase + 1])
    if decision.parent >= 0 and not phases.carries:
        row[places[decision.parent]] -= price
        standing = 0.0
    whole.add(row, -np.inf, limit + standing, "the budget of a phase")


@column_bounds.register
def bounds_of_phases(instance: PhasedInstance) -> tuple[FloatArray, FloatArray]:
    """Return lower and upper bounds of ``z``."""
    low, high = np.zeros((2, num_columns(instance)))
    for v, node in enumerate(instance.nodes):
        place = columns_of(instance, v)
        low[place], high[place] = column_bounds(node)
    return low, high


@column_costs.register
def costs_of_phases(instance: PhasedInstance) -> FloatArray:
    """Return the expected discounted cost of each column."""
    cost, factor = np.zeros(num_columns(instance)), discounts(instance.phases)
    for v, decision in enumerate(instance.tree.nodes):
        own = column_costs(instance.nodes[v])
        paid = decision.probability * factor[decision.phase] * own
        cost[columns_of(instance, v)] += paid
        if decision.parent >= 0 and instance.phases.charged == "when_built":
            cost[columns_of(instance, decision.parent)] -= paid
    return cost


@violations.register
def violations_of_phases(instance: PhasedInstance, plan: Plan) -> list[str]:
    """Return every requirement that a decision breaks, or two in a row."""
    parts, names = instance.parts(plan), [node.name for node in instance.tree.nodes]
    found = []
    for v, decision in enumerate(instance.tree.nodes):
        found += [f"{names[v]}: {text}" for text in violations(instance.nodes[v], parts[v])]
        if decision.parent >= 0:
            found += _lost(instance, parts[decision.parent], parts[v], names[v])
        found += _overspent(instance, parts, v)
    return found


def _lost(instance: PhasedInstance, before: Plan, after: Plan, name: str) -> list[str]:
    region = instance.nodes[0].region
    found = [
        f"{name}: the station at {region.sites.ids[i]} is gone"
        for i in np.flatnonzero(before.open & ~after.open)
    ]
    for i, r in np.argwhere(after.chargers < before.chargers):
        gone = int(before.chargers[i, r] - after.chargers[i, r])
        kind = region.kinds[r].name
        found.append(f"{name}: {gone} {kind} chargers at {region.sites.ids[i]} are gone")
    return found


def money(region: Region, plan: Plan, node: Instance) -> float:
    """Return what a plan costs beyond what stands already."""
    total, there = 0.0, node.standing
    for i in range(region.num_sites):
        if plan.open[i] and not there.open[i]:
            total += float(region.sites.opening_cost[i])
        for r, kind in enumerate(region.kinds):
            total += kind.cost * float(plan.chargers[i, r] - there.chargers[i, r])
    further = [part.site_cost(plan, region, there) for part in node.model.parts]
    return total + float(sum(part.sum() for part in further))


def _overspent(instance: PhasedInstance, parts: Sequence[Plan], v: int) -> list[str]:
    phases, decision = instance.phases, instance.tree.nodes[v]
    limit = phases.steps[decision.phase].budget
    if limit is None:
        return []
    region = instance.nodes[v].region
    spent = money(region, parts[v], instance.nodes[v])
    if phases.carries:
        limit = sum(step.budget or 0.0 for step in phases.steps[: decision.phase + 1])
    elif decision.parent >= 0:
        spent -= money(region, parts[decision.parent], instance.nodes[v])
    if spent <= limit + ROUNDING * max(1.0, limit):
        return []
    return [f"{decision.name}: {spent:,.10g} spent of {limit:,.10g}"]


# --- costs ---------------------------------------------------------------------------------------


def costs_by_phase(
    region: Region, instance: PhasedInstance, plan: Plan, index: IntArray
) -> FloatArray:
    """Return the whole discounted cost of a plan in some scenarios.

    Every phase is costed as a plan of one phase, without discount, and put together here.
    """
    phases, factor, parts = instance.phases, discounts(instance.phases), instance.parts(plan)
    plain = [_undiscounted(region, instance, v) for v in range(len(parts))]
    built = [node.infrastructure_cost(part) for node, part in zip(plain, parts, strict=True)]
    total = np.zeros(len(index))
    for row, s in enumerate(index):
        for t, step in enumerate(phases.steps):
            v = int(instance.tree.node_of[t, s])
            local = int(np.flatnonzero(instance.tree.nodes[v].scenarios == s)[0])
            paid = built[v]
            if t and phases.charged == "when_built":
                paid -= built[instance.tree.nodes[v].parent]
            served = service_cost(plain[v], parts[v], plain[v].demand[local])[1]
            total[row] += factor[t] * (paid + step.weight * served)
    return total


def _undiscounted(region: Region, instance: PhasedInstance, v: int) -> Instance:
    node = instance.nodes[v]
    return build_instance(region, node.scenarios, node.model)


# --- who knows what ------------------------------------------------------------------------------


def decision_findings(
    name: str, documents: Sequence[DecisionDocument], instance: PhasedInstance
) -> list[Finding]:
    """Return whether the stored decisions are those of a tree on the stored scenarios.

    Each scenario must come through one decision of each phase, later ones through the one before,
    and answers must be told apart by the total demand that was seen, where that is what they see.
    """
    wrong = list(_faults_of_tree(documents, instance))
    if wrong:
        return [Finding(name, Verdict.WRONG, text) for text in wrong]
    text = f"its {len(documents)} decisions know no more than what was seen before them"
    return [Finding(name, Verdict.PROVED, text)]


def _faults_of_tree(documents: Sequence[DecisionDocument], instance: PhasedInstance) -> list[str]:
    scenarios: ScenarioSet = instance.scenarios
    place = {name: s for s, name in enumerate(scenarios.names)}
    by_name = {one.decision: one for one in documents}
    found = []
    if [one.decision for one in documents] != [node.name for node in instance.tree.nodes]:
        return ["its decisions are not those that its phases ask for"]
    for t, phase in enumerate(instance.phases.names):
        of_phase = [one for one in documents if one.phase == phase]
        named = sorted(name for one in of_phase for name in one.scenarios)
        if named != sorted(scenarios.names):
            return [f"the decisions of {phase} do not stand for each scenario once"]
        for one in of_phase:
            share = sum(scenarios.probability[place[name]] for name in one.scenarios)
            if not close(float(share), one.probability):
                found.append(f"{one.decision}: its probability is {exact(float(share))}")
            before = by_name.get(one.after or "")
            if t and (before is None or not set(one.scenarios) <= set(before.scenarios)):
                found.append(f"{one.decision} is for scenarios that {one.after} is not for")
        if t and instance.phases.build == "tree" and instance.phases.sees == "total_demand":
            found += _overlaps(of_phase, instance, place, t)
    return found


def _overlaps(
    of_phase: Sequence[DecisionDocument],
    instance: PhasedInstance,
    place: dict[str, int],
    phase: int,
) -> list[str]:
    """Return answers to the same decision whose ranges of demand seen overlap, or are false."""
    zones = instance.nodes[0].num_zones
    seen = instance.scenarios.demand[:, (phase - 1) * zones : phase * zones].sum(axis=(1, 2))
    ranges: dict[str, list[tuple[float, float]]] = {}
    found = []
    for one in of_phase:
        totals = [float(seen[place[name]]) for name in one.scenarios]
        low, high = min(totals), max(totals)
        if one.seen_from is None or one.seen_to is None:
            found.append(f"{one.decision} does not say what was seen")
        elif not (close(one.seen_from, low) and close(one.seen_to, high)):
            found.append(f"{one.decision}: {exact(low)} to {exact(high)} was seen")
        ranges.setdefault(one.after or "", []).append((low, high))
    for parts in ranges.values():
        ordered = sorted(parts)
        for (_, high), (low, _) in pairwise(ordered):
            if low < high:
                found.append("two answers are for the same demand seen")
    return found


# --- the bound -----------------------------------------------------------------------------------


class PhasedService:
    """The services of one phase at all its decisions, which share their prices."""

    def __init__(self, instance: PhasedInstance, members: dict[int, PricedService]) -> None:
        self.instance = instance
        self.members = members
        self.places = {v: columns_of(instance, v) for v in members}
        self.types = next(iter(members.values())).types

    def values(self, z: FloatArray) -> FloatArray:
        """Return what every price proves about every scenario at ``z``, (scenarios, prices)."""
        count = len(next(iter(self.members.values())).price)
        found = np.zeros((len(self.instance.scenarios), count))
        for v, service in self.members.items():
            found[self.instance.tree.nodes[v].scenarios] = service.values(z[self.places[v]])
        return found

    def cut(self, weight: FloatArray, choice: IntArray, z: FloatArray) -> Affine:
        """Return the bound on the weighted sum of scenarios, each by its chosen price."""
        constant, slope = 0.0, np.zeros(len(z))
        for v, service in self.members.items():
            own = self.instance.tree.nodes[v].scenarios
            if not weight[own].any():
                continue
            part = service.cut(weight[own], choice[own], z[self.places[v]])
            constant += part.constant
            slope[self.places[v]] += part.slope
        return Affine(constant, slope)

    def learn(self, z: FloatArray, scenario: int) -> None:
        """Solve one scenario at ``z``; its price joins those of all decisions."""
        for v, service in self.members.items():
            local = np.flatnonzero(self.instance.tree.nodes[v].scenarios == scenario)
            if len(local):
                price = service.solved(z[self.places[v]], int(local[0]))
                for other in self.members.values():
                    other.add(price)


@priced_services.register
def priced_phases(instance: PhasedInstance, certificate: Certificate) -> list[PhasedService]:
    """Return the services of each phase with their stored prices."""
    return _by_phase(instance, certificate, shortages=False)


@shortage_services.register
def shortages_of_phases(instance: PhasedInstance, certificate: Certificate) -> list[PhasedService]:
    """Return services whose cost counts units left unserved against the rules."""
    return _by_phase(instance, certificate, shortages=True)


def _by_phase(
    instance: PhasedInstance, certificate: Certificate, *, shortages: bool
) -> list[PhasedService]:
    pools = certificate.shortages if shortages else certificate.costs
    each = len(pools) // instance.num_phases
    found = []
    for t in range(instance.num_phases):
        own = pools[t * each : (t + 1) * each]
        part = Certificate(np.zeros((0, 0)), () if shortages else own, own if shortages else ())
        ask = shortage_services if shortages else priced_services
        members = {v: ask(instance.nodes[v], part) for v in instance.tree.in_phase(t)}
        counts = {len(services) for services in members.values()}
        for k in range(min(counts, default=0)):
            same = {v: services[k] for v, services in members.items()}
            found.append(PhasedService(instance, same))
    return found


def num_services(instance: Instance) -> int:
    """Return how many services one scenario has, in all its phases."""
    return sum(len(service_types(stage.instance)) for stage in instance.stages(0))
