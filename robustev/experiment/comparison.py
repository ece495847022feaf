"""Comparing plans from Python: an experiment, its file, or its results, in one call."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from robustev.config.experiment import Experiment
from robustev.config.load import load_experiment
from robustev.config.standard import with_comparison
from robustev.experiment.outcome import Outcome
from robustev.experiment.run import run_experiment
from robustev.results.layout import is_result_folder
from robustev.results.reader import stored_experiment


def read_source(source: Path, settings: Sequence[str] = ()) -> tuple[Experiment, Path | None]:
    """Return the experiment of a file or of a result folder, and that folder if it is one.

    Raises
    ------
    InputError
        If the file, or the folder's configuration, cannot be used.
    """
    if is_result_folder(source):
        return stored_experiment(source, tuple(settings)), source
    return load_experiment(source, settings), None


def compare_experiment(
    source: Experiment | str | Path,
    settings: Sequence[str] = (),
    *,
    folder: str | Path | None = None,
    write: bool = True,
    resume: bool = False,
) -> Outcome:
    """Judge the plans of an experiment against each other, on fresh scenarios.

    Standard plans (nominal, with a margin, the existing network) join those of the experiment,
    which are made first unless ``source`` is a result folder that holds them::

        outcome = compare_experiment("experiments/town.yaml")
        print(outcome.comparison.comparison.headline.answer)

    Parameters
    ----------
    source
        An experiment, the path of its file, or a result folder.
    settings
        Settings such as ``"compare.scenarios=200"``, laid over the file.
    folder
        Where the results go; by default as :func:`run_experiment`, or the result folder itself.
    write
        False writes nothing.
    resume
        Go on with a comparison that did not come to its end.

    Raises
    ------
    InputError
        If the configuration or the data cannot be used.
    OutputError
        If the results cannot be written.
    """
    known = None
    if not isinstance(source, Experiment):
        source, known = read_source(Path(source), settings)
    return run_experiment(
        with_comparison(source), folder=folder or known, known=known, write=write, resume=resume
    )
