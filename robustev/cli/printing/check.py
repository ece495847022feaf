"""The answer of ``robustev check``: the data in figures, and a forecast for every plan."""

from __future__ import annotations

from rich.console import Console

from robustev.cli.printing.tables import plain_table
from robustev.config.experiment import Experiment
from robustev.config.region import make_region
from robustev.core.formatting import count, roughly, rounded
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.experiment.methods import chosen_method, plan_instance
from robustev.experiment.prepare import make_scenarios
from robustev.methods.estimate import EffortEstimate, forecast
from robustev.methods.infeasibility import explain
from robustev.results.manifest import memory_gb


def print_survey(console: Console, experiment: Experiment) -> None:
    """Print what the data are, and what each plan should take."""
    region = make_region(experiment)
    scenarios = make_scenarios(experiment, region)
    console.print(f"Experiment {experiment.name}: the file and its data are sound.", markup=False)
    _print_data(console, region, scenarios)
    headings = ("scenarios", "variables", "constraints", "memory", "time")
    table = plain_table(["plan", "method"], headings)
    notes: list[str] = []
    for name, spec in experiment.plans.items():
        instance = plan_instance(region, scenarios, spec)
        choice, size = chosen_method(instance, spec.solve), forecast(instance, spec.solve.gap)
        method = choice.method.name
        ranks = choice.method.num_ranks(spec.solve.ranks)
        table.add_row(name, method, *_cells(size, method, ranks))
        where = f" on {ranks} MPI ranks" if ranks > 1 else ""
        notes.append(f"{name}: method {method}{where}, {choice.reason}.")
        why_not = explain(instance)
        notes += [f"{name}: no plan exists. {why_not}"] if why_not else []
        notes += _memory_warning(name, ranks * size.gigabytes.get(method, 0.0))
    console.print(table)
    for note in notes:
        console.print(note, markup=False)


def _print_data(console: Console, region: Region, scenarios: ScenarioSet) -> None:
    kinds = ", ".join(kind.name for kind in region.kinds) or "none"
    totals = scenarios.totals().sum(axis=1)
    console.print(
        f"Region {region.name}: {count(region.num_zones, 'zone')}, "
        f"{count(region.num_sites, 'site')}; chargers: {kinds}; "
        f"demand types: {', '.join(region.types)}; total demand {rounded(region.demand.sum())}.",
        markup=False,
    )
    text = f"{count(len(scenarios), 'scenario')}, total demand "
    if len(scenarios) > 1:
        text += f"{rounded(totals.min())} to {rounded(totals.max())}, mean "
    console.print(f"{text}{rounded(float(scenarios.probability @ totals))}.")


def _cells(size: EffortEstimate, method: str, ranks: int) -> list[str]:
    model = [f"{size.scenarios:,}", f"{size.variables:,}", f"{size.constraints:,}"]
    if method not in size.seconds:  # a method may know of no forecast
        return [*model, "?", "?"]
    span = " to ".join(dict.fromkeys(roughly(seconds) for seconds in size.span(method)))
    each = f"{ranks} x " if ranks > 1 else ""
    return [*model, f"{each}{size.gigabytes[method]:.1f} GB", span]


def _memory_warning(name: str, needed: float) -> list[str]:
    there = memory_gb()
    if there is None or needed < 0.8 * there:
        return []
    return [
        f"{name}: this machine has {there:.1f} GB, which will not do; use fewer scenarios, a reach "
        "limit (model.reach), or another method"
    ]
