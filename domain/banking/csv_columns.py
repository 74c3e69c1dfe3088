"""What the columns of a bank's CSV are called, in the languages of the banks we met, and how its cells are spelled.

Headings are compared folded (`portfolio.columns.fold`): "Buchungstag" is buchungstag, "Paid in (£)" is paid_in.
"""

from __future__ import annotations

import re
from datetime import date

from domain.portfolio.columns import Field
from domain.portfolio.readings import read_amount, read_day
from domain.words import N_, Refused, Sentence

FIELDS = (
    Field("booked_on", "day", True, (
        "buchungstag", "buchungsdatum", "booking_date", "booked", "date_booked", "posting_date", "posted_date",
        "post_date", "transaction_date", "date", "datum", "created", "completed_date", "fecha",
        "fecha_operacion", "data",
    )),
    Field("value_on", "day", False, (
        "valutadatum", "valuta", "wertstellung", "wert", "value_date", "interest_date", "fecha_valor",
    )),
    Field("amount", "amount", False, (
        "betrag", "amount", "betrag_eur", "umsatz", "transaction_amount", "amount_usd", "amount_gbp", "inflow",
        "importe", "value", "bedrag", "montant",
    )),
    Field("credit", "amount", False, (
        "haben", "credit", "credit_amount", "credits", "paid_in", "money_in", "deposit", "deposits", "deposit_amt",
        "gutschrift", "abono", "received",
    )),
    Field("debit", "amount", False, (
        "soll", "debit", "debit_amount", "debits", "paid_out", "money_out", "withdrawal", "withdrawals",
        "withdrawal_amt", "lastschrift", "outflow", "cargo", "spent",
    )),
    Field("direction", "text", False, (
        "credit_debit", "dr_cr", "s_h", "soll_haben", "cr_dr", "debit_credit", "af_bij",
    )),
    Field("name", "text", False, (
        "beguenstigter_zahlungspflichtiger", "auftraggeber_beguenstigter", "auftraggeber_empf_nger", "name", "payee",
        "zahlungsempf_nger", "payer", "counterparty", "counter_party", "beg_nstigter", "auftraggeber", "merchant",
        "beneficiary", "ordenante",
    )),
    Field("text", "text", False, (
        "verwendungszweck", "description", "details", "memo", "narrative", "transaction_description", "notes",
        "buchungstext", "text", "concepto", "particulars", "omschrijving", "libelle",
    )),
    Field("bank_ref", "text", False, (
        "transaction_id", "id", "fitid", "reference_number", "transaction_reference", "bank_reference", "unique_id",
    )),
    Field("check_number", "text", False, (
        "check_number", "check_no", "check", "cheque_number", "cheque_no", "check_or_slip", "chq_ref_no",
    )),
    Field("balance", "amount", False, (
        "saldo", "balance", "running_balance", "running_bal", "closing_balance", "account_balance", "kontostand",
        "saldo_nach_buchung",
    )),
    Field("account", "text", False, (
        "auftragskonto", "account", "account_number", "iban_auftragskonto", "own_account", "konto", "cuenta",
    )),
    Field("currency", "text", False, ("waehrung", "w_hrung", "currency", "ccy", "currency_code", "divisa", "moneda")),
)  # fmt: skip
"""What a statement's columns may hold; `amount`, or `credit` and `debit`, must be there."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SHORT_YEAR = re.compile(r"([0-9]{1,2}[-/.][0-9]{1,2}[-/.])([0-9]{2})", re.ASCII)
_NAMED = re.compile(r"([0-9]{1,2})[ -]([A-Za-z]{3})[A-Za-z]*[ -,]+((?:20)?[0-9]{2})", re.ASCII)
_NAMED_FIRST = re.compile(r"([A-Za-z]{3})[A-Za-z]*\.? ([0-9]{1,2}),? (20[0-9]{2})", re.ASCII)
_COMPACT = re.compile(r"(20[0-9]{2})([0-9]{2})([0-9]{2})", re.ASCII)
_MINUS = str.maketrans("−–", "--")
_IN = frozenset({"c", "cr", "crdt", "credit", "h", "haben", "in", "bij", "+"})
_OUT = frozenset({"d", "dr", "dbit", "debit", "s", "soll", "out", "af", "-"})


def bare_day(text: str) -> str:
    """A date as `portfolio.readings` reads it: without its time, with all four digits of its year (this century)."""
    day = text.strip().rstrip(".")
    if named := _NAMED.fullmatch(day):
        return _named(named[3], named[2], named[1]) or day
    if named := _NAMED_FIRST.fullmatch(day):
        return _named(named[3], named[1], named[2]) or day
    day = day.split("T")[0].split(" ")[0]
    if compact := _COMPACT.fullmatch(day):
        return f"{compact[1]}-{compact[2]}-{compact[3]}"
    if short := _SHORT_YEAR.fullmatch(day):
        return f"{short[1]}20{short[2]}"
    return day


def _named(year: str, month: str, day: str) -> str:
    if month.lower() not in _MONTHS:
        return ""
    whole = year if len(year) == 4 else f"20{year}"
    return f"{whole}-{_MONTHS.index(month.lower()) + 1:02}-{int(day):02}"


def day_of(text: str, order: str) -> date:
    """The day in a cell. Raises Refused for none, or for one that can be read in two ways."""
    return read_day(bare_day(text), order)


def bare_amount(text: str) -> tuple[int, str]:
    """(sign, digits and marks) of an amount: -12.00, 12.00-, (12.00) and 12.00 DR are money that went."""
    body = text.strip().translate(_MINUS)
    sign = 1
    if body.startswith("(") and body.endswith(")"):
        sign, body = -1, body[1:-1].strip()
    words = body.split()
    if len(words) > 1 and words[-1].lower().rstrip(".") in ("dr", "cr"):
        sign, body = (-1 if words[-1].lower().startswith("d") else 1), " ".join(words[:-1])
    if body.endswith(("-", "+")):
        sign, body = (-sign if body.endswith("-") else sign), body[:-1].strip()
    if "-" in body[:4]:
        sign, body = -sign, body.replace("-", "", 1)
    return sign, body.strip().lstrip("+").strip()


def signed_amount(text: str, currency: str, style: str) -> int:
    """An amount in minor units with its sign. Raises Refused for what is none, or can be read in two ways."""
    sign, body = bare_amount(text)
    return sign * read_amount(body, currency, style)


def direction_of(text: str) -> int:
    """1 for money that came, -1 for money that went. Raises Refused for a word that says neither."""
    word = text.strip().lower().rstrip(".")
    if word in _IN:
        return 1
    if word in _OUT:
        return -1
    words = N_("%(text)s does not say whether money came or went.")
    raise Refused(Sentence(words, {"text": text[:24]}))
