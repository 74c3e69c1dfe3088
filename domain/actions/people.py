"""People and who is on which agreement. Verbs: `create_person`, `change_contact`, `set_email`, `assign`,
`take_off`.

Never here: how a person signs in (`credentials`), and the link by which they get their account (`claims`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.kinds import kind_of
from domain.records import search_words
from domain.records.charging import payer_key
from domain.records.links import make_link, void_links
from domain.records.names import new_ref, person_number
from domain.records.parties import ROLES
from domain.records.words_out import audit, enqueue_mail
from domain.rules.sign_in_names import folded, is_email
from domain.transaction import transaction
from domain.words import N_, Gone, Refused, Sentence
from models import Agreement, AgreementParty, Person, Token, User

LONGEST = {"name": 200, "phone": 40, "address": 500, "language": 8, "reason": 200}


def create_person(
    name: str,
    email: str = "",
    phone: str = "",
    address: str = "",
    *,
    by: str,
    now: datetime,
    language: str = "",
) -> str:
    """A person the business knows from now on; returns their ref. Raises Refused on a missing name or a bad address."""
    with transaction() as session:
        return add_person(session, name, email, phone, address, by=by, now=now, language=language).ref


def add_person(
    session: Session,
    name: str,
    email: str,
    phone: str,
    address: str,
    *,
    by: str,
    now: datetime,
    language: str = "",
) -> Person:
    """The same inside the caller's transaction, for actions that make a person on the way."""
    name, email = " ".join(_plain(name).split()), email.strip()
    phone, address = _plain(phone), _plain(address)
    if not name:
        raise Refused(Sentence(N_("Write the person's name.")), field="name")
    check_email(email)
    _check_lengths(name=name, phone=phone, address=address, language=language)
    person = Person(
        ref=new_ref(),
        number=person_number(session),
        name=name,
        email=email,
        email_folded=folded(email),
        phone=phone,
        address=address,
        language=language,
        created_at=now,
    )
    session.add(person)
    session.flush()
    search_words.keep(session, "person", [person.id])
    audit(session, by=by, action="person.created", subject="person", subject_id=person.id, at=now)
    return person


def change_contact(
    person_ref: str,
    *,
    by: str,
    now: datetime,
    name: str | None = None,
    phone: str | None = None,
    address: str | None = None,
    language: str | None = None,
) -> None:
    """Change what is given and leave the rest. The e-mail address has a verb of its own. Raises Gone, Refused."""
    given = {"name": name, "phone": phone, "address": address, "language": language}
    changed = {key: _plain(value) for key, value in given.items() if value is not None}
    if changed.get("name") == "":
        raise Refused(Sentence(N_("Write the person's name.")), field="name")
    _check_lengths(**changed)
    with transaction() as session:
        person = find(session, person_ref)
        was = {key: getattr(person, key) for key in changed}
        if changed and was != changed:
            session.execute(update(Person).where(Person.id == person.id).values(**changed))
            search_words.keep(session, "person", [person.id])
            touched = sorted(key for key in changed if was[key] != changed[key])
            audit(
                session, by=by, action="person.contact_changed", subject="person", subject_id=person.id, at=now,
                detail={"changed": touched},
            )  # fmt: skip


def require_over(person_ref: str, *, who: Scope) -> None:
    """Raise NotAllowed when `who` may not change how this person is reached.

    Links to a new password go to the address on file, so colleagues are an administrator's business. Raises Gone.
    """
    with transaction() as session:
        person = find(session, person_ref)
        role = session.scalar(select(User.role).where(User.person_id == person.id))
    if role not in (None, "customer"):
        who.require("users")


def set_email(person_ref: str, email: str, *, by: str, now: datetime, base_url: str = "") -> None:
    """Change the person's mail address; links that were mailed to the old one stop working. Raises Gone, Refused.

    Where another user already signs in by that address, this person signs in by username or customer number only.
    Somebody with an account is told at both, with a link that says "this was not me" where `base_url` is given.
    """
    email = email.strip()
    check_email(email)
    with transaction() as session:
        person = find(session, person_ref)
        if person.email == email:
            return
        was = person.email
        put_email(session, person, email, now)
        audit(session, by=by, action="person.email_changed", subject="person", subject_id=person.id, at=now)
        if session.scalar(select(User.id).where(User.person_id == person.id)) is not None:
            _tell_both(session, person, was, email, now, base_url)


def put_email(session: Session, person: Person, email: str, now: datetime) -> None:
    """The same inside the caller's transaction, which says who did it; `email` was checked, or is empty."""
    session.execute(
        update(Person).where(Person.id == person.id).values(email=email, email_folded=folded(email))
    )
    search_words.keep(session, "person", [person.id])
    session.execute(
        update(User).where(User.person_id == person.id).values(
            email_folded=free_email(session, email, besides_person=person.id)
        )
    )  # fmt: skip
    void_links(session, person.id, now)


def _tell_both(session: Session, person: Person, was: str, email: str, now: datetime, base_url: str) -> None:
    for which, to in (("old", was), ("new", email)):
        alarm = make_link(session, person, "alarm", base_url, now, sent_to=to) if base_url and to else ""
        enqueue_mail(
            session, to=to, template="email_changed", language=person.language, now=now,
            dedupe_key=f"email-changed-{which}-{person.id}-{now:%Y%m%d%H%M%S%f}",
            data={"name": person.name, "at": now.isoformat()}, secret={"link": alarm} if alarm else {},
        )  # fmt: skip


