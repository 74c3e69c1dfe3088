"""A closed month as its page and its paper show it, from what was frozen and from nothing else. Also the report of
all owner statements. Read-only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import func

from domain.access import Scope
from domain.reports.owners import MOVEMENT_WORDS, line_words, spent_words
from domain.reports.sheet import Asked, Column, Row, Sheet
from domain.words import N_, Sentence
from models import OwnerStatement, Person, Property, db
from papers.owner_statement import Lines, OwnerPaper, Text

TITLE = Sentence(N_("Owner statements"))
_AMOUNTS = (
    ("beginning", N_("Beginning cash")), ("income", N_("Income")), ("spent", N_("Expenses")),
    ("fee", N_("Management fee")), ("net", N_("Owner's share")), ("put_in", N_("Put in")), ("drawn", N_("Paid out")),
    ("ending", N_("Ending cash")), ("reserve", N_("Reserve")), ("available", N_("Available for payment")),
)  # fmt: skip
COLUMNS = (
    Column("house", Sentence(N_("Property"))),
    Column("owner", Sentence(N_("Owner"))),
    Column("month", Sentence(N_("Month")), "day"),
    Column("share", Sentence(N_("Share")), hidden=True),
    *(Column(key, Sentence(words), "money") for key, words in _AMOUNTS),
    Column("currency", Sentence(N_("Currency")), hidden=True),
)


def paper(
    body: Mapping[str, Any], first: date, last: date, currency: str, test_mode: bool = False
) -> OwnerPaper:
    """The statement that a body (frozen, or as it would be) says."""
    month, account = body["month"], body["account"]
    costs: list[tuple[Text, int]] = [(_spent(line), -line["amount_minor"]) for line in month["expenses"]]
    if month["fee_minor"]:
        costs.append((Sentence(N_("Management fee")), -month["fee_minor"]))
    return OwnerPaper(
        letterhead=body.get("letterhead", ()),
        owner=body["owner"],
        house=body["house"],
        address=body["address"],
        share=body["share"],
        currency=currency,
        period_from=first,
        period_to=last,
        income=[(line_words(type_), amount) for type_, amount in month["income"]],
        costs=costs,
        net_minor=month["net_minor"],
        account=_account(body["share"], account),
        ending_minor=account["ending_minor"],
        reserve_minor=account["reserve_minor"],
        available_minor=account["available_minor"],
        deposits_minor=month["deposits_minor"],
        prepaid_minor=month["prepaid_minor"],
        lets=[(_let(line), line["amount_minor"]) for line in month.get("lets", ())],
        test_mode=test_mode,
    )


def _account(share: str, account: Mapping[str, Any]) -> Lines:
    return [
        (Sentence(N_("Beginning cash")), account["beginning_minor"]),
        (Sentence(N_("Your share of the month, %(share)s %%"), {"share": share}), account["net_minor"]),
        *((_moved(line), line["amount_minor"]) for line in account["movements"]),
    ]


def _moved(line: Mapping[str, Any]) -> Sentence:
    words = Sentence(MOVEMENT_WORDS[line["type"]])
    day = date.fromisoformat(line["day"])
    if not line["reference"]:
        return Sentence(N_("%(what)s on %(day)s"), {"what": words, "day": day})
    said = {"what": words, "day": day, "reference": line["reference"]}
    return Sentence(N_("%(what)s on %(day)s: %(reference)s"), said)


def _let(line: Mapping[str, Any]) -> Text:
    """A unit with its tenants; the rest belongs to days of months that were told before."""
    told = " · ".join(part for part in (line["unit"], line["tenants"]) if part)
    return told or Sentence(N_("For days of earlier months"))


def _spent(line: Mapping[str, Any]) -> Sentence:
    """One expense in a line: the day, what for, and what was written down of it."""
    told = " · ".join(part for part in (line["unit"], line["vendor"], line["description"]) if part)
    said = {"day": date.fromisoformat(line["day"]), "what": spent_words(line), "told": told}
    if line["back"]:
        return Sentence(N_("%(day)s, taken back: %(what)s %(told)s"), said)
    return Sentence(N_("%(day)s, %(what)s: %(told)s") if told else N_("%(day)s, %(what)s"), said)


def make(scope: Scope, asked: Asked) -> Sheet:
    """The closed months that end from `asked.since` to `asked.until`, each opening its statement."""
    query = (
        scope.select(OwnerStatement, OwnerStatement, Property.name, Person.name)
        .join(Property, Property.id == OwnerStatement.property_id)
        .join(Person, Person.id == OwnerStatement.person_id)
        .where(OwnerStatement.period_to.between(asked.since, asked.until))
    )
    if asked.property_ref:
        query = query.where(Property.ref == asked.property_ref)
    sums = query.with_only_columns(OwnerStatement.currency, func.sum(OwnerStatement.net_minor)).group_by(
        OwnerStatement.currency
    )
    totals = [
        Row({"house": Sentence(N_("All statements")), "net": int(total), "currency": currency}, kind="total")
        for currency, total in db.session.execute(sums.order_by(OwnerStatement.currency))
    ]
    notes = (
        Sentence(
            N_("Income, expenses and the fee are those of the whole property, the rest is the owner's.")
        ),
    )
    return Sheet("owner_statement", TITLE, asked, COLUMNS, _rows(query), totals, notes=notes)


def _rows(query: Any) -> Iterator[Row]:
    ordered = query.order_by(Property.name, OwnerStatement.period_from, OwnerStatement.id)
    for said, house, owner in db.session.execute(ordered):
        month, account = said.body["month"], said.body["account"]
        yield Row(
            {
                "house": house, "owner": owner, "month": said.period_from, "share": f"{said.body['share']} %",
                "beginning": account["beginning_minor"], "income": month["collected_minor"],
                "spent": month["spent_minor"], "fee": month["fee_minor"], "net": said.net_minor,
                "put_in": account["contributions_minor"], "drawn": account["draws_minor"],
                "ending": account["ending_minor"], "reserve": account["reserve_minor"],
                "available": account["available_minor"], "currency": said.currency,
            },
            link=("office.owner_statement", {"ref": said.ref}),
        )  # fmt: skip
