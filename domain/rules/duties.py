"""Which rights a role and its duties give. A right is what a page or an action asks for; a duty is what staff are told.

Duties narrow staff only. What touches the whole business is not for somebody who is limited to a part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from domain.words import N_, Refused, Sentence

DUTIES: Mapping[str, str] = {
    "collect": N_("Take payments, put on hold, change how people are reached"),
    "adjust": N_("Charges, waivers, corrections, late fees and changes of terms"),
    "refund": N_("Give money back"),
    "originate": N_("New agreements, people on them, properties and imports"),
    "bank": N_("Files for the bank and from it, bank statements, what does not agree"),
    "owners": N_("What is spent on houses, statements of owners, paying them out"),
    "report": N_("The journal, reports and exports"),
    "settings": N_("Policies and legal limits"),
}
"""Duty -> what it lets somebody do, in words."""

RIGHTS_OF_DUTY: Mapping[str, frozenset[str]] = {
    "collect": frozenset({"counter", "hold", "contact", "new_person"}),
    "adjust": frozenset({"adjust"}),
    "refund": frozenset({"refund"}),
    "originate": frozenset(
        {"opening", "parties", "contact", "new_person", "imports", "keep_properties", "new_property"}
    ),
    "bank": frozenset({"bank"}),
    "report": frozenset({"journal", "export", "reports"}),
    "owners": frozenset({"expenses", "owners"}),
    "settings": frozenset({"settings"}),
}
EVERY_DUTY_OF_STAFF = frozenset(DUTIES) - {"settings"}
"""What staff do whose duties nobody named."""

STAFF_ALWAYS = frozenset({"office", "people", "agreements", "properties", "talk", "view_as"})
"""What all staff may: read, answer people, and look at a customer's pages as the customer sees them."""
OF_ADMIN_ALONE = frozenset({"charge_off", "users", "audit", "export_all", "operate"})
_OTHERS: Mapping[str, frozenset[str]] = {
    "customer": frozenset({"pay", "methods", "profile", "talk"}),
    "landlord": frozenset({"office", "agreements", "properties", "reports", "talk"}),
}
NEEDS_THE_WHOLE = frozenset(
    {"imports", "bank", "settings", "new_person", "new_property", "owners", "view_as"}
)
"""Rights that nobody has who is limited to properties or branches: they reach beyond any part of the business."""


@lru_cache(maxsize=256)
def rights_of(role: str, duties: frozenset[str] | None = None, limited: bool = False) -> frozenset[str]:
    """The rights of a role. `duties` narrow staff (None: every duty of staff); `limited`: to a part of the business."""
    if role == "admin":
        return STAFF_ALWAYS.union(OF_ADMIN_ALONE, *RIGHTS_OF_DUTY.values())
    if role != "staff":
        return _OTHERS.get(role, frozenset())
    wanted = EVERY_DUTY_OF_STAFF if duties is None else duties
    found = STAFF_ALWAYS.union(*(RIGHTS_OF_DUTY.get(duty, frozenset()) for duty in wanted))
    return found - NEEDS_THE_WHOLE if limited else found


def check_duties(duties: Iterable[str]) -> list[str]:
    """The duties in the order of `DUTIES`, each once. Raises Refused for one there is not."""
    wanted = set(duties)
    if wanted - set(DUTIES):
        raise Refused(Sentence(N_("This is not one of the choices.")), "duties")
    return [duty for duty in DUTIES if duty in wanted]
