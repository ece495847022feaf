"""The page in a real browser: a question is asked, answered and kept; nothing else is asked for."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from robustev.config.load import load_experiment
from robustev.explore.explorer import Explorer
from tests.explore.test_explorer import folder  # noqa: F401 - a fixture

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
uvicorn = pytest.importorskip("uvicorn", reason="the extra 'explore' is not installed")

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:  # noqa: F811
    from robustev.explore.server import HOST, make_app

    listening = socket.create_server((HOST, 0))
    server = uvicorn.Server(uvicorn.Config(make_app(Explorer(folder)), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield f"http://{HOST}:{listening.getsockname()[1]}/"
    server.should_exit = True
    thread.join(timeout=60)


@pytest.fixture(scope="module")
def page(address: str) -> Iterator[object]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium to open the page in")
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=options)
        opened = chromium.new_page(viewport={"width": 1280, "height": 900})
        opened.requests, opened.complaints = [], []
        opened.on("request", lambda request: opened.requests.append(request.url))
        opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
        opened.goto(address)
        answered(opened)
        yield opened
        chromium.close()


def answered(page) -> None:  # type: ignore[no-untyped-def]
    page.wait_for_selector("html[data-ready=yes]", state="attached", timeout=120_000)


def asked(page, action) -> None:  # type: ignore[no-untyped-def]
    page.evaluate("delete document.documentElement.dataset.ready")
    action()
    answered(page)


def test_the_page_opens_with_the_plan_and_its_proof(page) -> None:  # type: ignore[no-untyped-def]
    assert "no plan can be more than" in page.locator("#status").text_content()
    assert page.locator("#lead").text_content().startswith("robust: ")
    assert page.locator("#map .scatterlayer path").count() > 3


def test_a_closed_site_changes_the_plan_and_can_be_freed(page) -> None:  # type: ignore[no-untyped-def]
    before = page.locator("#lead").text_content()
    page.locator("#site").select_option("west")
    asked(page, lambda: page.locator("[data-lock=closed]").press("Enter"))
    assert page.locator("#lead").text_content() != before
    assert "west: closed" in page.locator("#locks").text_content()
    assert "west" in page.locator("#changes").text_content()
    asked(page, lambda: page.locator("#locks button").press("Enter"))
    assert page.locator("#locks li").count() == 0


def test_sliders_ask_and_files_are_kept(page, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    asked(page, lambda: page.locator("#adoption").fill("150"))
    assert "150 %" in page.locator("#adoption-shown").text_content()
    with page.expect_download() as kept:
        page.locator("#keep-experiment").click()
    kept.value.save_as(tmp_path / "what_if.yaml")
    content = yaml.safe_load((tmp_path / "what_if.yaml").read_text())
    assert content["plans"]["what_if"]["demand_factor"] == 1.5
    with page.expect_download() as kept:
        page.locator("#keep-plan").click()
    assert kept.value.path().read_text().startswith("id,x,y,fast\n")
    asked(page, lambda: page.locator("#reset").click())


def test_a_question_without_an_answer_is_told(page) -> None:  # type: ignore[no-untyped-def]
    page.locator("#site").select_option("mid")
    asked(page, lambda: page.locator("[data-lock=closed]").click())
    assert "a station stands at mid" in page.locator("#status.fault").text_content()
    asked(page, lambda: page.locator("#reset").click())


def test_nothing_is_asked_of_others_and_nothing_fails(page, address: str) -> None:  # type: ignore[no-untyped-def]
    outside = [url for url in page.requests if not url.startswith((address, "data:", "blob:"))]
    assert outside == []
    assert page.complaints == []


def test_a_phone_need_not_scroll_sideways(page) -> None:  # type: ignore[no-untyped-def]
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.set_viewport_size({"width": 1280, "height": 900})


def test_other_names_for_this_machine_are_refused(address: str) -> None:
    from http.client import HTTPConnection

    host, port = address.removeprefix("http://").strip("/").split(":")
    connection = HTTPConnection(host, int(port))
    connection.request("GET", "/", headers={"Host": "evil.example"})
    assert connection.getresponse().status == 400


def test_an_experiment_file_asks_the_same_of_run(folder: Path) -> None:  # noqa: F811
    from robustev.explore.question import Question
    from robustev.explore.view import View

    view = View(Explorer(folder))
    question = Question(closed=("west",), budget=9.0, adoption=1.2)
    file = folder / "what_if.yaml"
    file.write_text(view.experiment_file(question))
    experiment = load_experiment(file)
    spec = experiment.plans["what_if"]
    assert (spec.demand_factor, spec.model.budget.limit) == (1.2, 9.0)
    assert spec.model.locks.closed == ("west",)
