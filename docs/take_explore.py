"""Take the pictures of the what-if page of a result folder, in headless Chromium.

    robustev explore RESULTS --port 8371 --no-browser
    python docs/take_explore.py http://127.0.0.1:8371/ SITE

``SITE`` is the name of the site to close.
"""

from __future__ import annotations

import sys
from io import BytesIO

from PIL import Image
from playwright.sync_api import Page, sync_playwright
from take_pictures import CHROMIUM, PHONE, PICTURES, QUALITY

LONG = 600_000


def answered(page: Page) -> None:
    """Wait for the answer to the question that stands."""
    page.wait_for_selector("html[data-ready=yes]", state="attached", timeout=LONG)


def save(page: Page, name: str) -> None:
    """Keep what the page shows."""
    Image.open(BytesIO(page.screenshot())).save(PICTURES / f"{name}.webp", quality=QUALITY)


def main(address: str, site: str) -> None:
    """Close a site and keep the page: on a desk, dark, and on a phone."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.goto(address)
        answered(page)
        page.select_option("#site", label=site)
        page.evaluate("delete document.documentElement.dataset.ready")
        page.click("[data-lock=closed]")
        answered(page)
        save(page, "explore")
        page.emulate_media(color_scheme="dark")
        page.wait_for_timeout(1500)
        save(page, "explore-dark")
        page.set_viewport_size(PHONE)
        page.wait_for_timeout(1500)
        save(page, "explore-phone")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
