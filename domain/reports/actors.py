"""Who did it, in words: the actors written into the books and the audit trail, and what they did.

An actor is stored as "user:7", "gateway:sandbox", "job:resolve_unknown" or a plain word; people read names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from domain.access import Scope
from domain.words import N_, Sentence
from models import AuditEvent, Person, User, db

Name = str | Sentence

OTHERS = {
    "gateway": N_("Payment processor"),
    "job": N_("Timed duty"),
    "billing": N_("Timed duty"),
    "import": N_("Import"),
    "anonymous": N_("Somebody not signed in"),
    "setup": N_("Set-up"),
    "demo": N_("Set-up of the demo"),
    "cli": N_("Command line"),
    "command": N_("Command line"),
    "operator": N_("Command line"),
}
ACTION_WORDS: Mapping[str, str] = {
    "agreement.changed": N_("Agreement changed"),
    "audit.exported": N_("Audit trail taken as a file"),
    "agreement.opened": N_("Agreement opened"),
    "agreement.person_added": N_("Person put on the agreement"),
    "agreement.person_removed": N_("Person taken off the agreement"),
    "agreement.charged_off": N_("Agreement charged off"),
    "charge.added": N_("Charge added"),
    "charge.corrected": N_("Charge taken back or corrected"),
    "charge.waived": N_("Charge waived"),
    "device.all_revoked": N_("All known browsers forgotten"),
    "device.revoked": N_("Known browser forgotten"),
    "device.trusted": N_("Browser trusted for 30 days"),
    "hold.lifted": N_("Hold lifted"),
    "hold.placed": N_("Hold placed"),
    "claim.asked": N_("Asked for a link to the account"),
    "claim.invited": N_("Link to claim the account mailed"),
    "claim.link_shown": N_("Link to claim the account handed over"),
    "claim.second": N_("Somebody tried to claim the account again"),
    "import.accepted": N_("Import accepted"),
    "import.abandoned": N_("Import abandoned"),
    "import.live": N_("Import made live"),
    "import.undone": N_("Import undone"),
    "keys.resealed": N_("Secrets sealed with a new key"),
    "late_fee.left": N_("Proposed late fee left"),
    "late_fee.posted": N_("Proposed late fee posted"),
    "late_fee_policy.added": N_("Late-fee policy added"),
    "late_fee_policy.changed": N_("Late-fee policy changed"),
    "legal_cap.added": N_("Legal limit added"),
    "method.removed": N_("Payment method removed"),
    "method.saved": N_("Payment method saved"),
    "passkey.added": N_("Passkey added"),
    "passkey.copy_refused": N_("A copied passkey was refused"),
    "passkey.removed": N_("Passkey removed"),
    "passkey.renamed": N_("Passkey renamed"),
    "payment.accepted": N_("Payment sent to the bank"),
    "payment.begun": N_("Payment begun"),
    "payment.event_failed": N_("A report of the processor could not be worked through"),
    "payment.failed": N_("Payment did not go through"),
    "payment.mismatch": N_("The processor named another amount than the payment has"),
    "payment.returned": N_("Payment returned by the bank"),
    "payment.settled": N_("Payment settled"),
    "payment.taken_at_counter": N_("Payment taken at the counter"),
    "payment.unexpected_event": N_("The processor reported something that does not fit the payment"),
    "person.contact_changed": N_("Contact details changed"),
    "person.created": N_("Person added"),
    "person.phone_changed": N_("Telephone number changed"),
    "person.email_changed": N_("E-mail address changed"),
    "property.added": N_("Property added"),
    "property.changed": N_("Property changed"),
    "recovery_code.made": N_("Recovery codes made"),
    "recovery_code.used": N_("Recovery code used"),
    "register.asked": N_("Asked for a link by an agreement number"),
    "recover.started": N_("Link to a new password mailed for them"),
    "recover.asked": N_("Asked for a link to a new password"),
    "settings.returned_payment_fee": N_("Fee for returned payments changed"),
    "sign_in.all_ended": N_("All sign-ins ended"),
    "sign_in.device": N_("Gave the password, mailed code asked"),
    "sign_in.ended": N_("Sign-in ended"),
    "sign_in.full": N_("Signed in"),
    "sign_in.not_guarded": N_("Signed in from an unknown browser, without a mail address for a code"),
    "sign_in.password": N_("Gave the password, second factor asked"),
    "sign_in.stepped_up": N_("Proved again that it is them"),
    "sign_in.tried": N_("Sign-in tried"),
    "unit.added": N_("Unit added"),
    "unit.changed": N_("Unit changed"),
    "user.claimed": N_("Account claimed"),
    "user.deactivated": N_("User deactivated"),
    "user.invitation_withdrawn": N_("Invitation taken back"),
    "user.invited": N_("User invited"),
    "user.number_proved": N_("Number for codes by text message proved"),
    "user.number_removed": N_("Number for codes by text message removed"),
    "user.post_changed": N_("Role, duties or limits of a user changed"),
    "user.reactivated": N_("User reactivated"),
    "user.created": N_("Account made"),
    "user.email_asked": N_("New e-mail address asked for"),
    "user.frozen": N_("Account locked by its owner"),
    "user.phrase_changed": N_("Phrase of our mails changed"),
    "user.password_changed": N_("Password changed"),
    "user.second_factor_added": N_("Second factor added"),
    "user.second_factor_removed": N_("Second factor removed"),
    "user.second_factor_replaced": N_("Second factor replaced"),
    "user.second_factors_reset": N_("Second factors reset"),
    "user.unlocked": N_("Account unlocked"),
    "user.username_changed": N_("Username changed"),
    "viewing.begun": N_("Began to look at the customer's pages"),
    "viewing.ended": N_("Stopped looking at the customer's pages"),
    "username.asked": N_("Asked for the username"),
}
"""What each action of the audit trail is called on a page; one that is not here is shown by its own name."""


def names_of(actors: Iterable[str]) -> dict[str, Name]:
    """Each stored actor with the name people read: a person's own, or what kind of actor it is."""
    actors = set(actors)
    ids = {int(actor[5:]) for actor in actors if actor.startswith("user:") and actor[5:].isdigit()}
    known: dict[int, str] = {}
    if ids:
        rows = db.session.execute(
            select(User.id, Person.name).join(Person, Person.id == User.person_id).where(User.id.in_(ids))
        )
        known = {row.id: row.name for row in rows}
    return {actor: _name(actor, known) for actor in actors}


def _name(actor: str, known: Mapping[int, str]) -> Name:
    kind, _, rest = actor.partition(":")
    if kind == "user" and rest.isdigit() and int(rest) in known:
        return known[int(rest)]
    return Sentence(OTHERS[kind]) if kind in OTHERS else actor


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the audit trail, ready for a page."""

    at: datetime
    by: Name
    what: Sentence
    action: str
    detail: Mapping[str, Any]
    subject_id: int | None


def deeds(scope: Scope, about: ColumnElement[bool], count: int) -> list[Deed]:
    """The newest lines of the audit trail that meet `about`, at most `count`."""
    rows = db.session.scalars(
        scope.select(AuditEvent)
        .where(about, AuditEvent.action != "sign_in.tried")
        .order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
        .limit(count)
    ).all()
    names = names_of(row.by for row in rows)
    return [
        Deed(
            row.at, names[row.by], Sentence(ACTION_WORDS.get(row.action, row.action)), row.action, row.detail,
            row.subject_id,
        )
        for row in rows
    ]  # fmt: skip
