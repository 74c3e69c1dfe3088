"""Numbers that people read are free ones, whoever typed the next before us."""

from __future__ import annotations

from domain.records.names import agreement_number, person_number, person_numbers
from domain.transaction import transaction
from models import Agreement, Person


def test_the_next_number_is_one_that_nobody_typed_or_brought_in(app, open_agreement) -> None:
    open_agreement("bo", number="L-1")
    with transaction() as session:
        following = agreement_number(session, "loan")
        at = int(following.partition("-")[2])
    for ahead in (at + 1, at + 2):  # each further agreement moves the next number on by one
        open_agreement("bo", number=f"L-{ahead + 1}")
    with transaction() as session:
        free = agreement_number(session, "loan")
        assert session.query(Agreement).filter(Agreement.number == free).first() is None
    open_agreement("bo", number=free)


def test_an_import_numbers_its_people_around_the_numbers_that_others_have(app, house) -> None:
    with transaction() as session:
        first = int(person_number(session).partition("-")[2])
        taken = session.query(Person).order_by(Person.id).limit(2).all()
        taken[0].number, taken[1].number = f"C-{first + 1}", f"C-{first + 4}"
    with transaction() as session:
        found = person_numbers(session, 4)
    assert found == [f"C-{first + more}" for more in (0, 2, 3, 5)]
