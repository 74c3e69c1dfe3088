"""The people an import names, put on their agreements. One person per name and e-mail, or name, phone and address.

Somebody the business knows under the same name and address of either kind is taken instead of made again; a name alone
never joins two lines, since two people may share it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from domain.actions.imports_rows import add_all
from domain.records import search_words
from domain.records.names import new_ref, person_numbers
from domain.rules.sign_in_names import folded
from models import AgreementParty, Person

_PARTIES = insert(AgreementParty.__table__)

Key = tuple[str, ...]


class People:
    """Everybody met so far in one batch."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.known: dict[Key, int] = {}

    def put(
        self, session: Session, ids: list[int], prepared: list[dict[str, Any]], place: str = "person"
    ) -> dict[int, int]:
        """Put the people of these agreements on them; returns agreement id -> person id where there is one.

        `place`: where in what was prepared they stand; those of other places than the first are joint holders.
        """
        role = "customer" if place == "person" else "joint"
        wanted = [
            (agreement_id, said, said[place])
            for agreement_id, said in zip(ids, prepared, strict=True)
            if place in said
        ]
        if not wanted:
            return {}
        self._find(session, {person["name"] for _, _, person in wanted})
        persons = self._ids(session, [person for _, _, person in wanted])
        session.execute(
            _PARTIES,
            [
                {"agreement_id": key, "person_id": person_id, "role": role,
                 "from_on": date.fromisoformat(said["start"]), "until_on": None}
                for (key, said, _), person_id in zip(wanted, persons, strict=True)
            ],
        )  # fmt: skip
        return {key: person_id for (key, _, _), person_id in zip(wanted, persons, strict=True)}

    def _find(self, session: Session, names: set[str]) -> None:
        """Learn who of these names is here already."""
        rows = session.execute(
            select(Person.id, Person.name, Person.email, Person.phone, Person.address)
            .where(Person.name.in_(names))
            .order_by(Person.id)
        )
        for person_id, name, email, phone, address in rows:
            key = person_key({"name": name, "email": email, "phone": phone, "address": address})
            if key:
                self.known.setdefault(key, person_id)

    def _ids(self, session: Session, persons: list[dict[str, str]]) -> list[int]:
        """The id of each of these people, made where nobody of the kind is known."""
        fresh: dict[Key, dict[str, str]] = {}
        keys: list[Key] = []
        for position, person in enumerate(persons):
            key = person_key(person) or ("", str(position))
            keys.append(key)
            if key not in self.known:
                fresh.setdefault(key, person)
        found = dict(self.known)
        if fresh:
            numbers = person_numbers(session, len(fresh))
            rows = [self._row(person, number) for person, number in zip(fresh.values(), numbers, strict=True)]
            made = add_all(session, Person.__table__, rows)
            search_words.keep(session, "person", made, fresh=True)
            found |= dict(zip(fresh, made, strict=True))
            self.known |= {key: found[key] for key in fresh if key[0]}
        return [found[key] for key in keys]

    def _row(self, person: dict[str, str], number: str) -> dict[str, Any]:
        email = person.get("email", "")
        return {
            "ref": new_ref(),
            "number": number,
            "name": person["name"],
            "email": email,
            "email_folded": folded(email),
            "phone": person.get("phone", ""),
            "address": person.get("address", ""),
            "language": "",
            "created_at": self.now,
        }


def person_key(person: dict[str, str]) -> Key:
    """By what a person is known again; empty where only a name is given."""
    name, email = folded(person["name"]), folded(person.get("email", ""))
    if email:
        return (name, email)
    phone, address = person.get("phone", ""), person.get("address", "")
    return (name, "", phone, address) if phone or address else ()
