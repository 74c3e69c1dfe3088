"""Rent rolls and lists of tenants as programs of property managers write them (AppFolio, Buildium, DoorLoop, Yardi,
OneSite).

Their headings differ; the profile knows them by their usual names (docs/importing.md). A line becomes a property and a
unit, and where somebody lives there a rental with its rent and other charges, the deposit held, what is past due and
what was paid ahead.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.portfolio import rent_roll_words as words
from domain.portfolio.cells import Cells, Options
from domain.portfolio.columns import Field
from domain.portfolio.profile import Profile
from domain.portfolio.rent_roll_layout import FUTURE, NAMES, PROPERTY, WHAT, arrange
from domain.portfolio.rent_roll_terms import terms_of
from domain.portfolio.signed import signed
from domain.rules.documents import to_document
from domain.rules.sign_in_names import is_email
from domain.words import N_, Sentence

PEOPLE = ("person", "person_2", "person_3", "person_4", "person_5", "person_6")
"""Where the tenants of a prepared rental stand; the first is who is reached by the file's e-mail and telephone."""


def _meaning(cells: Cells, as_of: date, options: Options) -> dict[str, Any] | None:
    house, unit = _house(cells), _unit(cells)
    status, people = cells.text("status", 80), _names(cells)
    if cells.refused or house is None or unit is None:
        return None
    if cells.raw(WHAT) == FUTURE or words.is_gone_or_coming(status):
        cells.refuse("status", Sentence(N_("This tenancy is over or has not begun, so it is left out.")))
        return None
    if words.is_nobody(status) or not people or words.is_nobody(people[0]):
        number = f"{house['name']} / {unit['name']}"
        return {"kind": "unit", "number": number, "place": number, "property": house, "unit": unit}
    terms = terms_of(cells, as_of, options, status)
    opening = _opening(cells)
    persons = _persons(cells, people)
    if terms is None or opening is None or cells.refused:
        return None
    made = {
        "kind": "rental",
        "number": cells.text("number", 48)
        or words.number_of(house["name"], unit["name"], f"{terms.from_on:%Y%m}"),
        "place": f"{house['name']} / {unit['name']}",
        "title": f"{house['name']}, {unit['name']}"[:200],
        "status": "active",
        "start": terms.from_on.isoformat(),
        "ends": terms.to_on.isoformat() if terms.to_on else "",
        "terms": to_document(terms),
        "rent": sum(line.amount_minor for line in terms.lines)
        - sum(off.amount_minor for off in terms.concessions),
        "property": house,
        "unit": unit,
        **opening,
    }
    return made | dict(zip(PEOPLE, persons, strict=False))


def _house(cells: Cells) -> dict[str, str] | None:
    name, address = words.house_and_address(cells.text("property", 500) or cells.text(PROPERTY, 500))
    address = cells.text("property_address", 500) or address
    if not name:
        cells.refuse("property", Sentence(N_("No property is named, neither here nor above the line.")))
        return None
    if len(name) > 120:
        cells.refuse("property", Sentence(N_("This is longer than %(most)s letters."), {"most": 120}))
        return None
    return {"name": name, "address": address}


def _unit(cells: Cells) -> dict[str, Any] | None:
    name = " ".join(cells.text("unit", 60).split()) or "1"
    beds, baths = words.rooms(cells.raw("rooms"))
    said_beds, said_baths, size = (words.number(cells.raw(part)) for part in ("beds", "baths", "size"))
    market = signed(cells, "market_rent")
    if market < 0:
        cells.warn("market_rent", Sentence(N_("A market rent below zero was left out.")))
    if said_beds is not None and said_beds <= 100:
        beds = int(said_beds)
    if said_baths is not None and said_baths <= 100:
        baths = said_baths
    unit: dict[str, Any] = {"name": name, "market_rent": max(market, 0)}
    if beds is not None:
        unit["beds"] = beds
    if baths is not None:
        unit["baths"] = format(baths, "f")
    if size is not None and size <= 10_000_000:
        unit["size"] = int(size)
    return unit


def _names(cells: Cells) -> list[str]:
    first, last = cells.text("first_name", 100), cells.text("last_name", 100)
    given = cells.text("tenant", 500) or f"{first} {last}".strip()
    return words.names(given, cells.text("other_tenants", 500), cells.text(NAMES, 1_000))


def _persons(cells: Cells, people: list[str]) -> list[dict[str, str]]:
    """The tenants as they will be put on the rental; one e-mail or telephone is the first one's."""
    if len(people) > len(PEOPLE):
        most = {"most": len(PEOPLE)}
        cells.warn(
            "tenant",
            Sentence(N_("At most %(most)s tenants are put on a rental; the others were left out."), most),
        )
    emails = [
        part
        for part in cells.text("email", 500).replace(";", ",").replace("\n", ",").split(",")
        if part.strip()
    ]
    phones = [
        part
        for part in cells.text("phone", 200).replace(";", ",").replace("\n", ",").split(",")
        if part.strip()
    ]
    address = cells.text("address", 500)
    persons = []
    for place, name in enumerate(people[: len(PEOPLE)]):
        if len(name) > 200:
            cells.refuse("tenant", Sentence(N_("This is longer than %(most)s letters."), {"most": 200}))
        email = emails[place].strip() if place < len(emails) else ""
        if email and not is_email(email):
            cells.warn("email", Sentence(N_("This is not an e-mail address; it was left out.")))
            email = ""
        phone = phones[place].strip()[:40] if place < len(phones) else ""
        found = {"name": name, "email": email, "phone": phone, "address": "" if place else address}
        persons.append({key: value for key, value in found.items() if value})
    return persons


