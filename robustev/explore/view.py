"""What the page shows of an answer: a map, a few figures, what changes, files to keep."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import yaml

from robustev.core.errors import InputError
from robustev.core.formatting import amount, count, percent, signed
from robustev.evaluate import Evaluation, evaluate
from robustev.evaluate.frames import zone_frame
from robustev.explore.explorer import Answer, Explorer
from robustev.explore.question import Question
from robustev.report.building import building_of
from robustev.report.difference import differences, in_words
from robustev.report.figures.canvas import map_figure, zone_traces
from robustev.report.figures.stations import add_labels, add_sizes, plan_traces
from robustev.report.places import places
from robustev.report.sections.lead import build_line, served_share
from robustev.results.folder import StoredPlan
from robustev.results.schema import PlanDocument
from robustev.results.tables import charger_counts, closed_sites, open_sites, plan_table
from robustev.results.writer import resolved_config

MOST_CHANGES = 60
"""Sites in the list of changes."""


class View:
    """Draws answers beside the plan that the exploration began with."""

    def __init__(self, explorer: Explorer) -> None:
        self.explorer = explorer
        region = explorer.results.region
        self.place = None if region is None else places(region)
        self.names = {} if region is None else region.site_names
        self.zones = [] if region is None or self.place is None else zone_traces(region, self.place)
        self._base: StoredPlan | None = None

    def state(self) -> dict[str, Any]:
        """Return what the page needs once: sites, limits of the sliders, ground of the map."""
        explorer = self.explorer
        sites = [
            {"id": site, "name": self.names.get(site, site), "kept": bool(kept)}
            for site, kept in zip(explorer.region.sites.ids, explorer.base.min_open, strict=True)
        ]
        figure = map_figure(self.zones, self.place) if self.place is not None else None
        return {
            "title": explorer.results.manifest.title or explorer.results.name.replace("_", " "),
            "plan": explorer.name,
            "money": explorer.results.units.money,
            "budgets": list(explorer.budgets),
            "grows": explorer.grows,
            "sites": sites,
            "ground": None if figure is None else json.loads(str(figure.to_json()))["data"],
        }

    def answer(self, answer: Answer) -> dict[str, Any]:
        """Return an answer as the page shows it."""
        found, units = answer.found, self.explorer.results.units
        (evaluation,) = evaluate(found.instance, [found.plan])
        plan = self._stored(answer, evaluation)
        if self._base is None:
            self._base = plan
        built = building_of(plan)
        assert built is not None
        figures = [
            ["cost", units.cost(amount(found.objective)), answer.measure],
            ["to build", units.cost(amount(built.spend)), count(len(plan.chargers), "station")],
            ["served", served_share(evaluation.unserved_share), "of demand, on average"],
            ["proven", percent(found.gap), "is the most by which any plan could be cheaper"],
            ["time", f"{answer.seconds:.1f} s", ""],
        ]
        return {
            "lead": build_line(plan, built),
            "figures": figures,
            "gap": found.gap,
            "objective": found.objective,
            "lower_bound": found.lower,
            "seconds": answer.seconds,
            "open": list(plan.chargers),
            "words": in_words(plan, self._base) if plan.name != self._base.name else "",
            "changes": self._changes(plan, self._base),
            "map": self._map(plan),
        }

    def _stored(self, answer: Answer, evaluation: Evaluation) -> StoredPlan:
        """Return the plan as the pictures of the report take it."""
        found, explorer = answer.found, self.explorer
        region, model = found.instance.region, found.instance.model
        name = explorer.name if answer.question == Question() else "what if"
        document = PlanDocument(
            plan=name, open_sites=open_sites(found.plan, region),
            chargers=charger_counts(found.plan, region),
            kinds=tuple(kind.name for kind in region.kinds),
            closed_sites=closed_sites(found.plan, region),
        )  # fmt: skip
        table = plan_table(found.plan, region, model, evaluation.load)
        table = table.replace([np.inf, -np.inf], np.nan)
        return StoredPlan(name, document, table, zones=zone_frame(evaluation, region))

    def _changes(self, plan: StoredPlan, base: StoredPlan) -> list[list[str]]:
        if plan.name == base.name:
            return []
        table = differences(plan, base)
        table = table[table["change"] != "same"]
        order = table["difference"].abs().sort_values(ascending=False, kind="stable").index
        return [
            [self.names.get(row["site"], row["site"]), signed(row["difference"]),
             str(row["text"]).replace("<br>", "; ")]
            for row in table.loc[order[:MOST_CHANGES]].to_dict("records")
        ]  # fmt: skip

    def _map(self, plan: StoredPlan) -> dict[str, Any] | None:
        if self.place is None:
            return None
        figure = map_figure(plan_traces(plan, self.place), self.place)
        add_sizes(add_labels(figure, plan, self.place, measured=True), plan)
        content: dict[str, Any] = json.loads(str(figure.to_json()))
        return content

    # --- files -------------------------------------------------------------------------------

    def plan_file(self, answer: Answer) -> str:
        """Return the plan as a CSV file that ``robustev evaluate`` and locks take."""
        found = answer.found
        return str(found.plan.to_frame(found.instance.region).to_csv(index=False))

    def experiment_file(self, question: Question) -> str:
        """Return an experiment file that asks the same question of ``robustev run``.

        Raises
        ------
        InputError
            If the question is about growth, which belongs to the source of the scenarios.
        """
        explorer = self.explorer
        if question.growth != 1.0:
            raise InputError(
                "growth belongs to the source of the scenarios, which an experiment file names: "
                "set it back to 100 % and change scenarios.source there, or save the plan"
            )
        folder = explorer.results.folder
        text = resolved_config(explorer.experiment, folder)
        content = yaml.safe_load(text)
        spec = content["plans"][explorer.name]
        own = explorer.experiment.plans[explorer.name]
        asked = question.model(own.model)
        for rule in ("locks", "budget"):
            part = getattr(asked, rule)
            if part is not None:
                spec["model"][rule] = part.model_dump(mode="json")
        spec["demand_factor"] = own.demand_factor * question.adoption
        content["name"] = f"{explorer.experiment.name}_what_if"
        content["plans"] = {"what_if": spec}
        content["output"]["folder"] = None
        content["compare"] = None
        return str(yaml.safe_dump(content, sort_keys=False, allow_unicode=True))
