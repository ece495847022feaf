"""What a run made, and how it is written: never half, never over something richer."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from robustev.assess.compare import Compared
from robustev.config.experiment import Experiment
from robustev.core.errors import InputError
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.evaluate import Evaluation
from robustev.methods.result import SolveResult
from robustev.results.disk import replacing
from robustev.results.files import read_document
from robustev.results.layout import Layout
from robustev.results.phases import document_of
from robustev.results.schema import Manifest, PlanDocument
from robustev.results.writer import Results, write_results

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What a run made: the data, one result per plan, how they compare, where they were written.

    ``evaluations`` are those on the experiment's own scenarios, where nothing was compared.
    ``note`` says what a reader of the folder must know: that it is not where it was asked for, that
    nothing was written, or that the report is missing.
    """

    experiment: Experiment
    region: Region
    scenarios: ScenarioSet
    results: Mapping[str, SolveResult]
    folder: Path | None = None
    comparison: Compared | None = None
    evaluations: tuple[Evaluation, ...] = ()
    note: str = ""


def write_outcome(content: Results, target: Path, *, keep: bool) -> tuple[Path | None, str]:
    """Write the result folder; return its place, and what is to be said about that.

    Results that are not complete never replace a folder that holds more.

    Raises
    ------
    OutputError
        If the folder cannot be written; what stood there stays.
    """
    note = ""
    if not content.complete and is_richer(target, content):
        if not any(_is_new(target, content, name) for name in content.plans):
            return None, f"Nothing new was written: the earlier results in {target} are kept."
        keep = True
        note = f"The earlier results in {target} hold more and are kept; the new ones are beside."
    with replacing(target, keep=keep) as staging:
        write_results(staging.path, content)
        failed = _write_report(staging.path)
    return staging.final, " ".join(part for part in (note, failed) if part)


def _is_new(folder: Path, content: Results, name: str) -> bool:
    """Return whether there is a plan of that name that the folder does not hold."""
    instance = content.instances[name]
    made = document_of(name, content.plans[name], instance)
    try:
        stored = read_document(Layout(folder).plan(name), PlanDocument)
    except InputError:
        return made.has_plan
    decided: Any = {"open_sites": True, "chargers": True, "phases": True}
    return made.has_plan and made.model_dump(include=decided) != stored.model_dump(include=decided)


def is_richer(folder: Path, content: Results) -> bool:
    """Return whether a folder holds plans, proofs or a comparison that new results lack."""
    layout = Layout(folder)
    if not layout.manifest.is_file():
        return False
    if layout.comparison.is_file() and not _compares_as_much(layout, content):
        return True
    return any(_is_better(layout.plan(name), content.plans.get(name)) for name in
               layout.plan_names())  # fmt: skip


def _compares_as_much(layout: Layout, content: Results) -> bool:
    """Return whether the new comparison is whole, or the stored one is not whole either."""
    if content.compared is None:
        return False
    try:
        return content.compared.complete or not read_document(layout.manifest, Manifest).complete
    except InputError:
        return True


def _is_better(path: Path, made: SolveResult | None) -> bool:
    """Return whether a stored plan is there, or is proven better, where the new one is not."""
    try:
        stored = read_document(path, PlanDocument)
    except InputError:
        return False
    if not stored.has_plan:
        return False
    if made is None or made.plan is None:
        return True
    return stored.gap is not None and (made.gap is None or made.gap > stored.gap)


def _write_report(folder: Path) -> str:
    """Write the report of a complete result folder; a fault in a picture must not lose the plans.

    Return what is to be said if that fails. Plotting is loaded here, since an experiment that is
    only checked needs none.
    """
    from robustev.report.page import write_report  # noqa: PLC0415

    try:
        write_report(folder)
    except Exception as error:
        logger.exception("the report could not be made; 'robustev report' tries again")
        return f"There is no report ({error}); 'robustev report' tries again."
    return ""
