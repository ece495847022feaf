"""Plans of a result folder as the engine works with them: decisions and solve results."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd

from robustev.config.experiment import Experiment, PlanSpec
from robustev.core.arrays import FloatArray
from robustev.core.digest import digest
from robustev.core.errors import InputError, collecting, nearest_name
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.methods.result import SolveResult, Status, TraceRow
from robustev.model.instance import with_levels
from robustev.results.folder import ResultFolder, StoredPlan
from robustev.results.layout import is_result_folder
from robustev.results.outside import outside_parts
from robustev.results.phases import joined_decisions
from robustev.results.reader import read_results
from robustev.results.schema import DecisionDocument, PlanDocument

SAME_DEMAND = 1e-9
"""Relative difference up to which two scenario sets are the same."""


def check_same_scenarios(folder: ResultFolder, scenarios: ScenarioSet) -> None:
    """Refuse scenarios that are not those of the folder, from which its plans were made.

    Raises
    ------
    InputError
        If there are none in the folder, or zones, types, demand or probabilities differ.
    """
    stored = folder.scenarios
    if stored is None:
        raise InputError(f"{folder.folder} holds no scenarios; run the experiment again")
    same = (
        stored.zones == scenarios.zones
        and stored.types == scenarios.types
        and _close(stored.demand, scenarios.demand)
        and _close(stored.probability, scenarios.probability)
    )
    if not same:
        raise InputError(
            f"the experiment no longer gives the scenarios that the plans in {folder.folder} were "
            "made from; run it again with 'robustev run'"
        )


def _close(one: FloatArray, other: FloatArray) -> bool:
    return one.shape == other.shape and np.allclose(one, other, rtol=SAME_DEMAND, atol=0.0)


def decision(document: PlanDocument, region: Region, file: str | None = None) -> Plan | None:
    """Return the plan that ``plans/<plan>.json`` tells of; None where there is none.

    ``region`` is the planning region, with levels in place of chargers where the model has them.

    Raises
    ------
    InputError
        If it names sites or charger kinds that the region does not have, or counts below 0.
    """
    if document.open_sites is None:
        return None
    if document.phases is not None:
        parts = [_decision(one, region, file) for one in document.phases]
        return joined_decisions(parts, document.plan)
    return _decision(document, region, file).renamed(document.plan)


def _decision(document: PlanDocument | DecisionDocument, region: Region, file: str | None) -> Plan:
    """Return what stands after one decision; errors as :func:`decision`."""
    is_open = np.zeros(region.num_sites, dtype=bool)
    chargers = np.zeros((region.num_sites, len(region.kinds)), dtype=np.int64)
    sites = {name: i for i, name in enumerate(region.sites.ids)}
    kinds = {kind.name: r for r, kind in enumerate(region.kinds)}
    with collecting(file) as faults:
        for site in document.open_sites or ():
            if site not in sites:
                near = nearest_name(site, sites)
                hint = f"a site, such as {near!r}" if near else "a site of the region"
                faults.add("unknown site", column="open_sites", found=site, expected=hint)
                continue
            is_open[sites[site]] = True
        for site, counts in (document.chargers or {}).items():
            for kind, count in counts.items():
                place = f"chargers.{site}.{kind}"
                if site not in sites or kind not in kinds:
                    faults.add(
                        "unknown site or charger kind", column=place, found=f"{site}, {kind}"
                    )
                elif not 0 <= count < 2**53:
                    faults.add("charger count", column=place, found=count, expected="0 or more")
                else:
                    chargers[sites[site], kinds[kind]] = count
    return Plan("decision", is_open, chargers)


def stored_plan(folder: ResultFolder, name: str, region: Region) -> Plan | None:
    """Return the decision of a plan of the folder; see :func:`decision`."""
    return decision(folder.plans[name].document, region, str(folder.layout.plan(name)))


def stored_results(
    folder: ResultFolder, experiment: Experiment, region: Region
) -> dict[str, SolveResult]:
    """Return the solve results of the folder's plans that the experiment asks for unchanged."""
    before = {} if folder.experiment is None else folder.experiment.plans
    results = {}
    for name, spec in experiment.plans.items():
        stored = folder.plans.get(name)
        if stored is None or stored.document.status is None:
            continue
        if name not in before or not same_task(before[name], spec):
            continue
        if stored.document.outside != outside_parts(spec.model):
            continue
        plan = stored_plan(folder, name, with_levels(region, spec.model))
        results[name] = _solve_result(stored, plan)
    return results


def results_so_far(
    folder: Path, experiment: Experiment, region: Region, scenarios: ScenarioSet
) -> dict[str, SolveResult]:
    """Return what a result folder holds of an experiment that is gone on with.

    Nothing where there is no such folder, or it was made from other data.
    """
    if not is_result_folder(folder):
        return {}
    try:
        found = read_results(folder)
        if found.manifest.data_hash != digest(region, scenarios):
            return {}
        return stored_results(found, experiment, region)
    except InputError:
        return {}


def same_task(one: PlanSpec, other: PlanSpec) -> bool:
    """Return whether two plans are made by the same section, on whatever number of ranks.

    Rules from outside the package stand in no section.
    """
    ranks = {"solve": {"ranks"}}
    return one.model_dump(exclude=ranks) == other.model_dump(exclude=ranks)


def same_problem(one: PlanSpec, other: PlanSpec) -> bool:
    """Return whether two plans solve the same problem, by whatever method and to whatever gap."""
    return one.model_dump(exclude={"solve"}) == other.model_dump(exclude={"solve"})


def _solve_result(stored: StoredPlan, plan: Plan | None) -> SolveResult:
    document = stored.document
    return SolveResult(
        method=document.method or "",
        plan=plan,
        objective=document.objective,
        lower_bound=document.lower_bound,
        status=document.status or Status.ERROR,
        seconds=document.seconds or 0.0,
        trace=_trace(stored.trace),
        message=document.message,
        certificate=stored.certificate,
    )


def _trace(table: pd.DataFrame | None) -> tuple[TraceRow, ...]:
    if table is None:
        return ()
    rows = zip(*(table[column] for column in TraceRow.__dataclass_fields__), strict=True)
    return tuple(
        TraceRow(float(seconds), int(iteration), _number(low), _number(high), str(source))
        for seconds, iteration, low, high, source in rows
    )


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
