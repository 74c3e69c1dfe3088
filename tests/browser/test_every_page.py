"""Every page a person can reach by links, looked at in a real browser.

Starting from each person's first page, links are followed until every route was seen once. Each page is
held to the same things: axe finds nothing in light and in dark, nothing hangs over the edge of a 320-pixel phone, no
policy is broken, and the answer is not an error.
"""

from __future__ import annotations

import re
from collections import deque
from urllib.parse import urlsplit

import pyotp
import pytest
from playwright.sync_api import Page

from tests.fixtures.browser import Axe, NewPage
from tests.fixtures.servers import LiveServer

FILES = re.compile(r"\.(pdf|csv|xlsx|ics|zip)$")
REF = re.compile(r"/[A-Za-z0-9_-]{22}(?=/|$)|/\d+(?=/|$)|(?<=^/help)/[a-z-]+$")
MOST_PAGES = 60


def sign_ins(server: LiveServer) -> dict[str, list[str]]:
    """Username -> [username, role, password, seed] from the file that the demo wrote."""
    lines = (server.instance / "demo-sign-ins.txt").read_text().splitlines()[1:]
    return {line.split()[0]: line.split() for line in lines}


def sign_in(page: Page, server: LiveServer, username: str) -> None:
    _, _, password, *seed = sign_ins(server)[username]
    page.goto(server.page("/sign-in"))
    page.fill("input[name=name]", username)
    page.fill("input[type=password]", password)
    page.locator("main form").first.locator("button[type=submit], button:not([type])").first.click()
    if seed:
        page.fill("input[name=code]", pyotp.TOTP(seed[0]).now())
        page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/(dashboard|office)"))


def routes_from(page: Page, server: LiveServer, start: str) -> list[str]:
    """The paths reached by links from `start`, one for each shape of address."""
    waiting, seen, shapes = deque([start]), {start}, {}
    reached = []
    while waiting and len(reached) < MOST_PAGES:
        path = waiting.popleft()
        shape = REF.sub("/*", urlsplit(path).path)
        if shapes.get(shape):
            continue
        shapes[shape] = True
        answer = page.goto(server.page(path))
        assert answer is not None
        assert answer.status < 400, f"{path} answered {answer.status}"
        reached.append(path)
        for link in page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)"):
            parts = urlsplit(link)
            further = parts.path + (f"?{parts.query}" if parts.query else "")
            ours = link.startswith(server.url) and not FILES.search(parts.path)
            if ours and "/language/" not in further and further not in seen:
                seen.add(further)
                waiting.append(further)
    return reached


@pytest.mark.safety("W3", "W4")
@pytest.mark.slow
@pytest.mark.parametrize(
    ("username", "start"), [("", "/"), ("bo", "/dashboard"), ("stan", "/dashboard"), ("dana", "/office")]
)
def test_every_page_holds_up_in_both_themes_and_on_a_small_phone(
    username: str, start: str, demo_server: LiveServer, new_page: NewPage, axe: Axe
) -> None:
    page = new_page("desktop")
    if username:
        sign_in(page, demo_server, username)
    paths = routes_from(page, demo_server, start)
    assert len(paths) >= (3 if username in ("", "stan") else 8), paths
    wide = []
    for path in paths:
        for scheme, width in (("light", 1280), ("dark", 390)):
            page.set_viewport_size({"width": width, "height": 844})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.goto(demo_server.page(path))
            page.wait_for_load_state("networkidle")
            axe(page)
        page.set_viewport_size({"width": 320, "height": 640})
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wide.append(f"{path} hangs {over} pixels over the edge at 320")
    assert not wide, "\n".join(wide)
