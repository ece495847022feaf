"""Take the pictures of this documentation from a result folder, in headless Chromium.

    python docs/take_pictures.py RESULTS [SITE]

``SITE`` is the folder of the built documentation, for its own pictures.

Needs the extras ``dev`` and ``docs``, and Chromium.
"""

from __future__ import annotations

import shutil
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

PICTURES = Path(__file__).parent / "pictures"
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
QUALITY = 80
MAP = "figure[data-key=map]"


def take(browser: Browser, page: Path, name: str, *, part: str = "", **look: object) -> None:
    """Take a picture of a page, or of a part of it, as WebP."""
    options = {"viewport": DESK, **look}
    paper = options.pop("paper", False)
    opened = browser.new_page(**options)
    opened.goto(page.resolve().as_uri())
    if name.startswith("report"):
        opened.wait_for_selector("html[data-ready=yes]", state="attached")
    if paper:
        opened.emulate_media(media="print")
        opened.set_viewport_size({"width": 794, "height": 1123})
        opened.evaluate("dispatchEvent(new Event('beforeprint'))")
        opened.wait_for_timeout(2000)
    shot = opened.locator(part).first.screenshot() if part else opened.screenshot()
    opened.close()
    PICTURES.mkdir(exist_ok=True)
    Image.open(BytesIO(shot)).save(PICTURES / f"{name}.webp", quality=QUALITY)


def main(results: Path, site: Path | None = None) -> None:
    """Take every picture of the report, and of the documentation."""
    page = results / "report.html"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        take(browser, page, "report", viewport={"width": 1100, "height": 1500})
        take(browser, page, "report-map", part=MAP)
        take(browser, page, "report-dark", part=MAP, color_scheme="dark")
        take(browser, page, "report-phone", viewport=PHONE)
        take(browser, page, "report-phone-map", part=MAP, viewport=PHONE)
        take(browser, page, "report-print", paper=True)
        if site is not None:
            page = site / "tutorials" / "planners.html"
            take(browser, page, "site")
            take(browser, page, "site-dark", color_scheme="dark")
            take(browser, page, "site-phone", viewport=PHONE)
        browser.close()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
