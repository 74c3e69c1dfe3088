"""What a customer's home weighs on a slow phone line, packed as the proxy packs it: bytes and rounds, never time."""

from __future__ import annotations

import gzip
import re

import pytest

from tests.design.test_assets import FIRST_PAGE, STATIC
from tests.fixtures.books import fill_books

COLD, WARM = 60 * 1024, 10 * 1024
PART = re.compile(r'hx-get="([^"]+)"[^>]*hx-trigger="load')

pytestmark = pytest.mark.database("sqlite")


def packed(data: bytes) -> int:
    return len(gzip.compress(data, 6))


@pytest.fixture
def home(house, open_agreement, pay) -> list[bytes]:
    """The page, and the parts that it asks for once it is there."""
    fill_books(house)
    for _ in range(3):
        pay("bo", open_agreement("bo"), 15_597)
    bo = house.client("bo")
    page = bo.get("/dashboard").data
    parts = [bo.get(path, headers={"HX-Request": "true"}) for path in PART.findall(page.decode())]
    assert len(parts) >= 5
    assert {part.status_code for part in parts} == {200}
    return [page, *(part.data for part in parts)]


def test_a_second_visit_is_one_page_and_its_parts_within_ten_kilobytes(home) -> None:
    assert sum(map(packed, home)) <= WARM


def test_a_first_visit_is_within_sixty_kilobytes_and_three_rounds(home) -> None:
    files = [(STATIC / name).read_bytes() for name in (*FIRST_PAGE, "phone.js")]
    assert sum(map(packed, [*home, *files])) <= COLD
    # The page, what stands in its head, and the parts: nothing that is fetched asks for a further file.
    for name in FIRST_PAGE:
        if name.endswith(".css"):
            assert "@import" not in (STATIC / name).read_text("utf-8")
    assert not [part for part in home[1:] if re.search(rb"<(script|link)\b|hx-trigger=\"load", part)]
