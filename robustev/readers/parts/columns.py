"""Options of tables of zones and sites: charger kinds, and which columns hold what."""

from __future__ import annotations

from pydantic import Field

from robustev.core.settings import Amount, Settings
from robustev.readers.parts.data_file import TableFile


class Charger(Settings):
    """A kind of charger that may be built."""

    name: str = Field(min_length=1)
    """Unique name, such as slow or fast."""
    capacity: Amount | dict[str, Amount]
    """Demand units that one charger serves per period, also by type; a type left out gets none."""
    cost: float = Field(0.0, ge=0)
    """Cost of one charger, in the experiment's money unit."""
    power_kw: float | None = Field(None, gt=0)
    """Rated power of one charger in kW."""


class ZoneColumns(Settings):
    """Which columns of the zones table hold what.

    Optional columns are read where a column of the default name exists; a name that is written
    in the experiment must exist.
    """

    id: str = "id"
    """Unique id of the zone."""
    name: str = "name"
    """Optional: what people call the zone, for maps and lists; an empty cell leaves the id."""
    x: str = "x"
    """Planar coordinate, or longitude in degrees. Not needed with given travel."""
    y: str = "y"
    """Planar coordinate, or latitude in degrees. Not needed with given travel."""
    demand: str | list[str] | dict[str, str] | None = "demand"
    """Demand per period: one column (the type ``ev``), a list of columns that are named like the
    types, or a column by type. Null takes the last year of the history."""
    population: str = "population"
    """Optional: people living in the zone."""
    groups: list[str] | dict[str, str] = Field(default_factory=list)
    """Optional: attributes (district, income class, ...), as columns or column by attribute."""
    node: str = "node"
    """Optional: the node of the road network that the zone attaches to."""
    history: list[int] | dict[int, str | dict[str, str]] = Field(default_factory=dict)
    """Optional: past demand by year; a list of years that are columns, or for each year its
    column, or for each year a column by type."""


class SiteColumns(Settings):
    """Which columns of the sites table hold what; optional columns as with zones."""

    id: str = "id"
    """Unique id of the site."""
    name: str = "name"
    """Optional: what people call the site, for maps and lists; an empty cell leaves the id."""
    x: str = "x"
    """Planar coordinate, or longitude in degrees. Not needed with given travel."""
    y: str = "y"
    """Planar coordinate, or latitude in degrees. Not needed with given travel."""
    slots: str = "slots"
    """Most chargers that fit at the site; needed where there are charger kinds."""
    opening_cost: str = "opening_cost"
    """Optional: cost of a station there, whatever its chargers; else 0."""
    existing: dict[str, str] = Field(default_factory=dict)
    """Optional: column of the chargers that already stand there, by kind; else
    ``existing_<kind>``."""
    existing_open: str = "existing_open"
    """Optional: 1 where a station stands already; else where existing chargers stand."""
    capacity: str | list[str] | dict[str, str] = "capacity"
    """Optional: capacity of an open station before any charger: one column for every type, a list
    of columns named like the types, or a column by type; ``inf`` for no limit. Without it 0, or
    unlimited if there are no charger kinds."""
    groups: list[str] | dict[str, str] = Field(default_factory=list)
    """Optional: attributes (grid area, owner, ...), as columns or column by attribute."""
    node: str = "node"
    """Optional: the node of the road network that the site attaches to."""


class HistoryTable(Settings):
    """Past demand in a long table: one row for each year, zone and type."""

    file: TableFile
    """CSV, Parquet or spreadsheet file."""
    year: str = "year"
    """Column of the year."""
    zone: str = "zone"
    """Column of the zone's id."""
    type: str = "type"
    """Column of the demand type; optional where there is only one."""
    demand: str = "demand"
    """Column of the demand."""
