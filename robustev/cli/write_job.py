"""What ``robustev job`` does with its options: the script, on the terminal's behalf."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from robustev.cli.options import with_ranks
from robustev.config.load import load_experiment
from robustev.core.errors import ConfigError, InputError
from robustev.experiment.job import SCHEDULERS, job_script, job_size, tasks_of
from robustev.experiment.prepare import prepare
from robustev.results.disk import OutputError

LAUNCHERS = ("srun", "mpiexec")


def write_job(
    file: Path,
    settings: Sequence[str],
    *,
    scheduler: str,
    ranks: int | None,
    array: str | None,
    hours: float | None,
    launcher: str,
    warning: int,
    directives: Sequence[str],
    results: Path | None,
    path: Path | None,
) -> str:
    """Return the job script of an experiment, and write it to ``path`` if there is one.

    Raises
    ------
    InputError
        If an option or the experiment cannot be used.
    OutputError
        If the script cannot be written.
    """
    system: Any = _one_of("--scheduler", scheduler, SCHEDULERS)
    start: Any = _one_of("--launcher", launcher, LAUNCHERS)
    chosen = with_ranks(list(settings), ranks)
    experiment = load_experiment(file, chosen)
    by_plan, vary = _array(array)
    folder = results or experiment.output.folder or Path("results") / experiment.name
    tasks = tasks_of(file, experiment, settings, folder, by_plan=by_plan, vary=vary)
    for values in vary.values():
        for value in values:  # a value that does not fit must not wait for its turn
            load_experiment(file, [*chosen, f"{next(iter(vary))}={value}"])
    size = job_size(prepare(experiment), ranks)
    if hours is not None:
        size = replace(size, seconds=3600 * hours)
    text = job_script(
        system,
        experiment.name,
        tasks,
        size,
        launcher=start,
        directives=directives,
        path=path,
        warning=warning,
    )
    if path is not None:
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise OutputError(f"the job script cannot be written: {error}") from error
    return text


def _one_of(option: str, value: str, known: Sequence[str]) -> str:
    if value not in known:
        raise ConfigError(f"{option} {value}: expected {' or '.join(known)}")
    return value


def _array(text: str | None) -> tuple[bool, dict[str, list[str]]]:
    """Return whether each plan is a task, and the values of the key that is varied."""
    if text is None or text == "plans":
        return text == "plans", {}
    key, equals, values = text.partition("=")
    parts = [value.strip() for value in values.split(",") if value.strip()]
    if not equals or not parts:
        raise InputError(f"--array {text}: expected plans, or KEY=VALUE,VALUE,...")
    return False, {key.strip(): parts}
