"""The journal of a run: what is finished, kept beside the result folder until that is complete.

A run that is killed leaves its journal, ``.NAME.partial`` beside the folder ``NAME``; with
``resume`` the next run takes what is in it. It has the layout of a result folder without a
manifest, a fingerprint of the data, and the solves of the comparison, each in a file of its own.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from pydantic import BaseModel

from robustev.config.experiment import Experiment
from robustev.core.errors import InputError, RobustevError
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.methods.options import SolveOptions
from robustev.methods.result import SolveResult, Status
from robustev.model.instance import Instance, with_levels
from robustev.model.model import Model
from robustev.parallel import interrupt
from robustev.results.files import read_document
from robustev.results.layout import Layout
from robustev.results.outside import outside_parts
from robustev.results.plans import decision, stored_results
from robustev.results.reader import read_journal
from robustev.results.schema import Document, PlanDocument
from robustev.results.tables import plan_document
from robustev.results.writer import write_config, write_json, write_plan

logger = logging.getLogger(__name__)

UNFINISHED = (Status.INTERRUPTED, Status.ERROR)
"""How a solve ended that is to go on."""


class Fingerprint(Document):
    """The content of ``journal.json``: what the finished parts were made from."""

    data: str
    """Hash of region and scenarios."""


class Journal:
    """Finished parts of a run.

    Parameters
    ----------
    target
        The result folder that the run is for.
    """

    def __init__(self, target: Path, experiment: Experiment, region: Region) -> None:
        self.root = journal_folder(target)
        self._layout = Layout(self.root)
        self._experiment = experiment
        self._region = region

    def begin(self, scenarios: ScenarioSet, *, resume: bool) -> dict[str, SolveResult]:
        """Start the journal anew, or go on with it; return the plans that are in it.

        Parts that were made from other data, or by other rules, are dropped.
        """
        data = digest(self._region, scenarios)
        found: dict[str, SolveResult] = {}
        if resume and self._is_about(data):
            found = self._found()
        elif self.root.exists():
            logger.warning("what an earlier run had finished in %s is given up", self.root)
            self.discard()
        with self._kept():
            # Before the rules are written down: what was made by others must not pass for theirs.
            for name in set(self._layout.plan_names()) - set(found):
                self._layout.plan(name).unlink()
            write_config(self._layout, self._experiment)
            write_json(self._about, Fingerprint(data=data))
        return found

    @property
    def _about(self) -> Path:
        return self.root / "journal.json"

    def _is_about(self, data: str) -> bool:
        try:
            return read_document(self._about, Fingerprint).data == data
        except InputError:
            return False

    def _found(self) -> dict[str, SolveResult]:
        kept = read_journal(self.root)
        if kept is None:
            return {}
        for fault in kept.faults:
            logger.warning("not taken from the unfinished run: %s", fault)
        try:
            return stored_results(kept, self._experiment, self._region)
        except InputError as error:
            logger.warning("not taken from the unfinished run: %s", error)
            return {}

    def record(self, name: str, result: SolveResult, instance: Instance) -> None:
        """Keep one plan."""
        with self._kept():
            write_plan(self._layout, name, result, instance)

    def recall(
        self, scenarios: ScenarioSet, model: Model, options: SolveOptions
    ) -> SolveResult | None:
        """Return what a solve of the comparison came to, if it is finished."""
        path = self._solve_file(scenarios, model, options)
        if not path.is_file():
            return None
        try:
            document = read_document(path, PlanDocument)
            plan = decision(document, with_levels(self._region, model), str(path))
        except RobustevError as error:
            logger.warning("a finished solve is made again: %s", error)
            return None
        return SolveResult(
            document.method or "", plan, document.objective, document.lower_bound,
            document.status or Status.ERROR, document.seconds or 0.0, message=document.message,
        )  # fmt: skip

    def remember(
        self, scenarios: ScenarioSet, model: Model, options: SolveOptions, result: SolveResult
    ) -> None:
        """Keep what a solve of the comparison came to."""
        if result.status in UNFINISHED:
            return
        path = self._solve_file(scenarios, model, options)
        with self._kept():
            path.parent.mkdir(parents=True, exist_ok=True)
            region = with_levels(self._region, model)
            write_json(path, plan_document("plan", result, region, model))

    def _solve_file(self, scenarios: ScenarioSet, model: Model, options: SolveOptions) -> Path:
        return (
            self.root / "solves" / f"{digest(scenarios, model, outside_parts(model), options)}.json"
        )

    def discard(self) -> None:
        """Remove the journal: what is in it has its place in the result folder."""
        shutil.rmtree(self.root, ignore_errors=True)

    @contextmanager
    def _kept(self) -> Iterator[None]:
        """Shield the writing of one part; a journal that cannot be written ends no run."""
        try:
            with interrupt.shielded():
                yield
        except OSError as error:
            logger.warning("finished parts cannot be kept in %s: %s", self.root, error)


def journal_folder(target: Path) -> Path:
    """Return where the journal of a result folder lies: beside it."""
    return target.with_name(f".{target.name}.partial")


def digest(*values: object) -> str:
    """Return a SHA-256 of settings, arrays, and frozen data that hold them.

    >>> digest(np.zeros(2), {"a": 1}) == digest(np.zeros(2), {"a": 1})
    True
    >>> digest(np.zeros(2)) == digest(np.zeros((2, 1)))
    False
    """
    found = hashlib.sha256()
    for value in values:
        for part in _parts(value):
            found.update(part)
            found.update(b"\0")
    return found.hexdigest()


def _parts(value: object) -> Iterator[bytes]:
    if isinstance(value, np.ndarray):
        yield f"{value.dtype} {value.shape}".encode()
        yield np.ascontiguousarray(value).tobytes()
    elif isinstance(value, BaseModel):
        yield json.dumps(value.model_dump(mode="json"), sort_keys=True).encode()
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield field.name.encode()
            yield from _parts(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for key in value:
            yield str(key).encode()
            yield from _parts(value[key])
    elif isinstance(value, list | tuple):
        yield str(len(value)).encode()
        for item in value:
            yield from _parts(item)
    else:
        yield repr(value).encode()
