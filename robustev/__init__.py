"""Scenario-robust placement and sizing of EV charging stations.

The public names below are loaded when they are first used, so that importing robustev is cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from robustev.experiment.config import Experiment
    from robustev.experiment.load import load_experiment
    from robustev.experiment.run import Outcome, run_experiment
    from robustev.forecast.config import ScenarioConfig, generate
    from robustev.model import Model
    from robustev.plan import Plan
    from robustev.region import ChargerKind, Region
    from robustev.region.load import load_region, region_from_frames
    from robustev.scenario import ScenarioSet
    from robustev.solve.options import SolveOptions
    from robustev.solve.result import SolveResult
    from robustev.solve.run import solve

    __version__: str

__all__ = [
    "ChargerKind",
    "Experiment",
    "Model",
    "Outcome",
    "Plan",
    "Region",
    "ScenarioConfig",
    "ScenarioSet",
    "SolveOptions",
    "SolveResult",
    "__version__",
    "generate",
    "load_experiment",
    "load_region",
    "region_from_frames",
    "run_experiment",
    "solve",
]

_MODULES = {
    "ChargerKind": "robustev.region",
    "Experiment": "robustev.experiment.config",
    "Model": "robustev.model",
    "Outcome": "robustev.experiment.run",
    "Plan": "robustev.plan",
    "Region": "robustev.region",
    "ScenarioConfig": "robustev.forecast.config",
    "ScenarioSet": "robustev.scenario",
    "SolveOptions": "robustev.solve.options",
    "SolveResult": "robustev.solve.result",
    "generate": "robustev.forecast.config",
    "load_experiment": "robustev.experiment.load",
    "load_region": "robustev.region.load",
    "region_from_frames": "robustev.region.load",
    "run_experiment": "robustev.experiment.run",
    "solve": "robustev.solve.run",
}


def __getattr__(name: str) -> object:
    if name == "__version__":
        return import_module("importlib.metadata").version("robustev")
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_MODULES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