def assign(
    agreement_ref: str,
    *,
    by: str,
    today: date,
    now: datetime,
    person_ref: str = "",
    new_person: Mapping[str, str] | None = None,
    role: str = "customer",
) -> str:
    """Put a person on an agreement; doing it twice changes nothing. Returns the person's ref. Raises Gone, Refused.

    Either `person_ref`, or `new_person` with name and perhaps email, phone, address. `role`: customer, joint,
    guarantor or payer (of a share of the rent that the terms name).
    """
    if role not in ROLES:
        raise Refused(Sentence(N_("Choose what this person is on the agreement.")), field="role")
    with transaction() as session:
        agreement = session.scalar(select(Agreement).where(Agreement.ref == agreement_ref))
        if agreement is None:
            raise Gone(Sentence(N_("This agreement is not here any more.")))
        agreement_id = agreement.id
        if person_ref:
            person = find(session, person_ref)
        else:
            given = new_person or {}
            person = add_person(
                session,
                given.get("name", ""), given.get("email", ""), given.get("phone", ""), given.get("address", ""),
                by=by, now=now,
            )  # fmt: skip
        kind = kind_of(agreement.kind)
        if role == "payer" and payer_key(person.id) not in kind.payers(kind.read(agreement), today):
            raise Refused(
                Sentence(N_("Nothing of this agreement is this person's share alone.")), field="role"
            )
        if _put_on(session, agreement_id, person.id, role, today):
            audit(
                session, by=by, action="agreement.person_added", subject="agreement", subject_id=agreement_id, at=now,
                detail={"person": person.id, "role": role},
            )  # fmt: skip
        return person.ref


def take_off(
    agreement_ref: str, person_ref: str, reason: str, *, by: str, today: date, now: datetime
) -> None:
    """End a person's part in an agreement today: they no longer see it, and links mailed for it stop working.

    The row that says they were on it stays, and so do their payments. Raises Gone when they are not on it, Refused
    without a reason.
    """
    reason = " ".join(_plain(reason).split())
    if not reason:
        raise Refused(Sentence(N_("Say why, for those who look later.")), field="reason")
    _check_lengths(reason=reason)
    with transaction() as session:
        person = find(session, person_ref)
        party = session.scalar(
            select(AgreementParty)
            .join(Agreement, Agreement.id == AgreementParty.agreement_id)
            .where(
                Agreement.ref == agreement_ref, AgreementParty.person_id == person.id,
                AgreementParty.until_on.is_(None),
            )
            .with_for_update(of=AgreementParty)
        )  # fmt: skip
        if party is None:
            raise Gone(Sentence(N_("This person is not on the agreement any more.")))
        party.until_on = today
        links = update(Token).where(
            Token.person_id == person.id, Token.agreement_id == party.agreement_id, Token.used_at.is_(None),
            Token.voided_at.is_(None),
        )  # fmt: skip
        session.execute(links.values(voided_at=now))
        audit(
            session, by=by, action="agreement.person_removed", subject="agreement", subject_id=party.agreement_id,
            at=now, detail={"person": person.id, "role": party.role, "reason": reason},
        )  # fmt: skip


def find(session: Session, person_ref: str) -> Person:
    """The person with this ref, inside the caller's transaction. Raises Gone."""
    person = session.scalar(select(Person).where(Person.ref == person_ref))
    if person is None:
        raise Gone(Sentence(N_("This person is not here any more.")))
    return person


def free_email(session: Session, email: str, *, besides_person: int) -> str | None:
    """The folded address if no other user signs in by it, else None: an address leads to at most one user."""
    address = folded(email)
    taken = session.scalar(
        select(User.id).where(User.email_folded == address, User.person_id != besides_person)
    )
    return address if address and taken is None else None


def _put_on(session: Session, agreement_id: int, person_id: int, role: str, today: date) -> bool:
    party = session.scalar(
        select(AgreementParty).where(
            AgreementParty.agreement_id == agreement_id, AgreementParty.person_id == person_id
        )
    )
    if party is None:
        session.add(AgreementParty(agreement_id=agreement_id, person_id=person_id, role=role, from_on=today))
        session.flush()
        return True
    if party.until_on is None and party.role == role:
        return False
    session.execute(
        update(AgreementParty).where(AgreementParty.id == party.id).values(until_on=None, role=role)
    )
    return True


def _plain(text: str) -> str:
    """The text without control characters; an address keeps its lines."""
    return "".join(c for c in text.replace("\r\n", "\n") if c == "\n" or c.isprintable()).strip()


def check_email(email: str) -> None:
    """Raise Refused beside "email" when this is not the shape of an address; none at all may be."""
    if email and not is_email(email):
        raise Refused(
            Sentence(N_("This is not a whole mail address, for example bo@example.org.")), field="email"
        )


def _check_lengths(**values: str) -> None:
    for name, value in values.items():
        if len(value) > LONGEST[name]:
            raise Refused(
                Sentence(N_("Use at most %(count)s characters."), {"count": LONGEST[name]}), field=name
            )
