"""OpenStreetMap extracts, networks of osmnx, population rasters and census tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pyogrio
import pytest
import shapely

from robustev.core.errors import FaultCollector, InputError
from robustev.readers.importers.census import CensusImporter
from robustev.readers.importers.openstreetmap import OsmPlacesImporter, OsmRoadsImporter
from robustev.readers.importers.raster import RasterImporter
from robustev.readers.parts.travel.network import Network
from robustev.readers.parts.travel.roads import read_roads

osmium = pytest.importorskip("osmium", reason="the extra 'gis' is not installed")
rasterio = pytest.importorskip("rasterio", reason="the extra 'gis' is not installed")


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    """Three nodes on a parallel, a car park, a fuel station, two roads and a footpath."""
    path = tmp_path / "town.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for number in (1, 2, 3):
            writer.add_node(osmium.osm.mutable.Node(id=number, location=(5 + 0.01 * number, 52)))
        tags = {"amenity": "fuel", "name": "Shell"}
        writer.add_node(osmium.osm.mutable.Node(id=9, location=(5.1, 52.1), tags=tags))
        for number, nodes, what in (
            (11, [1, 2], {"highway": "residential"}),
            (12, [2, 3], {"highway": "primary", "oneway": "-1"}),
            (13, [1, 3], {"highway": "footway"}),
            (14, [1, 2, 3, 1], {"amenity": "parking", "capacity": "120"}),
            (15, [1, 7], {"highway": "service"}),
        ):
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=nodes, tags=what))
    return path


def test_places_of_an_extract(extract: Path) -> None:
    """Slots are a share of the capacity; where there is none, the rule is told."""
    made = OsmPlacesImporter(share=0.1, slots=4).read(extract)
    sites = made.tables["sites.csv"]
    assert sites[["id", "name", "slots", "amenity"]].to_numpy().tolist() == [
        ["n9", "Shell", 4, "fuel"], ["w14", "", 12, "parking"],
    ]  # fmt: skip
    np.testing.assert_allclose(sites["x"], [5.1, 5.02])
    assert made.notes == ("1 place without a usable capacity, taken as 4 slots",)


def test_roads_of_an_extract_make_a_network(extract: Path, tmp_path: Path) -> None:
    """What is imported is read as a road network: lengths in km, one-way streets the right way."""
    made = OsmRoadsImporter().read(extract)
    assert made.notes == ("1 road cut off at the edge of the extract",)
    for name, table in made.tables.items():
        table.to_csv(tmp_path / name, index=False)
    edges = made.tables["edges.csv"]
    assert edges[["from", "to", "oneway"]].to_numpy().tolist() == [[1, 2, 0], [3, 2, 1]]
    np.testing.assert_allclose(edges["length"], 0.6868, rtol=1e-3)  # 0.01 degrees at 52 north
    faults = FaultCollector()
    section = Network.model_validate({"edges": "edges.csv", "nodes": "nodes.csv"})
    roads = read_roads(tmp_path, section, faults, geographic=True)
    faults.raise_if_any()
    assert roads is not None
    assert set(roads.nodes) == {"1", "2", "3"}


def test_what_is_no_extract_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.osm.pbf").write_bytes(b"no extract")
    for importer in (OsmPlacesImporter(), OsmRoadsImporter()):
        with pytest.raises(InputError, match="not a readable OpenStreetMap extract"):
            importer.read(tmp_path / "a.osm.pbf")


def test_a_network_that_osmnx_wrote_is_read(tmp_path: Path) -> None:
    """Metres become km by the factor; the graph is directed, its nodes in degrees."""
    osmnx = pytest.importorskip("osmnx", reason="osmnx is not installed")
    graph = nx.MultiDiGraph(crs="epsg:4326")
    for number in (1, 2):
        graph.add_node(number, x=5 + 0.01 * number, y=52.0, street_count=1)
    graph.add_edge(1, 2, osmid=11, length=686.8, oneway=True, reversed=False)
    osmnx.save_graphml(graph, tmp_path / "town.graphml")
    faults = FaultCollector()
    section = Network.model_validate({"edges": "town.graphml", "factor": 0.001})
    roads = read_roads(tmp_path, section, faults, geographic=True)
    faults.raise_if_any()
    assert roads is not None
    assert roads.nodes == ("1", "2")
    attached = roads.nearest(np.array([5.01, 5.02]), np.array([52.0, 52.0]))
    np.testing.assert_allclose(roads.arcs(attached, attached).matrix(), [[0, np.inf], [0.6868, 0]])


def raster(path: Path, people: Any, crs: str | None = "EPSG:3035") -> Path:
    transform = rasterio.transform.from_origin(4_000_000, 3_200_000, 1000, 1000)
    data = np.asarray(people, dtype=np.float64)
    with rasterio.open(path, "w", driver="GTiff", height=data.shape[0], width=data.shape[1],
                       count=1, dtype="float64", crs=crs, transform=transform,
                       nodata=-200.0) as target:  # fmt: skip
        target.write(data, 1)
    return path


def test_cells_of_a_raster_become_zones(tmp_path: Path) -> None:
    """Blocks keep every person, stand at their weighted centre, and are none where nobody lives."""
    path = raster(tmp_path / "p.tif", [[10, 30, 0, 0.2], [0, 0, -200, 0], [0, 0, 5, -3]])
    made = RasterImporter(block=2, demand_per_person=0.5).read(path)
    zones = made.tables["zones.csv"]
    assert zones["id"].tolist() == ["r0c0", "r1c1"]
    assert zones["population"].tolist() == [40, 5]
    assert zones["demand"].tolist() == [20, 2.5]
    from pyproj import Transformer

    x, y = Transformer.from_crs("EPSG:3035", "EPSG:4326", always_xy=True).transform(
        4_001_250, 3_199_500
    )
    np.testing.assert_allclose((zones["x"][0], zones["y"][0]), (x, y))
    assert made.notes[1] == "1 block with 0.2 people in all left out"


@pytest.mark.parametrize(("people", "crs", "message"), [
    ([[0.0]], "EPSG:3035", "no cell has people"), ([[5.0]], None, "no coordinate reference"),
    ([[0.1]], "EPSG:3035", "no block has"),
])  # fmt: skip
def test_rasters_without_people_or_place_are_refused(
    people: Any, crs: str | None, message: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=message):
        RasterImporter().read(raster(tmp_path / "p.tif", people, crs))


def test_what_is_no_raster_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p.tif").write_bytes(b"II*\0 nothing")
    with pytest.raises(InputError, match="not a readable raster"):
        RasterImporter().read(tmp_path / "p.tif")


def test_a_census_table_joins_polygons(tmp_path: Path) -> None:
    """Ids follow the one rule; what has no partner is left out and named."""
    squares = shapely.box([0, 1, 2], [50, 50, 50], [1, 2, 3], [51, 51, 51])
    pyogrio.raw.write(
        tmp_path / "p.gpkg", geometry=shapely.to_wkb(squares), geometry_type="Polygon",
        crs="EPSG:4326", field_data=[np.array([1000.0, 1001.0, 1002.0])], fields=["code"],
    )  # fmt: skip
    (tmp_path / "t.csv").write_text("Code;Personen;Klasse\n1000;1.200,0;a\n1002;50,5;b\n1003;7;c\n")
    section = {"table": str(tmp_path / "t.csv"), "polygon_id": "code", "table_id": "Code",
               "population": "Personen"}  # fmt: skip
    made = CensusImporter.model_validate(section).read(tmp_path / "p.gpkg")
    zones = made.tables["zones.csv"]
    assert zones["id"].tolist() == ["1000", "1002"]
    assert zones["population"].tolist() == [1200.0, 50.5]
    assert zones["x"].tolist() == [0.5, 2.5]
    assert zones["Klasse"].tolist() == ["a", "b"]
    assert "1 polygon without a partner left out: 1001" in made.notes
    assert "1 row without a partner left out: 1003" in made.notes
