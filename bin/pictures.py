"""Take the pictures of the README from a running demo: `python bin/pictures.py http://localhost:8000 instance`.

Needs what tests need (Chromium and playwright). Signs in as the demo's people, by the file in the instance folder.
"""

import re
import sys
from pathlib import Path

import pyotp
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.fixtures.browser import ARGUMENTS, SIZES, find_chromium

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "img"


def signed_in(browser: Browser, base: str, instance: Path, username: str, size: str) -> Page:
    """A page of that size in which the demo's `username` is signed in."""
    lines = (instance / "demo-sign-ins.txt").read_text("utf-8").splitlines()[1:]
    _, _, password, *seed = next(line.split() for line in lines if line.startswith(f"{username} "))
    width, height = SIZES[size]
    page = browser.new_context(viewport={"width": width, "height": height}, locale="en-US").new_page()
    page.goto(f"{base}/sign-in")
    page.fill("input[name=name]", username)
    page.fill("input[type=password]", password)
    page.keyboard.press("Enter")
    if seed:
        page.fill("input[name=code]", pyotp.TOTP(seed[0]).now())
        page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/(dashboard|office)"))
    return page


def main(base: str, instance: Path) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        phone = signed_in(browser, base, instance, "bo", "phone")
        phone.wait_for_load_state("networkidle")
        phone.screenshot(path=FOLDER / "home-phone.png")
        desk = signed_in(browser, base, instance, "dana", "desktop")
        desk.goto(f"{base}/office/search?q=L-10042")
        desk.wait_for_load_state("networkidle")
        desk.screenshot(path=FOLDER / "office-agreement.png")
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python bin/pictures.py ADDRESS INSTANCE-FOLDER")
    main(sys.argv[1].rstrip("/"), Path(sys.argv[2]))
