"""Stations are sized by their chargers, and named where there is room."""

from dataclasses import replace

import numpy as np
import pytest

from robustev.report import ResultFolder, StoredPlan
from robustev.report.figures import plan_map
from robustev.report.figures.stations import (
    LARGEST_SITE,
    SMALLEST_SITE,
    largest_stations,
    site_sizes,
    spaced,
)
from robustev.report.places import places
from robustev.results.schema import PlanDocument


def test_areas_grow_with_the_number_of_chargers() -> None:
    sizes = site_sizes(np.array([0.0, 25.0, 100.0])) - SMALLEST_SITE
    assert sizes[0] == 0
    assert sizes[1:].tolist() == pytest.approx([(LARGEST_SITE - SMALLEST_SITE) / 2, 14.0])


def test_labels_keep_their_distance(whole: ResultFolder) -> None:
    assert whole.region is not None
    place = places(whole.region)
    assert spaced(place, ["west", "east & co"]) == ["west", "east & co"]
    with_workers = replace(place, sites=place.sites * 0.0)
    assert spaced(with_workers, ["west", "east & co"]) == ["west"]


def test_the_map_calls_stations_by_their_names(whole: ResultFolder) -> None:
    assert whole.region is not None
    place = places(whole.region)
    assert [place.site(site) for site in ("west", "east & co", "gone")] == [
        "The West",
        "east & co",
        "gone",
    ]
    texts = [t for trace in plan_map(whole, "robust").data for t in trace.text]
    assert any("The West" in text for text in texts)
    assert not any("west" in text for text in texts)


def test_the_stations_with_the_most_chargers_come_first() -> None:
    chargers = {"a": {"slow": 1}, "b": {"slow": 2, "fast": 3}, "c": {"fast": 4}}
    assert largest_stations(
        StoredPlan("p", PlanDocument(open_sites=("a", "b", "c"), chargers=chargers))
    ) == ["b", "c", "a"]
