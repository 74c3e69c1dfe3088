"""The phone is gone and the recovery codes too: staff take the second factors off somebody's account, with proof.

Verb: `reset`. Who asks has seen a document and says which and why; it is written down, and mailed to the owner of the
account and to whoever did it, so that neither can be done behind the other's back (safety A25). It gives nobody a way
in: the password is still asked for, staff set up a new factor before anything opens, and customers are mailed a code in
a browser that we do not know.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions.second_factors import Place, changed
from domain.records.factors import factors_of, void_recovery_codes
from domain.records.words_out import audit, enqueue_mail
from domain.transaction import transaction
from domain.words import N_, Gone, Refused, Sentence
from models import Passkey, Person, User

SEEN = {
    "passport": N_("Passport"),
    "identity_card": N_("Identity card"),
    "driving_licence": N_("Driving licence"),
    "other": N_("Another document with a photograph"),
}
"""Which document was seen, kept as its key: no number of it is written down."""
SHORTEST_REASON = 10
OWN = Sentence(N_("Nobody resets their own second factors. Ask another administrator."))


def right_over(role: str) -> str:
    """The right that resetting the second factors of a user in this role asks for."""
    return "contact" if role == "customer" else "users"


def reset(person_ref: str, *, seen: str, reason: str, who: Scope, place: Place, now: datetime) -> None:
    """Take every second factor and recovery code off the account and end all its sign-ins.

    Raises Gone, NotAllowed, or Refused beside "seen" or "reason".
    """
    reason = " ".join(reason.split())
    if seen not in SEEN:
        raise Refused(Sentence(N_("Say which document you saw.")), field="seen")
    if len(reason) < SHORTEST_REASON:
        raise Refused(
            Sentence(N_("Say in a few words why, and how you know that it is them.")), field="reason"
        )
    with transaction() as session:
        user = session.scalar(
            select(User).join(Person, Person.id == User.person_id).where(Person.ref == person_ref)
        )
        if user is None:
            raise Gone(Sentence(N_("This person has no account.")))
        who.require(right_over(user.role))
        if user.id == who.user_id:
            raise Refused(OWN)
        has = factors_of(session, user.id)
        if not has.any:
            raise Refused(Sentence(N_("This account has no second factor.")))
        audit(
            session, by=who.by, action="user.second_factors_reset", subject="user", subject_id=user.id, at=now,
            detail={
                "seen": seen, "reason": reason[:300], "app": has.app, "number": bool(has.number),
                "passkeys": has.passkeys,
            },
            address=place.address, device=place.device,
        )  # fmt: skip
        _take_off(session, user, now)
        said = Sentence(N_("Our office took the second factors off your account, at your request."))
        changed(
            session, user, said, action="user.second_factor_removed", keep=None, place=Place("", "", place.base_url),
            now=now, by=who.by,
        )  # fmt: skip
        _tell_who_did_it(session, user, who, place, now)


def _take_off(session: Session, user: User, now: datetime) -> None:
    session.execute(
        update(User)
        .where(User.id == user.id)
        .values(totp_sealed=None, sms_number="", sms_verified_at=None, failed_count=0, locked_until=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Passkey)
        .where(Passkey.user_id == user.id, Passkey.removed_at.is_(None))
        .values(removed_at=now)
        .execution_options(synchronize_session=False)
    )
    void_recovery_codes(session, user.id, now)


def _tell_who_did_it(session: Session, user: User, who: Scope, place: Place, now: datetime) -> None:
    """A copy for the one who did it: a stranger at their desk cannot do it unseen."""
    owner = session.get_one(Person, user.person_id)
    doer = session.scalar(
        select(Person).join(User, User.person_id == Person.id).where(User.id == who.user_id)
    )
    if doer is not None:
        enqueue_mail(
            session, to=doer.email, template="factors_reset", language=doer.language, now=now,
            dedupe_key=f"factors-reset-{user.id}-{now:%Y%m%d%H%M%S%f}",
            data={
                "name": doer.name, "who": owner.name, "number": owner.number, "at": now.isoformat(),
                "device": place.device, "place": place.address, "link": f"{place.base_url}/office/people/{owner.ref}",
            },
        )  # fmt: skip