def _opening(cells: Cells) -> dict[str, int] | None:
    """What is held, owed and paid ahead. A balance below zero was paid ahead."""
    deposit = signed(cells, "deposit") + signed(cells, "other_deposit")
    ahead = signed(cells, "prepaid")
    owed_name = "past_due" if "past_due" in cells.places else "balance"
    owed = signed(cells, owed_name)
    if deposit < 0:
        cells.refuse("deposit", Sentence(N_("The deposit must be zero or above.")))
        return None
    if owed < 0:
        ahead, owed = max(abs(ahead), -owed), 0
    return {"deposit": deposit, "past_due": owed, "prepaid": abs(ahead)}


PROFILE = Profile(
    name="rent_roll",
    title=Sentence(N_("Rent roll: AppFolio, Buildium, DoorLoop, Yardi, OneSite or a spreadsheet")),
    fields=(
        Field("number", also=("lease_number", "lease_id", "agreement_number", "occupancy_id", "lease_no", "resh_id",
                              "resident_code", "tenant_code", "tenant_id", "resident_id")),
        Field("property", also=("property_name", "property_address_name", "building", "building_name", "community")),
        Field("property_address", also=("property_street_address_1", "building_address")),
        Field("unit", also=("unit_number", "unit_name", "unit_no", "apt", "apartment", "bldg_unit", "bldg_apt", "space",
                            "unit_s", "units")),
        Field("tenant", also=("tenants", "tenant_s", "tenant_name", "tenant_names", "lease_tenants", "name",
                              "resident_name", "residents", "resident", "lessee", "occupant", "customer", "lease_name",
                              "leaseholder")),
        Field("first_name", also=("tenant_first_name",)),
        Field("last_name", also=("tenant_last_name",)),
        Field("other_tenants", also=("additional_tenants", "co_tenants", "roommates", "other_occupants")),
        Field("email", also=("tenant_email", "emails", "e_mail", "email_address", "primary_email")),
        Field("phone", also=("tenant_phone_number", "phone_number", "phone_numbers", "phones", "mobile_phone",
                             "cell_phone", "telephone", "primary_phone")),
        Field("address", also=("tenant_address", "mailing_address")),
        Field("status", also=("unit_lease_status", "lease_status", "tenant_status", "unit_status", "occupancy_status",
                              "occupancy")),
        Field("lease_type", also=("term", "lease_term", "rent_type")),
        Field("rooms", also=("bd_ba", "bed_bath", "beds_baths", "bedrooms_bathrooms", "bed_bath_count")),
        Field("beds", also=("bedrooms", "bed", "br", "bd")),
        Field("baths", also=("bathrooms", "bath", "ba")),
        Field("size", also=("sqft", "sq_ft", "unit_sq_ft", "square_feet", "sf", "unit_size", "square_footage", "area",
                            "unit_sqft", "size_sqft", "resident_sq_ft")),
        Field("market_rent", "signed", also=("market", "market_addl", "market_rate", "market_rent_amount")),
        Field("rent", "signed", also=("actual_rent", "lease_rent", "monthly_rent", "current_rent", "rent_amount",
                                      "contract_rent", "total_rent", "recurring_rent", "recurring_charge_amount")),
        Field("charge_code", also=("trans_code", "code", "charge_type", "charge")),
        Field("charge_amount", "signed", also=("amount", "charge_amt", "scheduled_charges")),
        Field("other_charges", "signed", also=("other_charges_credits", "additional_charges", "recurring_charges",
                                               "misc", "other_recurring_charges")),
        Field("deposit", "signed", also=("security_deposit", "deposits_held", "deposit_held", "dep_on_hand", "deposits",
                                         "resident_deposit", "security_deposits_held", "deposit_on_hand")),
        Field("other_deposit", "signed", also=("other_deposits", "pet_deposit")),
        Field("lease_from", "day", also=("lease_start", "start_date", "lease_start_date", "lease_begin", "start",
                                         "current_lease_start", "lease_from_date", "lease_sign_date")),
        Field("lease_to", "day", also=("lease_end", "end_date", "lease_end_date", "lease_expiration", "lease_expires",
                                       "expiration", "end", "lease_exp", "lease_expiration_date", "lease_to_date")),
        Field("move_in", "day", also=("move_in_date", "moved_in", "movein")),
        Field("move_out", "day", also=("move_out_date", "moved_out", "moveout", "expected_move_out")),
        Field("past_due", "signed", also=("amount_past_due", "overdue", "delinquent", "delinquent_rent",
                                          "total_past_due", "amount_overdue")),
        Field("balance", "signed", also=("balance_due", "current_balance", "outstanding_balance", "total_balance_due",
                                         "amount_owed", "open_balance", "account_balance", "amount_receivable")),
        Field("prepaid", "signed", also=("prepayments", "prepayment", "prepaid_rent", "credits", "prepays",
                                         "prepaid_balance")),
    ),
    default_as_of=lambda options: options.today,
    meaning=_meaning,
    arrange=arrange,
)  # fmt: skip
