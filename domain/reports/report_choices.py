"""What a report can be narrowed to: labels of the filters, and the values there are for a person. Read-only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from domain.access import Scope
from domain.reports.journal import ACCOUNT_WORDS
from domain.reports.policies import KIND_WORDS
from domain.words import N_, Sentence
from models import Agreement, LedgerAccount, Property, PropertyOwner, db
from models import Person as PersonRow

LABELS = {
    "on": N_("As of"),
    "since": N_("From"),
    "until": N_("Until"),
    "property_ref": N_("Property"),
    "owner_ref": N_("Owner"),
    "kind": N_("Kind"),
    "branch": N_("Branch"),
    "method": N_("Paid with"),
    "account": N_("Account"),
    "status": N_("State"),
    "category": N_("Category"),
    "by": N_("Grouped by"),
    "what": N_("What"),
    "late": N_("How late"),
    "person_ref": N_("Person"),
    "agreement_ref": N_("Agreement"),
}
SPANS = {
    "month": N_("This month"),
    "last_month": N_("Last month"),
    "year": N_("This year"),
    "last_year": N_("Last year"),
    "twelve": N_("Twelve months"),
}
METHOD_WORDS = {
    "bank": N_("Bank account"),
    "card": N_("Card"),
    "cash": N_("Cash"),
    "check": N_("Check"),
    "certified": N_("Cashier's or certified check"),
    "money_order": N_("Money order"),
    "terminal": N_("Card terminal"),
    "transfer": N_("Bank transfer"),
}
ALL = Sentence(N_("All"))
Choice = tuple[str, Sentence | str]


def choices(scope: Scope, name: str, own: Mapping[str, str] | None = None) -> Sequence[Choice]:
    """The values of a filter; empty where there is nothing to choose between. `own`: those of the report itself."""
    if own is not None:
        every: list[Choice] = [] if "" in own else [("", ALL)]
        return [*every, *((value, Sentence(words)) for value, words in own.items())]
    found: list[Choice] = []
    if name == "property_ref":
        found = _pairs(scope.select(Property, Property.ref, Property.name).order_by(Property.name))
    elif name == "owner_ref":
        owners = scope.select(PropertyOwner, PropertyOwner.person_id)
        query = select(PersonRow.ref, PersonRow.name).where(PersonRow.id.in_(owners)).order_by(PersonRow.name)
        found = _pairs(query)
    elif name == "branch":
        found = [(branch, branch) for branch in _branches(scope)]
    elif name == "kind":
        found = [(kind, Sentence(words)) for kind, words in KIND_WORDS.items()]
    elif name == "method":
        found = [(method, Sentence(words)) for method, words in METHOD_WORDS.items()]
    elif name == "account":
        found = _pairs(select(LedgerAccount.code, LedgerAccount.name).order_by(LedgerAccount.name))
        found = [
            (code, Sentence(ACCOUNT_WORDS[code]) if code in ACCOUNT_WORDS else said) for code, said in found
        ]
    return [("", ALL), *found] if found else []


def _pairs(query: object) -> list[Choice]:
    return [(ref, name) for ref, name in db.session.execute(query)]  # type: ignore[call-overload]


def _branches(scope: Scope) -> list[str]:
    found: set[str] = set()
    for model in (Property, Agreement):
        found |= set(db.session.scalars(scope.select(model, model.branch).distinct()))
    return sorted(found - {""})
