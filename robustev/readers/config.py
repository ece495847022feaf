"""The ``region`` section of an experiment file: which data, in which format, read how."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from robustev.core.settings import Settings


class Charger(Settings):
    """A kind of charger that may be built."""

    name: str = Field(min_length=1)
    """Unique name, such as slow or fast."""
    capacity: float | dict[str, float]
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

    file: Path
    """CSV or Parquet file."""
    year: str = "year"
    """Column of the year."""
    zone: str = "zone"
    """Column of the zone's id."""
    type: str = "type"
    """Column of the demand type; optional where there is only one."""
    demand: str = "demand"
    """Column of the demand."""


class Euclidean(Settings):
    """Straight-line distance between planar coordinates."""

    kind: Literal["euclidean"] = "euclidean"
    """Selects straight lines."""
    factor: float = Field(1.0, gt=0)
    """Multiplies every distance: a detour factor, or a cost per unit of distance."""


class GreatCircle(Settings):
    """Geodesic distance in km between longitudes and latitudes (WGS 84)."""

    kind: Literal["great_circle"] = "great_circle"
    """Selects geodesics."""
    detour: float = Field(1.3, ge=1)
    """Mean ratio of road distance to straight distance."""


class Matrix(Settings):
    """A given table of travel costs."""

    kind: Literal["matrix"] = "matrix"
    """Selects a given table."""
    file: Path
    """CSV or Parquet file."""
    layout: Literal["long", "wide"] = "long"
    """long: one row for each pair, absent pairs out of reach. wide: one row for each site, one
    column for each zone, ``inf`` where out of reach."""
    site: str = "site"
    """Column of the site's id."""
    zone: str = "zone"
    """Column of the zone's id (long layout)."""
    travel: str = "travel"
    """Column of the travel cost (long layout)."""
    factor: float = Field(1.0, gt=0)
    """Multiplies every value, for instance minutes to money."""


class Network(Settings):
    """Shortest paths from zones to sites on a road network."""

    kind: Literal["network"] = "network"
    """Selects shortest paths."""
    edges: Path
    """Edge list (CSV or Parquet), or a GraphML file with node attributes ``x`` and ``y``."""
    nodes: Path | None = None
    """Table of nodes with id, x and y; needed to attach places by distance to an edge list."""
    start: str = "from"
    """Column of the edge's first node."""
    end: str = "to"
    """Column of the edge's second node."""
    length: str = "length"
    """Column (or GraphML attribute) of the edge's length."""
    oneway: str = "oneway"
    """Optional column: 1 where the edge may only be driven from its first to its second node."""
    factor: float = Field(1.0, gt=0)
    """Multiplies every length, for instance 0.001 from metres to km."""
    access: float = Field(1.0, ge=0)
    """Share of the distance from a place to its nearest node that is added to its travel; that
    distance is in the coordinates' unit, or in km if they are geographic."""
    max_access: float | None = Field(None, gt=0)
    """A place further than this from every node is a fault; absent for no limit."""


Travel = Annotated[Euclidean | GreatCircle | Matrix | Network, Field(discriminator="kind")]
"""How the travel cost ``t_ij`` of one demand unit comes about."""


class TableLayout(Settings):
    """What a pair of tables of zones and sites means, whatever file they come from."""

    name: str = Field("region", min_length=1)
    """Name of the region, shown in reports."""
    source: str = ""
    """Where the data come from, with their licence; shown in reports."""
    zone_columns: ZoneColumns = ZoneColumns()
    """Which columns of the zones table hold what."""
    site_columns: SiteColumns = SiteColumns()
    """Which columns of the sites table hold what."""
    chargers: tuple[Charger, ...] = ()
    """Kinds of chargers that may be built; none for sites that only open or close."""
    history: HistoryTable | None = None
    """Past demand in a table of its own."""
    travel: Travel = Euclidean()
    """How travel costs come about."""
    geographic: bool | None = None
    """Whether coordinates are longitude and latitude in degrees; absent: with great_circle."""

    @property
    def in_degrees(self) -> bool:
        """Whether coordinates are longitude and latitude in degrees."""
        if self.geographic is None:
            return self.travel.kind == "great_circle"
        return self.geographic

    @model_validator(mode="after")
    def _distances_fit_coordinates(self) -> Self:
        if self.travel.kind == "euclidean" and self.in_degrees:
            raise ValueError("degrees are no distance: use travel kind 'great_circle'")
        if self.travel.kind == "great_circle" and not self.in_degrees:
            raise ValueError("travel kind 'great_circle' needs geographic coordinates")
        return self


