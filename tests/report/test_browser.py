"""The report in a real browser: nothing fails, nothing is fetched, everything can be used."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from robustev.report import write_report

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium to open the report in")
    # Chromium refuses its sandbox to root, who runs containers.
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=options)
        yield chromium
        chromium.close()


class Opened:
    """A page with what it complained about and what it asked the network for."""

    def __init__(self, browser, folder: Path, viewport: dict[str, int], **options) -> None:  # type: ignore[no-untyped-def]
        self.page = browser.new_page(viewport=viewport, **options)
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto((folder / "report.html").as_uri())
        if options.get("java_script_enabled", True):
            self.page.wait_for_selector("html[data-ready=yes]", state="attached", timeout=60_000)

    def _note(self, message) -> None:  # type: ignore[no-untyped-def]
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def run(self, script: str):  # type: ignore[no-untyped-def]
        return self.page.evaluate(script)


@pytest.fixture(scope="module")
def desk(browser, whole_folder: Path) -> Iterator[Opened]:  # type: ignore[no-untyped-def]
    opened = Opened(browser, whole_folder, DESK)
    yield opened
    opened.page.close()


@pytest.fixture(scope="module")
def phone(browser, whole_folder: Path) -> Iterator[Opened]:  # type: ignore[no-untyped-def]
    opened = Opened(browser, whole_folder, PHONE, device_scale_factor=2, has_touch=True)
    yield opened
    opened.page.close()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_nothing_is_complained_about_or_fetched(size: str, request: pytest.FixtureRequest) -> None:
    opened = request.getfixturevalue(size)
    assert opened.complaints == []
    assert [url for url in opened.requests if not url.startswith(("file:", "data:"))] == []


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_every_picture_is_drawn(size: str, request: pytest.FixtureRequest) -> None:
    opened = request.getfixturevalue(size)
    drawn = opened.run(
        """() => [...document.querySelectorAll('.plot')].map((plot) => ({
            key: plot.id,
            marks: plot.querySelectorAll(
              '.scatterlayer path, .barlayer path, .boxlayer path, .heatmaplayer image').length,
            height: plot.getBoundingClientRect().height}))"""
    )
    assert {"plot-difference", "plot-map", "plot-costs", "plot-regret", "plot-frontier-0",
            "plot-totals", "plot-zones", "plot-drivers", "plot-persistence",
            "plot-convergence", "plot-lorenz"} == {plot["key"] for plot in drawn}  # fmt: skip
    assert [plot for plot in drawn if plot["marks"] < 1 or plot["height"] < 100] == []


def test_a_phone_need_not_scroll_sideways(phone: Opened) -> None:
    assert phone.run("document.documentElement.scrollWidth") == PHONE["width"]
    wide = phone.run(
        """() => [...document.querySelectorAll('main *')].filter((part) =>
            !part.closest('.scroll, pre, .plot') &&
            part.getBoundingClientRect().right > innerWidth + 1).map((part) => part.outerHTML)"""
    )
    assert wide == []


def test_a_phones_text_and_controls_are_large_enough(phone: Opened) -> None:
    small = phone.run(
        """() => [...document.querySelectorAll('main p, main li, main td, select, .zoom button')]
            .filter((part) => part.checkVisibility() &&
              (parseFloat(getComputedStyle(part).fontSize) < 12 ||
               (part.matches('select, button') && part.getBoundingClientRect().height < 32)))
            .map((part) => part.outerHTML)"""
    )
    assert small == []


def test_tables_fit_a_desk(desk: Opened) -> None:
    desk.run("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    wide = desk.run(
        """() => [...document.querySelectorAll('.scroll')]
            .filter((part) => part.scrollWidth > part.clientWidth + 1)
            .map((part) => part.getAttribute('aria-label'))"""
    )
    desk.run("document.querySelectorAll('details').forEach((part) => { part.open = false; })")
    assert wide == []


def test_names_on_the_map_do_not_run_into_each_other(desk: Opened) -> None:
    boxes = desk.run(
        """() => [...document.querySelectorAll('#plot-map .annotation')]
            .filter((part) => part.style.visibility !== 'hidden')
            .map((part) => part.getBoundingClientRect())
            .map(({ left, right, top, bottom }) => [left, right, top, bottom])"""
    )
    assert boxes
    meeting = [
        (one, other)
        for n, one in enumerate(boxes)
        for other in boxes[:n]
        if one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]
    ]
    assert meeting == []


def test_the_keyboard_reaches_and_moves_everything(desk: Opened) -> None:
    page = desk.page
    page.keyboard.press("Tab")
    assert desk.run("document.activeElement.className") == "skip"
    unreachable = desk.run(
        """() => [...document.querySelectorAll('select, button, summary, a, .scroll, pre')]
            .filter((part) => part.checkVisibility() && part.tabIndex < 0).length"""
    )
    assert unreachable == 0


def test_a_plan_is_chosen_by_keyboard(desk: Opened) -> None:
    figure = desk.page.locator("figure[data-key=map]")
    figure.locator("select.view").focus()
    desk.page.keyboard.press("ArrowDown")
    assert figure.locator(".shown").text_content().startswith("nominal has")  # type: ignore[union-attr]
    desk.page.keyboard.press("ArrowUp")
    assert figure.locator(".shown").text_content().startswith("robust has")  # type: ignore[union-attr]


def test_two_plans_are_compared_on_the_map(desk: Opened) -> None:
    figure = desk.page.locator("figure[data-key=map]")
    figure.locator("select.versus").select_option("nominal")
    assert "only in robust" in figure.locator(".shown").text_content()  # type: ignore[operator]
    names = desk.run("document.getElementById('plot-map').data.map((trace) => trace.name)")
    assert {"only in robust", "only in nominal", "the same in both"} <= set(names)
    assert "robust" in desk.run("document.getElementById('plot-map').ariaLabel")
    figure.locator("select.versus").select_option("")


def test_the_map_zooms_by_button_and_back(desk: Opened) -> None:
    span = """() => { const [low, high] =
        document.getElementById('plot-map')._fullLayout.xaxis.range; return high - low; }"""
    whole = desk.run(span)
    figure = desk.page.locator("figure[data-key=map]")
    figure.get_by_role("button", name="Zoom in").press("Enter")
    assert desk.run(span) == pytest.approx(0.7 * whole)
    figure.get_by_role("button", name="Whole map").press("Enter")
    assert desk.run(span) == pytest.approx(whole)


def test_tables_sort_by_the_number_not_the_text(desk: Opened) -> None:
    table = desk.page.locator("#sites table.sortable").first
    head = table.locator("thead th").nth(1)
    head.locator("button").press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    counts = [int(text) for text in table.locator("tbody td:nth-child(2)").all_text_contents()]
    assert counts == sorted(counts, reverse=True)


def test_on_paper_pictures_fit_and_the_site_list_is_open(desk: Opened) -> None:
    page = desk.page
    page.emulate_media(media="print")
    desk.run("dispatchEvent(new Event('beforeprint'))")
    widths = "[...document.querySelectorAll('.main-svg')].map((svg) => svg.clientWidth)"
    page.wait_for_function(f"() => {widths}.every((width) => width <= 690)")
    assert desk.run("[...document.querySelectorAll('[data-printed]')].every((part) => part.open)")
    assert not page.locator("nav").is_visible()
    desk.run("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    page.wait_for_function(f"() => {widths}.some((width) => width > 690)")
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_a_run_without_a_comparison_is_drawn_without_complaint(browser, without) -> None:  # type: ignore[no-untyped-def]
    folder = without("comparison.json", "evaluation.parquet", "evaluation_zones.parquet")
    write_report(folder)
    opened = Opened(browser, folder, PHONE)
    assert opened.complaints == []
    assert opened.run("document.documentElement.scrollWidth") == PHONE["width"]
    assert opened.page.locator("#plot-map .scatterlayer path").count() > 3
    opened.page.close()


def test_without_scripts_the_answer_and_the_tables_stand(browser, whole_folder: Path) -> None:  # type: ignore[no-untyped-def]
    opened = Opened(browser, whole_folder, DESK, java_script_enabled=False)
    assert opened.page.locator(".words.answer").is_visible()
    assert opened.page.get_by_text("Pictures need JavaScript").is_visible()
    assert opened.page.locator("table").count() > 10
    opened.page.close()


def test_dark_pages_have_light_letters_in_pictures(browser, whole_folder: Path) -> None:  # type: ignore[no-untyped-def]
    opened = Opened(browser, whole_folder, DESK, color_scheme="dark")
    ink = opened.run("getComputedStyle(document.querySelector('.legendtext')).fill")
    assert min(int(part) for part in ink[4:-1].split(",")[:3]) > 180
    opened.page.close()
