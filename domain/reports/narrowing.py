"""Entries of the books narrowed to kind, branch and property, as the address asks. A value of nothing finds nothing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, or_

from domain.access import Scope
from domain.reports.narrowed import agreements
from domain.reports.sheet import Asked
from models import Expense, JournalEntry, Property


def of_entries(scope: Scope, query: Select[Any], asked: Asked) -> Select[Any]:
    """The statement on entries, narrowed to those of the agreements asked about.

    What was spent on a property belongs to it too, though its entry is of no agreement.
    """
    if not (asked.kind or asked.branch or asked.property_ref):
        return query
    found = JournalEntry.agreement_id.in_(agreements(scope, asked))
    if not asked.property_ref or asked.kind or asked.branch:
        return query.where(found)
    spent = scope.select(Expense, Expense.entry_id).join(Property, Property.id == Expense.property_id)
    return query.where(or_(found, JournalEntry.id.in_(spent.where(Property.ref == asked.property_ref))))


def carried(asked: Asked) -> dict[str, str]:
    """The same narrowing for the address of what a figure opens."""
    given = {"kind": asked.kind, "branch": asked.branch, "property_ref": asked.property_ref}
    return {name: value for name, value in given.items() if value}
