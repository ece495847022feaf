"""The answer of ``robustev check``: the data in figures, doubts, and a forecast for every plan."""

from __future__ import annotations

from rich.console import Console

from robustev.cli.printing.tables import plain_table, print_table
from robustev.core.formatting import count, percent, roughly, rounded
from robustev.core.units import Units
from robustev.experiment.survey import PlanForecast, RegionFigures, Survey


def print_survey(console: Console, found: Survey, units: Units) -> None:
    """Print what the data are, what in them is doubtful, and what each plan should take."""
    verdict = "the file and its data are sound"
    if found.doubts:
        verdict = f"the file and its data can be used; {count(len(found.doubts), 'doubt')}"
    console.print(f"Experiment {found.experiment}: {verdict}.", markup=False)
    _print_data(console, found, units)
    for doubt in found.doubts:
        console.print(f"  - {doubt}", style="yellow", markup=False, soft_wrap=True)
    headings = ("scenarios", "variables", "constraints", "memory", "time")
    table = plain_table(["plan", "method"], headings)
    for plan in found.plans:
        table.add_row(plan.plan, plan.method, *_cells(plan))
    print_table(console, table)
    for plan in found.plans:
        for note in _notes(plan):
            console.print(note, markup=False)
    console.print("Times are forecasts for an idle machine.", style="dim")


def _print_data(console: Console, found: Survey, units: Units) -> None:
    region = found.region
    kinds = ", ".join(region.kinds) or "none"
    console.print(
        f"Region {region.name}: {count(region.zones, 'zone')}, "
        f"{count(region.sites, 'site')}; chargers: {kinds}; "
        f"demand types: {', '.join(region.types)}; total demand {rounded(region.demand)}.",
        markup=False,
    )
    console.print(_where(region), markup=False)
    text = _reach(region, units)
    if text:
        console.print(text, markup=False)
    text = f"{count(found.scenarios, 'scenario')}, total demand "
    if found.scenarios > 1:
        text += f"{rounded(found.demand_least)} to {rounded(found.demand_most)}, mean "
    console.print(f"{text}{rounded(found.demand_mean)}.")


def _where(region: RegionFigures) -> str:
    if region.box is None:
        return "Zones and sites have no coordinates; travel is given."
    west, south, east, north = region.box
    if region.coordinates == "degrees":
        return f"Longitude {west:.4g} to {east:.4g}, latitude {south:.4g} to {north:.4g}."
    return f"Planar coordinates, {rounded(east - west)} by {rounded(north - south)}."


def _reach(region: RegionFigures, units: Units) -> str:
    """Return how far sites are, and what fits there."""
    parts = []
    if region.nearest_median is not None and region.nearest_most is not None:
        parts.append(
            f"From a zone to its nearest site: {rounded(region.nearest_median)} {units.travel} at "
            f"the median, {rounded(region.nearest_most)} at most"
        )
    if region.cut_off:
        parts.append(f"{count(region.cut_off, 'zone')} without any site")
    shares = list(zip(region.types, region.fits, strict=True))
    if any(share < 1 for _, share in shares):
        each = ", ".join(f"{percent(share)} ({name})" for name, share in shares)
        parts.append(f"all sites at their fullest serve {each} of today's demand")
    elif shares:
        parts.append("all sites at their fullest serve all of today's demand")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _notes(plan: PlanForecast) -> list[str]:
    where = f" on {plan.ranks} MPI ranks" if plan.ranks > 1 else ""
    notes = [f"{plan.plan}: method {plan.method}{where}, {plan.reason}."]
    notes += [f"{plan.plan}: no plan exists. {plan.why_no_plan}"] if plan.why_no_plan else []
    there = plan.memory_there
    if there is not None and plan.memory >= 0.8 * there:
        notes.append(
            f"{plan.plan}: this machine has {there:.1f} GB, which will not do; use fewer "
            "scenarios, a reach limit (model.reach), or another method"
        )
    return notes


def _cells(plan: PlanForecast) -> list[str]:
    size, method, ranks = plan.size, plan.method, plan.ranks
    model = [f"{size.scenarios:,}", f"{size.variables:,}", f"{size.constraints:,}"]
    if method not in size.seconds:  # a method may know of no forecast
        return [*model, "?", "?"]
    span = " to ".join(dict.fromkeys(roughly(seconds) for seconds in size.span(method)))
    each = f"{ranks} x " if ranks > 1 else ""
    return [*model, f"{each}{size.gigabytes[method]:.1f} GB", span]
