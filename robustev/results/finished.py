"""Finished parts of a long run, each in a file of its own, named after everything it depends on.

A part is a solve, or some arrays: own optima, an evaluation. What is asked for again under the same
scenarios, model and options is taken from its file; anything else is made.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from robustev.core.archive import read_archive, write_archive
from robustev.core.digest import digest
from robustev.core.errors import InputError, RobustevError
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.methods.checkpoint import Arrays
from robustev.methods.keeper import Checkpoint
from robustev.methods.options import SolveOptions
from robustev.methods.result import UNFINISHED, SolveResult, Status
from robustev.model.instance import with_levels
from robustev.model.model import Model
from robustev.parallel import interrupt, ranks
from robustev.results.files import read_document
from robustev.results.outside import outside_parts
from robustev.results.plans import decision
from robustev.results.schema import PlanDocument
from robustev.results.tables import plan_document
from robustev.results.writer import write_json

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class FinishedParts:
    """The parts in one folder.

    Parameters
    ----------
    root
        The folder, which need not be there yet.
    interval
        Seconds between two saves of a part that is under way.
    """

    root: Path
    region: Region
    interval: float = 60.0

    def recall(
        self, scenarios: ScenarioSet, model: Model, options: SolveOptions
    ) -> SolveResult | None:
        """Return what a solve came to, if it is finished."""
        path = self._solve(scenarios, model, options).with_suffix(".json")
        if not path.is_file():
            return None
        try:
            document = read_document(path, PlanDocument)
            plan = decision(document, with_levels(self.region, model), str(path))
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
        """Keep what a solve came to, in the place of what it knew on the way."""
        if result.status in UNFINISHED:
            return
        path = self._solve(scenarios, model, options)
        with kept(self.root):
            path.parent.mkdir(parents=True, exist_ok=True)
            region = with_levels(self.region, model)
            document = plan_document("plan", result, region, model)
            write_json(path.with_suffix(".json"), document)
            shutil.rmtree(path, ignore_errors=True)

    def checkpoint(self, scenarios: ScenarioSet, model: Model, options: SolveOptions) -> Checkpoint:
        """Return where a solve is kept while it runs."""
        return Checkpoint(self._solve(scenarios, model, options), self.interval)

    def _solve(self, scenarios: ScenarioSet, model: Model, options: SolveOptions) -> Path:
        return self.root / "solves" / digest(scenarios, model, outside_parts(model), options)

    def recall_arrays(self, kind: str, *content: object) -> list[Arrays]:
        """Return the arrays that every rank kept of a part that ``content`` decides."""
        found: list[Arrays] = []
        for path in sorted(self._part(kind, content).glob("*.npz")):
            try:
                found.append(read_archive(path)[1])
            except InputError as error:
                logger.warning("a finished part is made again: %s", error)
        return found

    def keep_arrays(self, kind: str, *content: object, arrays: Arrays) -> None:
        """Keep what this rank has of a part."""
        folder = self._part(kind, content)
        with kept(self.root):
            folder.mkdir(parents=True, exist_ok=True)
            write_archive(folder / f"rank-{ranks.rank()}.npz", {"kind": kind}, arrays)

    def _part(self, kind: str, content: tuple[object, ...]) -> Path:
        return self.root / "parts" / f"{kind}-{digest(*content)}"


@contextmanager
def kept(root: Path) -> Iterator[None]:
    """Shield the writing of one part; what cannot be written ends no run."""
    try:
        with interrupt.shielded():
            yield
    except OSError as error:
        logger.warning("finished parts cannot be kept in %s: %s", root, error)
