"""The register of cases: each file in ``cases`` adds its own on import."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from robustev.model import Model
from robustev.region import Region
from robustev.scenario import ScenarioSet

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
"""Instances that others wrote, beside the project; cases that need them are skipped without."""

Instance = tuple[Region, ScenarioSet, Model]


@dataclass(frozen=True)
class Case:
    """An instance, the methods to run on it, and how far.

    Parameters
    ----------
    build
        Makes the instance anew.
    methods
        Names from ``robustev`` (ef, ph, benders) and ``stock`` (plain mpi-sppy hedging).
    gap
        Where a method may stop.
    seconds
        Limit for each method.
    needs
        Files that the case cannot do without.
    """

    name: str
    build: Callable[[], Instance]
    methods: tuple[str, ...] = ("ef", "ph", "benders")
    gap: float = 1e-4
    seconds: float = 120.0
    needs: tuple[Path, ...] = ()

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
    """Return all cases by name, each from its own file."""
    from experiments.benchmarks import cases as folder  # noqa: PLC0415

    for module in pkgutil.iter_modules(folder.__path__):
        importlib.import_module(f"{folder.__name__}.{module.name}")
    return dict(sorted(_CASES.items()))
