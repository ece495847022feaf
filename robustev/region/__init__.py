"""Regions: what is known about a place before any scenario is drawn."""

from robustev.region.region import ChargerKind, History, Region, Sites, Zones

__all__ = ["ChargerKind", "History", "Region", "Sites", "Zones"]