class TablesRegion(TableLayout):
    """A pair of CSV or Parquet tables: demand zones and candidate sites."""

    format: Literal["tables"]
    """Selects a pair of tables."""
    zones: Path
    """CSV or Parquet file of the demand zones."""
    sites: Path
    """CSV or Parquet file of the candidate sites."""
    separator: str = Field(",", min_length=1, max_length=1)
    """What separates the cells of the CSV files."""


class GeoRegion(TableLayout):
    """A pair of map layers: demand zones and candidate sites, polygons by their centroids.

    GeoJSON points need nothing more; polygons and other formats need the extra ``gis``.
    Coordinates become longitude and latitude.
    """

    format: Literal["geo"]
    """Selects map layers."""
    zones: Path
    """GeoJSON, GeoPackage or another format that GDAL reads."""
    sites: Path
    """GeoJSON, GeoPackage or another format that GDAL reads."""
    zones_layer: str | None = None
    """Layer of the zones file; absent for its only or first one."""
    sites_layer: str | None = None
    """Layer of the sites file; absent for its only or first one."""
    travel: Travel = GreatCircle()
    """How travel costs come about."""
    geographic: Literal[True] = True
    """Always true: other coordinates are converted."""


class ShellEvRegion(Settings):
    """The Shell.ai 2022 network; its cost counts existing chargers (``existing_cost: counted``)."""

    format: Literal["shell_ev"]
    """Selects the Shell.ai 2022 files."""
    name: str = "shell_ev"
    """Name of the region."""
    demand_history: Path
    """CSV of the demand by zone and year."""
    infrastructure: Path
    """CSV of the parking lots with slots and existing chargers."""
    forecast: Path | None = None
    """CSV like the history with columns of later years."""
    year: int | None = None
    """Year of the reference demand; absent for the last one known."""


class OrlibCapRegion(Settings):
    """An OR-Library capacitated facility location instance."""

    format: Literal["orlib_cap"]
    """Selects the OR-Library format of capacitated facility location."""
    name: str | None = None
    """Name of the region; the file's name by default."""
    file: Path
    """The instance."""
    capacity: float | None = Field(None, gt=0)
    """What the word ``capacity`` stands for, in the files that have it."""


class OrlibPmedRegion(Settings):
    """An OR-Library p-median instance."""

    format: Literal["orlib_pmed"]
    """Selects the OR-Library format of p-median."""
    name: str | None = None
    """Name of the region; the file's name by default."""
    file: Path
    """The instance."""


class ScflpRegion(Settings):
    """A stochastic capacitated facility location instance; its scenarios are read separately."""

    format: Literal["scflp_json"]
    """Selects stochastic capacitated facility location in JSON."""
    name: str | None = None
    """Name of the region; the file's name by default."""
    file: Path
    """The instance."""


class AmplCityRegion(Settings):
    """A city in AMPL data form: demand of hotspots and their distances from stations."""

    format: Literal["ampl_city"]
    """Selects AMPL data."""
    name: str | None = None
    """Name of the region; the file's name by default."""
    file: Path
    """The data file."""
    stations: Path | None = None
    """CSV with id, latitude and longitude of the stations."""
    hotspots: Path | None = None
    """CSV with id, latitude and longitude of the hotspots."""


RegionConfig = Annotated[
    TablesRegion
    | GeoRegion
    | ShellEvRegion
    | OrlibCapRegion
    | OrlibPmedRegion
    | ScflpRegion
    | AmplCityRegion,
    Field(discriminator="format"),
]
"""The ``region`` section: one of the formats."""
