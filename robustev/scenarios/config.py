"""The scenario section of an experiment: where scenarios come from and how they are drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from robustev.core.errors import ConfigError, Fault, nearest_name
from robustev.core.settings import Settings
from robustev.scenarios.sampling_config import SamplingMethod
from robustev.scenarios.sources import AnySource


class Stress(Settings):
    """A scenario put in by hand: the mean forecast, or given drivers, with a weight.

    ``drivers`` fixes the values of drivers that the source names, the others stay at their medians,
    without local noise. ``scale`` multiplies demand on top, in any source.
    """

    name: str
    weight: float = Field(gt=0, lt=1)
    """Probability of the scenario; the drawn ones share the rest."""
    drivers: dict[str, float] = Field(default_factory=dict)
    """Values of named drivers."""
    scale: float = Field(1.0, ge=0)
    """Factor on all demand."""


class Reduction(Settings):
    """Fewer scenarios that stand for all that were drawn."""

    method: Literal["fast_forward", "k_medoids"] = "fast_forward"
    """Fast forward selection, or k-medoids."""
    distance: Literal["demand", "cost"] = "demand"
    """What makes scenarios alike: their demand maps, or what they cost a few plans of the
    experiment's model; ``cost`` takes seconds longer and loses far less."""
    to: int = Field(ge=1)
    """How many scenarios remain."""


class ScenarioConfig(Settings):
    """How demand scenarios are made."""

    name: str = "scenarios"
    """A short name."""
    description: str = ""
    """What this future is about, for people."""
    source: AnySource | None = None
    """Where scenarios come from, by its ``kind``; ``docs/sources/`` has a page for each.

    Absent, a region with five years of history is forecast from it, any other gets moderate growth.
    """
    sampling: SamplingMethod = "sobol"
    """How draws are spread: monte_carlo, antithetic, latin_hypercube or sobol."""
    stress: tuple[Stress, ...] = ()
    """Scenarios put in by hand, with weights."""
    reduction: Reduction | None = None
    """Draw many, keep few that stand for them."""
    max_gigabytes: float = Field(4.0, gt=0)
    """Largest demand array to hold in memory; more is refused before it is made."""

    @model_validator(mode="after")
    def _stress_leaves_room(self) -> Self:
        names = [part.name for part in self.stress]
        if len(set(names)) != len(names):
            raise ValueError("stress scenarios need different names")
        if (total := sum(part.weight for part in self.stress)) >= 1:
            raise ValueError(f"stress weights add up to {total:g}; less than 1 is needed")
        return self

    def relative_to(self, folder: str | Path) -> ScenarioConfig:
        """Return the same definition with relative file names taken from ``folder``."""
        if self.source is None:
            return self
        return self.model_copy(update={"source": self.source.relative_to(folder)})


def read_config(path: str | Path) -> ScenarioConfig:
    """Read a scenario definition from a YAML file.

    Raises
    ------
    ConfigError
        If the file cannot be read, is not YAML, or has faults; every fault is named.
    """
    try:
        content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError([Fault(f"cannot be read: {error}", str(path))]) from error
    if not isinstance(content, dict):
        raise ConfigError([Fault("not a scenario definition", str(path), expected="keys: values")])
    return parse_config(content, str(path)).relative_to(Path(path).parent)


def parse_config(content: dict[str, Any], file: str | None = None) -> ScenarioConfig:
    """Check a scenario definition given as nested dictionaries; errors as in `read_config`."""
    try:
        return ScenarioConfig.model_validate(content)
    except ValidationError as error:
        raise ConfigError([_fault(entry, content, file) for entry in error.errors()]) from error


def _fault(entry: Any, content: object, file: str | None) -> Fault:
    place = _place(entry, content)
    message = entry["msg"].removeprefix("Value error, ")
    if entry["type"] == "extra_forbidden":
        near = nearest_name(str(entry["loc"][-1]), _known_keys())
        return Fault(f"unknown key{f' (is {near!r} meant?)' if near else ''}", file, column=place)
    found = None if entry["type"] == "missing" else entry.get("input")
    return Fault(message, file, column=place or None, found=found)


def _place(entry: Any, content: object) -> str:
    """Return the fault's place in the file's own keys, without the names of alternatives."""
    kept: list[str] = []
    for part in entry["loc"]:
        inner = _inside(content, part)
        absent = entry["type"] == "missing" and part == entry["loc"][-1]
        if inner is not _NOTHING or absent:
            kept.append(str(part))
            content = inner
    return ".".join(kept)


_NOTHING = object()


def _inside(content: object, part: object) -> object:
    if isinstance(content, dict):
        return content.get(part, _NOTHING)
    if isinstance(content, list | tuple) and isinstance(part, int) and part < len(content):
        return content[part]
    return _NOTHING


def _known_keys() -> set[str]:
    def keys(schema: Any) -> set[str]:
        if isinstance(schema, dict):
            inner = [keys(value) for value in schema.values()]
            return set(schema.get("properties", {})).union(*inner)
        return set().union(*map(keys, schema)) if isinstance(schema, list) else set()

    return keys(ScenarioConfig.model_json_schema())
