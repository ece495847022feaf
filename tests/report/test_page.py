"""The page is one file, whole with whatever the folder holds, and safe with any name."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from gzip import decompress
from hashlib import sha256
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import plotly.graph_objects as go
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from plotly.offline import get_plotlyjs_version

from robustev.core.units import Units
from robustev.report import ResultFolder, read_results, render, write_report
from robustev.report.blocks import Picture, View
from robustev.report.page import picture_data, plotly_library


class Page(HTMLParser):
    """Every element with its attributes, and all text outside scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._silent = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._silent = tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._silent = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self._silent else data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def page(whole: ResultFolder) -> Page:
    return Page(render(whole))


def test_the_page_opens_with_the_answer(page: Page, whole: ResultFolder) -> None:
    assert whole.comparison is not None
    answer = whole.comparison.headline.answer.replace(" %", "\N{NO-BREAK SPACE}%")
    assert answer in page.text
    assert page.text.index(answer) < page.text.index("Stations, chargers and demand")


def test_units_stand_where_the_numbers_are(whole: ResultFolder) -> None:
    assert "costs are in" not in render(whole).casefold()
    named = {"money": "euro a day", "demand": "sessions a day", "travel": "km"}
    page = Page(
        render(replace(whole, manifest=whole.manifest.model_copy(update={"units": Units(**named)})))
    )
    assert "Costs are in euro a day, demand in sessions a day, travel in km." in page.text
    assert "Costs in euro a day; small print: intervals." in page.text
    assert "In km; percentiles by demand." in page.text


def test_the_page_draws_with_a_part_of_the_library_that_made_the_figures() -> None:
    library = decompress(plotly_library())
    assert f"v{get_plotlyjs_version()}".encode() in library[:200]
    named = files("robustev.report").joinpath("vendor", "README.md").read_text("utf-8")
    assert sha256(library).hexdigest() in named


def test_a_small_page_is_small(whole: ResultFolder) -> None:
    assert len(render(whole).encode()) < 2_000_000


def test_every_section_is_there_and_linked(page: Page) -> None:
    sections = [attributes["id"] for attributes in page.all("section")]
    assert sections == ["answer", "map", "comparison", "access", "worth", "frontiers", "scenarios",
                        "sites", "proof", "limits", "provenance"]  # fmt: skip
    links = [str(attributes["href"])[1:] for attributes in page.all("a")]
    assert links == ["main", *sections]


def test_nothing_is_fetched_from_elsewhere(page: Page) -> None:
    sources = [a.get("src") or a.get("href") or "#" for _, a in page.elements]
    assert {source[:5] for source in sources} <= {*(s[:5] for s in sources if s[0] == "#"), "data:"}


def test_the_page_is_sound_for_screen_readers(page: Page) -> None:
    ids = Counter(a["id"] for _, a in page.elements if "id" in a)
    assert [name for name, number in ids.items() if number > 1] == []
    assert len(page.all("h1")) == 1
    assert page.all("html")[0]["lang"] == "en"
    assert all(a.get("aria-label") for _, a in page.elements if a.get("role") == "img")
    assert all(a.get("scope") for a in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table"))


def test_names_with_markup_are_shown_as_text(page: Page) -> None:
    assert "Two <sites> & three zones." in page.text
    assert page.all("b") == [{}] * len(page.all("b"))


def test_limits_name_what_was_not_there(without: Callable[..., Path]) -> None:
    text = Page(render(read_results(without("comparison.json")))).text
    assert "Plans were not compared on fresh scenarios" in text


PARTS = ["comparison.json", "evaluation.parquet", "evaluation_zones.parquet", "region",
         "scenarios.parquet", "drivers.parquet", "config.yaml", "trace", "plans"]  # fmt: skip


@pytest.mark.parametrize("part", PARTS)
def test_a_folder_that_lacks_a_part_still_has_a_report(
    without: Callable[..., Path], part: str
) -> None:
    text = Page(render(read_results(without(part)))).text
    assert "Where this comes from" in text


def test_a_manifest_alone_has_a_report(without: Callable[..., Path]) -> None:
    text = Page(render(read_results(without(*PARTS)))).text
    assert "Where this comes from" in text
    assert "Stations, chargers and demand" not in text


def test_a_plan_that_does_not_exist_is_said_so(without: Callable[..., Path]) -> None:
    folder = without("comparison.json", "plans", "trace", "evaluation.parquet")
    (folder / "plans").mkdir()
    document = {"plan": "robust", "method": "benders", "objective": None, "lower_bound": None,
                "gap": None, "status": "infeasible", "seconds": 0.1, "open_sites": None,
                "chargers": None}  # fmt: skip
    (folder / "plans" / "robust.json").write_text(json.dumps(document))
    text = Page(render(read_results(folder))).text
    assert "There is no plan robust: no plan satisfies the constraints." in text


def test_the_file_is_written_into_the_folder_by_default(without: Callable[..., Path]) -> None:
    folder = without()
    assert write_report(folder) == folder / "report.html"
    other = folder / "other.html"
    assert write_report(folder, other).read_text() == (folder / "report.html").read_text()


@given(st.text())
@example(" %")
def test_figure_data_can_stand_in_a_script_whatever_the_names(name: str) -> None:
    figure = go.Figure(go.Scatter(x=[1], y=[2], text=[name]))
    data = picture_data(Picture("p", "t", "c", {"": View(figure, name)}))
    assert "<" not in data
    view = json.loads(data)["views"][""]
    assert view["text"] == name.replace(" %", "\N{NO-BREAK SPACE}%")  # a line ends after it
    assert view["data"][0]["text"] == [name]


def test_traces_that_all_views_share_are_stored_once() -> None:
    shared, one, two = (go.Scatter(x=[n], y=[n]) for n in range(3))
    views = {"a": View(go.Figure([shared, one])), "b": View(go.Figure([shared, two]))}
    content = json.loads(picture_data(Picture("p", "t", "c", views)))
    assert len(content["base"]) == 1
    assert [len(view["data"]) for view in content["views"].values()] == [1, 1]
