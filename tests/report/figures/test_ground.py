"""Maps have ground: the world, outlines of zones, layers of one's own, cells of very many zones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robustev.report.figures.canvas import CELLS, MOST_BUBBLES, cell_grid, zone_traces
from robustev.report.ground import clipped, ground
from robustev.report.places import Places, places
from robustev.results.folder import StoredRegion
from robustev.results.schema import GroundDocument, LayerDocument, RegionDocument

BOX = (3.5, 51.0, 7.5, 53.8)  # around the Netherlands


def area(ring: np.ndarray) -> float:  # type: ignore[type-arg]
    x, y = ring[:, 0], ring[:, 1]
    return abs(float(np.roll(x, -1) @ y - x @ np.roll(y, -1))) / 2


def region(zones: int = 4, ground_document: GroundDocument | None = None) -> StoredRegion:
    rng = np.random.default_rng(1)
    ids = [f"z{n}" for n in range(zones)]
    x, y = rng.uniform(4, 5, zones), rng.uniform(51.5, 52.5, zones)
    frame = pd.DataFrame({"id": ids, "x": x, "y": y, "demand_ev": rng.uniform(1, 2, zones)})
    sites = pd.DataFrame({"id": ["s"], "x": [4.5], "y": [52.0]})
    document = RegionDocument(name="r", geographic=True, types=("ev",))
    return StoredRegion(document, frame, sites, None, ground_document or GroundDocument())


def test_the_world_has_land_sea_and_borders_where_they_are() -> None:
    found = ground(BOX)
    west, south, east, north = BOX
    share = sum(map(area, found.land)) / ((east - west) * (north - south))
    assert 0.6 < share < 0.9  # the North Sea is in the north-west of the box
    assert found.borders
    assert ground((-40.0, 30.0, -35.0, 35.0)).land == ()  # the Atlantic


@given(st.integers(3, 12), st.integers(0, 10_000))
def test_a_ring_cut_to_a_box_lies_in_it_and_is_no_larger(points: int, seed: int) -> None:
    ring = np.random.default_rng(seed).uniform(-2, 2, (points, 2))
    cut = clipped(ring, (-1.0, -1.0, 1.0, 1.0))
    if len(cut):
        assert np.abs(cut).max() <= 1 + 1e-9


def test_a_ring_within_a_box_stays_and_a_box_within_a_ring_is_full() -> None:
    square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    assert np.array_equal(clipped(square, (-1.0, -1.0, 2.0, 2.0)), square)
    assert area(clipped(square * 9 - 4, (-1.0, -1.0, 1.0, 1.0))) == pytest.approx(4.0)


def test_outlines_are_filled_and_layers_lie_on_them() -> None:
    square = ((4.0, 51.5), (4.5, 51.5), (4.5, 52.0))
    document = GroundDocument(
        outlines={"z0": (square,)},
        layers=(LayerDocument(kind="roads", lines=(((4.0, 52.0), (5.0, 52.0)),)),),
    )
    made = region(ground_document=document)
    traces = zone_traces(made, places(made))
    assert [trace.meta for trace in traces] == ["ground", "ground", "zones", "ground", None]
    assert traces[2].fill == "toself"
    assert len(traces[-1].x) == 4  # every zone can be pointed at


def test_very_many_zones_are_added_up_and_nothing_is_lost() -> None:
    made = region(MOST_BUBBLES + 1)
    cells = zone_traces(made, places(made))[-1]
    total = sum(v for row in cells.z for v in row if v is not None)
    assert total == pytest.approx(made.demand.sum(), rel=1e-3)
    assert max(len(cells.x), len(cells.y)) <= CELLS + 1


def test_cells_hold_means_where_values_have_weights() -> None:
    made = region(50)
    place: Places = replace(places(made), zones=places(made).zones * 0.0)
    values = pd.Series(np.arange(50.0), index=place.zones.index)
    weight = pd.Series(1.0, index=place.zones.index)
    cells = cell_grid(values, place, "t", [[0.0, "#000000"], [1.0, "#ffffff"]], weight=weight)
    assert [v for row in cells.z for v in row if v is not None] == [24.5]


def test_a_region_without_degrees_has_no_world() -> None:
    made = region()
    plain = replace(made, document=made.document.model_copy(update={"geographic": False}))
    assert [trace.meta for trace in zone_traces(plain, places(plain))] == [None]


@pytest.mark.parametrize("box", [(-80.0, -35.0, -30.0, 10.0), (170.0, -50.0, 180.0, -10.0)])
def test_islands_on_the_date_line_draw_no_line_across_other_maps(
    box: tuple[float, float, float, float],
) -> None:
    west, south, east, north = box
    for ring in ground(box).land:
        inside = (ring[:, 1] > south + 1e-9) & (ring[:, 1] < north - 1e-9)
        steps = np.abs(np.diff(ring[:, 0]))[inside[1:] & inside[:-1]]
        assert not len(steps) or steps.max() < 0.5 * (east - west)
