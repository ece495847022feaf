"""The register of rules: one line for each file, from which the section ``model`` is made."""

from __future__ import annotations

from robustev.model.features.base import Feature
from robustev.model.features.budget import Budget as Budget
from robustev.model.features.budget_by_area import BudgetByArea as BudgetByArea
from robustev.model.features.coverage import Coverage as Coverage
from robustev.model.features.designs import Designs as Designs
from robustev.model.features.existing import Existing as Existing
from robustev.model.features.fair_service import FairService as FairService
from robustev.model.features.grid import Grid as Grid
from robustev.model.features.group_service import GroupService as GroupService
from robustev.model.features.levels import Levels as Levels
from robustev.model.features.locks import Locks as Locks
from robustev.model.features.minimum_chargers import MinimumChargers as MinimumChargers
from robustev.model.features.reach import Reach as Reach
from robustev.model.features.removal import Removal as Removal
from robustev.model.features.slots import Slots as Slots
from robustev.model.features.spacing import Spacing as Spacing
from robustev.model.features.stations import Stations as Stations
from robustev.model.features.stations_by_area import StationsByArea as StationsByArea
from robustev.model.features.usage import Usage as Usage
from robustev.model.features.waiting import Waiting as Waiting

FEATURES: tuple[type[Feature], ...] = tuple(
    found
    for found in tuple(globals().values())
    if isinstance(found, type) and issubclass(found, Feature) and found is not Feature
)
"""Every rule that an experiment file may ask for, in the order of the lines above."""
