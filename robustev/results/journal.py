"""The journal of a run: what is finished, kept beside the result folder until that is complete.

A run that is killed leaves its journal, ``.NAME.partial`` beside the folder ``NAME``; with
``resume`` the next run takes what is in it. It has the layout of a result folder without a
manifest, a fingerprint of the data, and the solves of the comparison, each in a file of its own.
"""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

from robustev.config.experiment import Experiment
from robustev.core.digest import digest
from robustev.core.errors import InputError
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.methods.keeper import Checkpoint
from robustev.methods.result import UNFINISHED, SolveResult
from robustev.model.instance import Instance
from robustev.results.files import read_document
from robustev.results.finished import FinishedParts, kept
from robustev.results.layout import Layout
from robustev.results.plans import same_problem, stored_results
from robustev.results.reader import read_journal
from robustev.results.schema import Document
from robustev.results.writer import write_config, write_json, write_plan

logger = logging.getLogger(__name__)


class Fingerprint(Document):
    """The content of ``journal.json``: what the finished parts were made from."""

    data: str
    """Hash of region and scenarios."""


class Journal:
    """What is finished of a run, and what is known of the rest.

    ``parts`` are those of its comparison.

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
        self.parts = FinishedParts(self.root, region, experiment.output.checkpoint)

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
        with kept(self.root):
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
        found = read_journal(self.root)
        before = {} if found is None or found.experiment is None else found.experiment.plans
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
        found = read_journal(self.root)
        if found is None:
            return {}
        for fault in found.faults:
            logger.warning("not taken from the unfinished run: %s", fault)
        try:
            return stored_results(found, self._experiment, self._region)
        except InputError as error:
            logger.warning("not taken from the unfinished run: %s", error)
            return {}

    def record(self, name: str, result: SolveResult, instance: Instance) -> None:
        """Keep one plan."""
        with kept(self.root):
            write_plan(self._layout, name, result, instance)
            if result.status not in UNFINISHED:
                shutil.rmtree(self._checkpoints / name, ignore_errors=True)

    def discard(self) -> None:
        """Remove the journal: what is in it has its place in the result folder."""
        shutil.rmtree(self.root, ignore_errors=True)


class StudyJournal:
    """The journal of a study that makes no result folder: ``.NAME.partial`` beside ``target``.

    Parameters
    ----------
    content
        What the study is about, in settings.
    """

    def __init__(self, target: Path, region: Region, content: tuple[object, ...]) -> None:
        self.root = journal_folder(target)
        self._data = digest(region, *content)

    def begin(self, *, resume: bool) -> None:
        """Start anew, or go on with what is there.

        Raises
        ------
        InputError
            If what is to be gone on with is about something else.
        """
        about = self.root / "journal.json"
        if resume and about.is_file():
            if read_document(about, Fingerprint).data != self._data:
                raise InputError(
                    f"the unfinished study in {self.root} is about other data or rules than this "
                    "experiment has. Go on with the experiment as it was, or begin anew without "
                    "--resume, which gives up what is there"
                )
            return
        self.discard()
        with kept(self.root):
            self.root.mkdir(parents=True)
            write_json(about, Fingerprint(data=self._data))

    def discard(self) -> None:
        """Remove the journal."""
        shutil.rmtree(self.root, ignore_errors=True)


def journal_folder(target: Path) -> Path:
    """Return where the journal of a result folder lies: beside it."""
    return target.with_name(f".{target.name}.partial")
