"""Running a hindcast: regions and vintages side by side, taken up again where it ended."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from robustev.config.load import absolute
from robustev.config.source import override, read_yaml
from robustev.config.validation import validate
from robustev.core.errors import InputError
from robustev.hindcast.config import HindcastConfig, Vintage
from robustev.hindcast.folder import HindcastFolder, done, task_key
from robustev.hindcast.panel import PanelRegion, read_panel
from robustev.hindcast.summary import summarise
from robustev.hindcast.task import run_task
from robustev.parallel.processes import completed

logger = logging.getLogger(__name__)

Told = Callable[[int, int, dict[str, Any]], None]
"""Called after every task with the number done, the number of all, and its document."""


@dataclass(frozen=True, eq=False)
class Task:
    """One region and vintage, with the key of its result."""

    config: HindcastConfig
    region: PanelRegion
    vintage: Vintage
    key: str


def load_hindcast(path: str | Path, settings: Iterable[str] = ()) -> HindcastConfig:
    """Read the file of a hindcast, with ``key.sub=value`` settings laid over it.

    Raises
    ------
    ConfigError
        With every fault: file and line, dotted key, what was found, what was expected.
    """
    source = override(read_yaml(path), settings)
    return absolute(validate(HindcastConfig, source), source)


def run_hindcast(
    config: HindcastConfig, output: Path, *, workers: int | None = None, resume: bool = False,
    told: Told | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Run every region and vintage, write the folder ``output``, and return the summary.

    With ``resume`` finished tasks are taken from the folder where they were made from the same
    data by the same rules.

    Raises
    ------
    InputError
        If the panel has faults, or no region can be tested.
    """
    regions = read_panel(config.panel, config.regions)
    folder = HindcastFolder(output)
    tasks = [Task(config, region, vintage, task_key(config, region, vintage))
             for vintage in config.vintages for region in regions]  # fmt: skip
    documents: dict[int, dict[str, Any]] = {}
    if resume:
        for index, task in enumerate(tasks):
            kept = folder.found(task.region, task.vintage, task.key)
            if kept is not None:
                documents[index] = kept
    order = [vintage.label for vintage in config.vintages]
    # Of a vintage the largest first, so that no processor is left alone with one at the end.
    todo = sorted(
        (index for index in range(len(tasks)) if index not in documents),
        key=lambda i: (order.index(tasks[i].vintage.label), -len(tasks[i].region.ids)),
    )
    for position, document in completed(_perform, [tasks[i] for i in todo], workers=workers):
        documents[todo[position]] = document
        folder.keep(document)
        if told is not None:
            told(len(documents), len(tasks), document)
    ordered = [documents[index] for index in range(len(tasks))]
    if not done(ordered):
        reasons = "; ".join(sorted({str(d["left_out"]) for d in ordered})[:5])
        raise InputError(f"no region can be tested: {reasons}")
    summary = summarise(config, ordered)
    folder.write(config, ordered, summary)
    return summary


def _perform(task: Task) -> dict[str, Any]:
    logger = logging.getLogger("robustev")
    usual = logger.level
    logger.setLevel(logging.ERROR)  # each region would warn of the same
    try:
        return run_task(task.config, task.region, task.vintage) | {"key": task.key}
    finally:
        logger.setLevel(usual)
