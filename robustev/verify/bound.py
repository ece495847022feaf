"""Checking a plan's lower bound: against its objective, a second model, and stored prices."""

from __future__ import annotations

import numpy as np

from robustev.core.errors import InputError, SolverError
from robustev.core.formatting import count, duration
from robustev.model.instance import Instance
from robustev.recourse.certificate import Certificate
from robustev.results.schema import PlanDocument
from robustev.verify.certificate import Derived, derive
from robustev.verify.extensive import MAX_COLUMNS, extensive_optimum, extensive_size
from robustev.verify.finding import TOLERANCE, Finding, Verdict, close, exact, floor_of
from robustev.verify.first_stage import states_all
from robustev.verify.prices import without_prices
from robustev.verify.scenario_prices import has_scenario_prices, scenario_price_bound

SECONDS = 120.0
"""Most time that each plan's bound may take, unless asked otherwise."""
SECOND_MODEL = "the whole problem stated a second time, and solved by HiGHS,"


def check_bound(
    instance: Instance,
    document: PlanDocument,
    certificate: Certificate | None,
    seconds: float,
) -> list[Finding]:
    """Return what backs the lower bound that ``plans/<plan>.json`` reports."""
    name, bound, objective = document.plan, document.lower_bound, document.objective
    if bound is None or objective is None:
        return [Finding(name, Verdict.TRUSTED, "nothing: it reports no lower bound")]
    floor = floor_of(instance)
    if bound > objective and not close(bound, objective, floor=floor):
        text = f"its lower bound {bound!r} lies above its objective {objective!r}"
        return [Finding(name, Verdict.WRONG, text)]
    findings = _by_second_model(instance, name, bound, seconds)
    if findings and findings[0].verdict is not Verdict.TRUSTED:
        return findings
    if certificate is None and instance.model.objective.needs_own_optima:
        text = f"its lower bound {bound:.10g}: no dual prices are stored to derive it from"
        return [Finding(name, Verdict.TRUSTED, text)]
    stored = without_prices(instance) if certificate is None else certificate
    try:
        if has_scenario_prices(certificate):
            derived = Derived(*_of_scenario_prices(instance, stored))
        else:
            derived = derive(instance, stored, target=bound, seconds=seconds)
    except (InputError, SolverError) as error:
        return [Finding(name, Verdict.TRUSTED, f"its lower bound {bound:.10g}: {error}")]
    prices = _prices(derived, stored=certificate is not None)
    return _by_prices(instance, document, derived, prices)


def _of_scenario_prices(instance: Instance, stored: Certificate) -> tuple[float, None, float]:
    bound, seconds = scenario_price_bound(instance, stored)
    return bound, None, seconds


def _reaches(found: float | None, bound: float, floor: float) -> bool:
    return found is not None and found >= bound - TOLERANCE * max(floor, abs(bound))


def _by_second_model(instance: Instance, name: str, bound: float, seconds: float) -> list[Finding]:
    """Return what the whole problem stated a second time says, where that is small enough."""
    small = extensive_size(instance) <= MAX_COLUMNS
    if len(instance.blocks) > 1 and instance.charger_table is not None:
        small = False  # chargers of several phases are not counted one by one there
    if not small or not instance.model.objective.is_expectation:
        return []
    found, floor = extensive_optimum(instance, seconds / 2), floor_of(instance)
    upper = np.inf if found.upper is None else found.upper
    if bound > upper and not close(bound, upper, floor=floor) and states_all(instance):
        text = f"{SECOND_MODEL} finds a plan of {exact(upper)}, below its lower bound {bound!r}"
        return [Finding(name, Verdict.WRONG, text)]
    if _reaches(found.lower, bound, floor):
        text = f"its lower bound {bound:.10g}: {SECOND_MODEL} proves {found.lower:.10g}"
        return [Finding(name, Verdict.PROVED, text)]
    proven = "nothing" if found.lower is None else f"only {found.lower:.10g}"
    text = f"its lower bound {bound:.10g}: {SECOND_MODEL} proves {proven} in time"
    return [Finding(name, Verdict.TRUSTED, text)]


def _by_prices(
    instance: Instance, document: PlanDocument, derived: Derived, prices: str
) -> list[Finding]:
    """Return what ``prices`` prove, and how much of the bound is left on trust."""
    name, bound, objective = document.plan, document.lower_bound or 0.0, document.objective or 0.0
    best = derived.relaxed if derived.whole is None else derived.whole
    floor = floor_of(instance)
    if best > objective and not close(best, objective, floor=floor):
        text = f"its objective {objective!r}: {prices} prove that no plan is below {exact(best)}"
        return [Finding(name, Verdict.WRONG, text)]
    findings = []
    if instance.model.objective.needs_own_optima:
        text = "the scenarios' own optima, from which its regret and its bound are measured"
        findings.append(Finding(name, Verdict.TRUSTED, text))
    if _reaches(derived.relaxed, bound, floor):
        text = f"its lower bound {bound:.10g}: {prices} prove {derived.relaxed:.10g}"
        return [Finding(name, Verdict.PROVED, text), *findings]
    text = (
        f"a lower bound of {derived.relaxed:.10g}, {_percent(derived.relaxed, bound)} below the "
        f"reported one, from {prices}"
    )
    findings.insert(0, Finding(name, Verdict.PROVED, text))
    if _reaches(derived.whole, bound, floor):
        text = (
            f"its lower bound {bound:.10g}: searching whole numbers proves {derived.whole:.10g}, "
            "if the branch-and-bound tree of HiGHS is right"
        )
        return [Finding(name, Verdict.PROVED, text), *findings]
    text = (
        f"the last {_percent(best, bound)} of its lower bound {bound:.10g}: with whole numbers, "
        f"too, {prices} prove {best:.10g} in {duration(derived.seconds)}"
    )
    return [*findings, Finding(name, Verdict.TRUSTED, text)]


def _prices(derived: Derived, *, stored: bool) -> str:
    """Return which prices a bound comes from."""
    if not derived.fresh:
        return "the stored prices" if stored else "no prices at all"
    fresh = f"{count(derived.fresh, 'price')} found by this check"
    return f"the stored prices and {fresh}" if stored else fresh


def _percent(below: float, bound: float) -> str:
    return f"{100 * (bound - below) / max(1.0, abs(bound)):.2g} %"
