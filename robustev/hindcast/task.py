"""One region and one vintage: forecasts, plans, judgement, as one document."""

from __future__ import annotations

import logging
import time
from dataclasses import asdict
from typing import Any

import numpy as np

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.core.errors import InputError
from robustev.hindcast.calibration import score_ensemble, score_points
from robustev.hindcast.config import HindcastConfig, Vintage
from robustev.hindcast.judging import Judgement, judge_plans
from robustev.hindcast.known import Known, known_at
from robustev.hindcast.panel import PanelRegion
from robustev.hindcast.plans import MadePlan, Planner
from robustev.hindcast.problem import Problem, make_problem
from robustev.hindcast.scenarios import draw_people, scenario_model
from robustev.scenarios.sampling import stream

logger = logging.getLogger(__name__)

SCORED_SEED = 1
"""Forecasts are scored by other draws than plans are made from."""


def run_task(config: HindcastConfig, region: PanelRegion, vintage: Vintage) -> dict[str, Any]:
    """Return everything about one region and vintage, as a document of plain values.

    A region whose past does not allow the test says why under ``left_out``.
    """
    began = time.process_time()
    document: dict[str, Any] = {
        "region": region.name, "vintage": vintage.label, "role": vintage.role,
        "decision": vintage.decision, "judged": vintage.judged,
    }  # fmt: skip
    try:
        known = known_at(region, vintage.decision, config)
        came, estimated, notes = what_came(region, known.zones, known.growth.base, vintage.judged)
        if len(known.zones) < config.least_zones:
            raise InputError(f"{len(known.zones)} zones, fewer than {config.least_zones}")
    except InputError as error:
        return document | {"left_out": str(error)}
    problem = make_problem(known, config.planning)
    forecasts = dict(known.forecasts(vintage.judged))
    plans = _all_plans(config, known, problem, vintage, forecasts, came)
    judged = judge_plans(problem, plans, came, estimated)
    reference = judged[-1]
    rows = [_row(p, j, reference) for p, j in zip(plans, judged, strict=True)]
    logger.info("%s %s: %d plans", region.name, vintage.label, len(plans))
    return document | {
        "zones": len(known.zones), "sites": problem.region.num_sites,
        "people_before": float(known.growth.base.sum()), "people_came": float(came.sum()),
        "estimated_zones": int(estimated.sum()),
        "estimated_share": float(came[estimated].sum() / came.sum()),
        "notes": [*known.notes, *notes],
        "errors": known.growth.errors.model_dump(),
        "persistence": list(known.growth.persistence),
        "plans": rows,
        "forecasts": _scores(config, known, problem, vintage, forecasts, came, estimated),
        "map": _map(known, came, forecasts, plans, judged),
        "cpu_seconds": time.process_time() - began,
    }  # fmt: skip


def what_came(
    region: PanelRegion, zones: IntArray, base: FloatArray, judged: int
) -> tuple[FloatArray, BoolArray, list[str]]:
    """Return the people who came, shape (zones,), whose figure is no count, and notes.

    A zone without a figure then keeps its last one, and counts as estimated.

    Raises
    ------
    InputError
        If the panel has no figures of that year.
    """
    history = region.history
    if judged not in history.years:
        raise InputError(f"{region.name}: the panel has no year {judged}")
    t = history.years.index(judged)
    figures = history.totals[t]
    if not np.isfinite(figures).any():
        raise InputError(f"{region.name}: no figures in {judged}")
    here = figures[zones]
    missing = ~(np.isfinite(here) & (here > 0))
    notes = []
    if missing.any():
        notes.append(f"no figure in {judged}, taken to be as before: {int(missing.sum())} zones")
    later = np.isfinite(figures)
    later[zones] = False
    if later.any():
        names = ", ".join(region.names[j] for j in np.flatnonzero(later)[:8])
        notes.append(f"founded after the last census, left out: {int(later.sum())} ({names})")
    return np.where(missing, base, here), history.estimated[t, zones] | missing, notes


def _all_plans(
    config: HindcastConfig, known: Known, problem: Problem, vintage: Vintage,
    forecasts: dict[str, FloatArray], came: FloatArray,
) -> list[MadePlan]:  # fmt: skip
    """Return every plan; the one made with hindsight is the last."""
    planner = Planner(problem, config)
    model = scenario_model(known, problem.region, vintage.judged, config.forecast)
    plans = list(planner.baselines(forecasts))
    robust = list(planner.robust(draw_people(model, config.scenarios, config.seed)))
    twins = [
        planner.twin(one, forecast, forecasts[forecast], plans)
        for one in robust if one.name in config.equal_spend
        for forecast in config.baselines if forecast in forecasts
    ]  # fmt: skip
    return [*plans, *robust, *twins, planner.hindsight(came)]


def _row(plan: MadePlan, judged: Judgement, best: Judgement) -> dict[str, Any]:
    counted = judged.cost_counted if np.isfinite(judged.cost_counted) else None
    return {
        "plan": plan.name, "kind": plan.kind, "forecast": plan.forecast, "margin": plan.margin,
        "partner": plan.partner, "gap": plan.gap, "spend": plan.spend, "seconds": plan.seconds,
        **{k: v for k, v in asdict(judged).items() if k != "unserved_at"},
        "cost_counted": counted,  # none where no figure of the year is a count
        "regret": judged.cost - best.cost,
        "chargers": int(plan.plan.chargers.sum()),
    }  # fmt: skip


def _scores(
    config: HindcastConfig, known: Known, problem: Problem, vintage: Vintage,
    forecasts: dict[str, FloatArray], came: FloatArray, estimated: BoolArray,
) -> dict[str, Any]:  # fmt: skip
    """Return the scores of every forecast, on all zones and on counted ones."""
    found: dict[str, Any] = {}
    everything = np.ones(len(came), dtype=bool)
    for errors in (config.forecast.errors, "independent"):
        model = scenario_model(known, problem.region, vintage.judged, config.forecast, errors)
        drawn = draw_people(model, config.forecast.members, config.seed + SCORED_SEED)
        name = "robust" if errors == config.forecast.errors else "independent"
        for label, use in (("", everything), ("_counted", ~estimated)):
            if use.sum() >= 2:
                rng = stream(config.seed, "pit")
                found[name + label] = score_ensemble(drawn, came, known.points, use, rng)
    for label, use in (("", everything), ("_counted", ~estimated)):
        if use.sum() >= 2:
            points = score_points(forecasts, came, use)
            found |= {name + label: values for name, values in points.items()}
    return found


def _map(
    known: Known, came: FloatArray, forecasts: dict[str, FloatArray],
    plans: list[MadePlan], judged: list[Judgement],
) -> dict[str, Any]:  # fmt: skip
    """Return what maps of surprise and of missed demand need."""
    first = next(j for p, j in zip(plans, judged, strict=True) if p.kind == "robust")
    return {
        "id": list(known.region.ids), "name": list(known.region.names),
        "longitude": known.region.longitude.tolist(), "latitude": known.region.latitude.tolist(),
        "before": known.growth.base.tolist(), "came": came.tolist(),
        "surprise": np.log(came / forecasts["last"]).round(5).tolist(),
        "unserved": {plans[0].name: judged[0].unserved_at.tolist(),
                     "robust": first.unserved_at.tolist()},
    }  # fmt: skip
