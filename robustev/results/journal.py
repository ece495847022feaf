"""The journal of a run: what is finished, kept beside the result folder until that is complete.

A run that is killed leaves its journal, ``.NAME.partial`` beside the folder ``NAME``; with
``resume`` the next run takes what is in it. It has the layout of a result folder without a
manifest, a fingerprint of the data, and the solves of the comparison, each in a file of its own.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from robustev.config.experiment import Experiment
from robustev.core.digest import digest
from robustev.core.errors import InputError, RobustevError
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.methods.keeper import Checkpoint
from robustev.methods.options import SolveOptions
from robustev.methods.result import UNFINISHED, SolveResult, Status
from robustev.model.instance import Instance, with_levels
from robustev.model.model import Model
from robustev.parallel import interrupt
from robustev.results.files import read_document
from robustev.results.layout import Layout
from robustev.results.outside import outside_parts
from robustev.results.plans import decision, same_problem, stored_results
from robustev.results.reader import read_journal
from robustev.results.schema import Document, PlanDocument
from robustev.results.tables import plan_document
from robustev.results.writer import write_config, write_json, write_plan

logger = logging.getLogger(__name__)


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

        Parts that were made by other rules are dropped.

        Raises
        ------
        InputError
            If what is to be gone on with was made from other data.
        """
        data = digest(self._region, scenarios)
        found: dict[str, SolveResult] = {}
        if resume and self._about.is_file():
            self._check_same(data)
            found = self._found()
            self._drop_other_checkpoints()
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

    def _check_same(self, data: str) -> None:
        """Refuse to go on with a journal of other data, which would lose what is in it."""
        if read_document(self._about, Fingerprint).data != data:
            raise InputError(
                f"the unfinished run in {self.root} was made from another region or other "
                "scenarios than this experiment has. Go on with the experiment as it was, or "
                "begin anew without --resume, which gives up what is there"
            )

    def _drop_other_checkpoints(self) -> None:
        """Give up what unfinished solves knew of plans whose rules have changed since."""
        kept = read_journal(self.root)
        before = {} if kept is None or kept.experiment is None else kept.experiment.plans
        for folder in self._checkpoints.glob("*"):
            spec = self._experiment.plans.get(folder.name)
            if spec is None or folder.name not in before or not same_problem(
                before[folder.name], spec
            ):  # fmt: skip
                logger.warning(
                    "plan %s: what an earlier run had found is given up, its rules differ",
                    folder.name,
                )
                shutil.rmtree(folder, ignore_errors=True)

    @property
    def _checkpoints(self) -> Path:
        return self.root / "checkpoints"

    def checkpoint(self, name: str) -> Checkpoint:
        """Return where the solve of a plan is kept while it runs."""
        return Checkpoint(self._checkpoints / name, self._experiment.output.checkpoint)

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
            if result.status not in UNFINISHED:
                shutil.rmtree(self._checkpoints / name, ignore_errors=True)

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
