"""Several agreements paid in one go: what is filled in and ticked to begin with."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from domain.reports import checkouts, previews


@pytest.mark.parametrize(
    ("name", "now_minor", "ticked"),
    [("minimum", 2_500, True), ("minimum", 0, False), ("due", 2_500, True), ("next", 0, False)],
)
def test_a_minimum_payment_that_is_due_is_ticked_as_a_payment_is(
    monkeypatch, name, now_minor, ticked
) -> None:
    monkeypatch.setattr(previews, "choices", lambda view: [SimpleNamespace(name=name, amount_minor=2_500)])
    view = SimpleNamespace(due=SimpleNamespace(now_minor=now_minor), payable_minor=9_000)
    assert checkouts.offered(view) == (2_500, ticked)
