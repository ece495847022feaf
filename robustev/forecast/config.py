"""The scenario section of an experiment: where scenarios come from and how they are drawn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import Field, ValidationError

from robustev.errors import ConfigError, Fault, nearest_name
from robustev.forecast.driver_config import DriverSource
from robustev.forecast.sampling_config import SamplingMethod
from robustev.settings import Settings

if TYPE_CHECKING:
    from robustev.region import Region
    from robustev.scenario import ScenarioSet


class ScenarioConfig(Settings):
    """How demand scenarios are made."""

    name: str = "scenarios"
    """A short name."""
    description: str = ""
    """What this future is about, for people."""
    source: DriverSource = DriverSource()
    """Where scenarios come from."""
    sampling: SamplingMethod = "sobol"
    """How draws are spread: monte_carlo, antithetic, latin_hypercube or sobol."""
    max_gigabytes: float = Field(4.0, gt=0)
    """Largest demand array to hold in memory; more is refused before it is made."""


def generate(
    region: Region, config: ScenarioConfig, *, num_scenarios: int, seed: int
) -> ScenarioSet:
    """Return ``num_scenarios`` demand scenarios for the region; see :mod:`.generator`."""
    from robustev.forecast import generator  # noqa: PLC0415

    return generator.generate(region, config, num_scenarios=num_scenarios, seed=seed)


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
    return parse_config(content, str(path))


def parse_config(content: dict[str, Any], file: str | None = None) -> ScenarioConfig:
    """Check a scenario definition given as nested dictionaries; errors as in `read_config`."""
    try:
        return ScenarioConfig.model_validate(content)
    except ValidationError as error:
        raise ConfigError([_fault(entry, file) for entry in error.errors()]) from error


def _fault(entry: Any, file: str | None) -> Fault:
    place = ".".join(str(part) for part in entry["loc"])
    message = entry["msg"].removeprefix("Value error, ")
    if entry["type"] == "extra_forbidden":
        near = nearest_name(str(entry["loc"][-1]), _known_keys())
        message = f"unknown key{f' (is {near!r} meant?)' if near else ''}"
        return Fault(message, file, column=place)
    return Fault(message, file, column=place or None, found=entry.get("input"))


def _known_keys() -> set[str]:
    def keys(schema: Any) -> set[str]:
        if isinstance(schema, dict):
            inner = [keys(value) for value in schema.values()]
            return set(schema.get("properties", {})).union(*inner)
        return set().union(*map(keys, schema)) if isinstance(schema, list) else set()

    return keys(ScenarioConfig.model_json_schema())
