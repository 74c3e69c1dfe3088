"""`till`, `loan` and the ways to pay are those of the tests of the actions."""

from __future__ import annotations

from tests.domain.actions.conftest import bank, card, loan, till

__all__ = ["bank", "card", "loan", "till"]
