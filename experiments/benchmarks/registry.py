"""The register of cases: each file in ``cases`` adds its own on import."""

from __future__ import annotations

import importlib
import os
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.model.model import Model

PLACE = "ROBUSTEV_BENCHMARK_DATA"
"""Environment variable that names another folder of data."""
DATA = Path(os.environ.get(PLACE) or Path(__file__).resolve().parents[3] / "shared" / "data")
"""Instances that others wrote, beside the project; cases that need them are skipped without."""

Inputs = tuple[Region, ScenarioSet, Model]

ALONE = ("ef", "benders")
"""Methods for one scenario, where there is nothing to hedge."""
ALL = ("ef", "stock", "stock-bundles", "ph", "benders")
"""robustev's methods, and the peers: plain mpi-sppy hedging without and with proper bundles."""


@dataclass(frozen=True)
class Case:
    """An instance, the methods to run on it, and how far.

    Parameters
    ----------
    build
        Makes the instance anew.
    methods
        Names from ``benchmarks.methods``; peers that have no chance at a size are left out there.
    gap
        Relative gap at which a method has done its work and may stop.
    seconds
        Limit for each method, from the moment that the instance is in memory.
    memory_gb
        Limit for all processes of a method together, in equal shares.
    optimum
        The published optimum, against which every bound and every objective is checked.
    needs
        Files that the case cannot do without.
    has_yardstick
        Whether an exact solve of every scenario of the final plan is measured too.
    before
        Makes the instance that ``again`` solves first, in time that does not count.
    """

    name: str
    build: Callable[[], Inputs]
    methods: tuple[str, ...] = ALL
    gap: float = 1e-4
    seconds: float = 120.0
    memory_gb: float = 12.0
    optimum: float | None = None
    needs: tuple[Path, ...] = ()
    has_yardstick: bool = False
    before: Callable[[], Inputs] | None = None

    @property
    def available(self) -> bool:
        """Whether the files that it needs are here."""
        return all(path.exists() for path in self.needs)


_CASES: dict[str, Case] = {}


def register(case: Case) -> Case:
    """Add a case; its name must be new."""
    if case.name in _CASES:
        raise ValueError(f"there is a case {case.name!r} already")
    _CASES[case.name] = case
    return case


def cases() -> dict[str, Case]:
    """Return all cases by name, in the order of their files."""
    from experiments.benchmarks import cases as folder  # noqa: PLC0415

    for module in pkgutil.iter_modules(folder.__path__):
        importlib.import_module(f"{folder.__name__}.{module.name}")
    return dict(_CASES)


def select(names: Sequence[str]) -> list[Case]:
    """Return the cases that are named: each by its whole name, else by how names begin.

    Without names all; ``unit`` comes first, since the others are measured in it.

    Raises
    ------
    KeyError
        With the first name that fits no case.
    """
    known = cases()
    chosen: dict[str, Case] = {}
    for name in names or known:
        fitting = [name] if name in known else [full for full in known if full.startswith(name)]
        if not fitting:
            raise KeyError(name)
        chosen |= {full: known[full] for full in fitting}
    return sorted(chosen.values(), key=lambda case: case.name != "unit")
