"""Who is to be put on an agreement: what a form shows of the people chosen. Verb: `named`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from domain.access import Scope
from domain.records.charging import payer_key
from models import Person, db


@dataclass(frozen=True, slots=True)
class Named:
    """A person as a form shows them; `payer` is the key their share of charges stands under."""

    ref: str
    name: str
    number: str
    payer: str


def named(scope: Scope, refs: Iterable[str]) -> dict[str, Named]:
    """Ref -> person, of those that the visitor may see."""
    wanted = [ref for ref in refs if ref]
    if not wanted:
        return {}
    query = scope.select(Person, Person.ref, Person.name, Person.number, Person.id).where(
        Person.ref.in_(wanted)
    )
    return {
        ref: Named(ref, name, number, payer_key(key)) for ref, name, number, key in db.session.execute(query)
    }
