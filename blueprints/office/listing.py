"""Lists of the office keep what was asked of them in their address: words, filters, the column sorted by, the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from domain.reports.finding import Found, Wanted

MOST_PAGES = 1_000_000


def wanted(filters: Sequence[str] = (), sort: str = "") -> Wanted:
    """What the address asks for. Whatever makes no sense there is as if it were not said."""
    given = request.args
    page = given.get("page", "1")
    return Wanted(
        q=given.get("q", "")[:200].replace("\x00", "").strip(),
        filters={name: given.get(name, "")[:64].replace("\x00", "") for name in filters},
        sort=given.get("sort", sort)[:20],
        page=min(int(page), MOST_PAGES) if page.isascii() and page.isdigit() and len(page) < 9 else 1,
    )


@dataclass(frozen=True)
class Listing:
    """One page of a list as a template shows it: the rows, the pages beside it, and an address for each heading."""

    endpoint: str
    wanted: Wanted
    found: Found[Any]

    @property
    def number(self) -> int:
        return self.found.page

    @property
    def pages(self) -> int:
        return self.found.pages

    @property
    def previous_url(self) -> str | None:
        return self.address(page=self.number - 1) if self.number > 1 else None

    @property
    def next_url(self) -> str | None:
        return self.address(page=self.number + 1) if self.number < self.pages else None

    @property
    def narrowed(self) -> bool:
        """Whether words or a filter leave something out."""
        return bool(self.wanted.q) or any(self.wanted.filters.values())

    def address(self, **changes: Any) -> str:
        """This list with something else asked of it; the page begins anew unless it is named."""
        asked = {"q": self.wanted.q, **self.wanted.filters, "sort": self.wanted.sort, **changes}
        return url_for(
            self.endpoint, **{name: value for name, value in asked.items() if value not in ("", None, 1)}
        )

    def sorted(self, column: str) -> str:
        """ "ascending", "descending" or "none", as `aria-sort` says it."""
        if self.wanted.sort.removeprefix("-") != column:
            return "none"
        return "descending" if self.wanted.sort.startswith("-") else "ascending"

    def sort_url(self, column: str) -> str:
        """The same list by this column; the other way round when it is sorted by it already."""
        return self.address(sort=f"-{column}" if self.sorted(column) == "ascending" else column)
