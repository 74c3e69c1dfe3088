"""One page says everything about one person, and nothing about anybody else."""

from __future__ import annotations

from tests.fixtures.four_kinds import open_lease_for, open_rental_for


def test_the_page_of_a_person_shows_agreements_roles_ways_to_pay_promises_holds_notes_and_messages(
    house, open_agreement, pay
):
    dana = house.client("dana")
    loan = open_agreement("bo", number="L-1", title="Camry")
    open_rental_for(house, "bo", "tess")
    open_lease_for(house, "tess")
    pay("bo", loan, 5_000)
    bo = house.person("bo")
    page = dana.get(f"/office/people/{bo}").text
    for words in ("L-1", "RENT-", "$50.00", "Ways to pay", "ending", "Off on every agreement", "None stands",
                  "Notes", "Messages sent", "Take a payment"):  # fmt: skip
        assert words in page, words
    assert "Corner sofa" not in page
    assert "4 Mill Lane" not in page
