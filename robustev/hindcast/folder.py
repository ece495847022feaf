"""The result folder of a hindcast: one document for each region and vintage, tables beside them.

results/NAME/
  config.yaml              the test, defaults filled in
  tasks/V-REGION.json      everything about one region and vintage
  plans.csv                one row for each region, vintage and plan
  forecasts.csv            one row for each region, vintage and forecast
  pairs.csv                one row for each robust plan, rival, vintage and region
  summary.json             what all of them say together
  report.html              the page
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from robustev.core.digest import digest
from robustev.core.errors import InputError
from robustev.hindcast.config import HindcastConfig, Vintage
from robustev.hindcast.panel import PanelRegion
from robustev.parallel import interrupt

VERSION = 1
"""Grows when the content of task documents changes, so that older ones are made anew."""
NOT_OF_A_TASK = {"name", "vintages", "regions", "panel"}
"""Keys of the file that change nothing in a task."""


class HindcastFolder:
    """Where a hindcast keeps its results."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.tasks = root / "tasks"

    def task_file(self, region: str, vintage: str) -> Path:
        """Return the file of one region and vintage."""
        safe = re.sub(r"[^\w.-]+", "_", region)
        mark = "" if safe == region else "-" + digest(region)[:6]
        return self.tasks / f"{vintage}-{safe}{mark}.json"

    def found(self, region: PanelRegion, vintage: Vintage, key: str) -> dict[str, Any] | None:
        """Return what an earlier run found of a task, if it had the same key."""
        path = self.task_file(region.name, vintage.label)
        try:
            document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return document if document.get("key") == key else None

    def keep(self, document: dict[str, Any]) -> None:
        """Write the document of a task, whole or not at all."""
        self.tasks.mkdir(parents=True, exist_ok=True)
        path = self.task_file(document["region"], document["vintage"])
        write_whole(path, json.dumps(document, allow_nan=False) + "\n")

    def write(self, config: HindcastConfig, documents: list[dict[str, Any]],
              summary: dict[str, Any]) -> None:  # fmt: skip
        """Write the tables, the configuration and the summary."""
        self.root.mkdir(parents=True, exist_ok=True)
        content = yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False)
        write_whole(self.root / "config.yaml", content)
        write_whole(self.root / "summary.json", json.dumps(summary, indent=1) + "\n")
        write_whole(self.root / "plans.csv", plan_table(documents).to_csv(index=False))
        write_whole(self.root / "forecasts.csv", forecast_table(documents).to_csv(index=False))
        write_whole(self.root / "pairs.csv", pair_table(summary).to_csv(index=False))

    @property
    def is_finished(self) -> bool:
        """Whether the folder holds a finished hindcast."""
        return self.tasks.is_dir() and (self.root / "summary.json").is_file()

    def read(self) -> tuple[HindcastConfig, list[dict[str, Any]], dict[str, Any]]:
        """Return what a finished run wrote.

        Raises
        ------
        InputError
            If it is no such folder.
        """
        try:
            config = HindcastConfig.model_validate(
                yaml.safe_load((self.root / "config.yaml").read_text(encoding="utf-8"))
            )
            summary = json.loads((self.root / "summary.json").read_text(encoding="utf-8"))
            documents = [json.loads(self.task_file(*pair).read_text(encoding="utf-8"))
                         for pair in summary["tasks"]]  # fmt: skip
        except (OSError, ValueError, KeyError) as error:
            raise InputError(f"{self.root} holds no finished hindcast: {error}") from error
        return config, documents, summary


def write_whole(path: Path, text: str) -> None:
    """Write a file beside its place and move it there."""
    with interrupt.shielded():
        part = path.with_name(path.name + ".part")
        part.write_text(text, encoding="utf-8")
        part.replace(path)


def task_key(config: HindcastConfig, region: PanelRegion, vintage: Vintage) -> str:
    """Return what a task's document depends on, as a hash."""
    settings = config.model_dump(mode="json", exclude=NOT_OF_A_TASK)
    settings["crosswalk"] = str(config.panel.crosswalk)
    return digest(VERSION, settings, vintage.model_dump(mode="json"), region)


def done(documents: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the documents of tasks that were not left out."""
    return [document for document in documents if "left_out" not in document]


def plan_table(documents: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """Return one row for each region, vintage and plan."""
    table = pd.DataFrame([
        {"region": d["region"], "vintage": d["vintage"], "role": d["role"], **row}
        for d in done(documents) for row in d["plans"]
    ])  # fmt: skip
    return table.astype({"cost_counted": np.float64}) if len(table) else table


def forecast_table(documents: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """Return one row for each region, vintage and forecast."""
    return pd.DataFrame([
        {"region": d["region"], "vintage": d["vintage"], "role": d["role"], "forecast": name,
         **{k: v for k, v in scores.items() if k != "pit"}}
        for d in done(documents) for name, scores in d["forecasts"].items()
    ])  # fmt: skip


def pair_table(summary: dict[str, Any]) -> pd.DataFrame:
    """Return one row for each vintage, robust plan, rival and region, with the mean of them all.

    Differences are in per cent of the cost of the plan made with hindsight.
    """
    columns = ["vintage", "plan", "rival", "by", "region", "difference", "mean", "low", "high",
               "p_value", "clear"]  # fmt: skip
    return pd.DataFrame([
        [label, pair["plan"], pair["rival"], pair["by"], region, difference, pair["mean"],
         pair["low"], pair["high"], pair["p_value"], pair["clear"]]
        for label, vintage in summary["vintages"].items()
        for pair in vintage["pairs"] for region, difference in pair["by_region"].items()
    ], columns=columns)  # fmt: skip
