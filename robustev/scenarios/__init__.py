"""Demand scenarios: where they come from, how they are drawn, and proof of calibration."""

from robustev.scenarios.config import ScenarioConfig, parse_config, read_config

__all__ = ["ScenarioConfig", "parse_config", "read_config"]
