"""Where customers send a bank transfer: the business's account per currency, from its settings, and how long it takes.

How long a transfer takes is told as the law and the schemes have it: one business day in the European Economic Area
(Directive (EU) 2015/2366, Article 83), at once by instant transfer (Regulation (EU) 2024/886); in the United Kingdom
Faster Payments within two hours; in the United States one to three business days by ACH, the same day by wire.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.rules.bank_numbers import fault_of_routing, plain_number
from domain.rules.uk_accounts import plain_account
from domain.words import N_, Refused, Sentence

PREFIX = "DUEBOOK_TRANSFER_"
_TAKES = {
    "EUR": N_("It usually arrives on the next business day; an instant transfer arrives at once."),
    "GBP": N_("It usually arrives within two hours, and by the next working day at the latest."),
    "USD": N_("It usually arrives within one to three business days; a wire arrives the same day."),
}


@dataclass(frozen=True, slots=True)
class TransferAccount:
    """The account for one currency: `rows` are (what it is, the number as people type it)."""

    name: str
    bank: str
    currency: str
    rows: tuple[tuple[Sentence, str], ...]
    iban: str = ""
    bic: str = ""

    @property
    def takes(self) -> Sentence:
        """How long a transfer to it takes."""
        return Sentence(_TAKES[self.currency])


def account_for(values: Mapping[str, str], currency: str) -> TransferAccount | None:
    """The account that takes transfers in the currency (EUR, GBP, USD), or None where the settings name none.

    `values` are the settings by their full names: DUEBOOK_TRANSFER_NAME, _BANK, and _IBAN with _BIC (EUR), _SORT_CODE
    with _ACCOUNT (GBP), _ROUTING with _ACCOUNT (USD).
    """
    ours = {
        name.removeprefix(PREFIX): text.strip() for name, text in values.items() if name.startswith(PREFIX)
    }
    rows = _ROWS[currency](ours) if currency in _ROWS else ()
    if not rows or not ours.get("NAME"):
        return None
    iban, bic = plain_number(ours.get("IBAN", "")), plain_number(ours.get("BIC", ""))
    if currency != "EUR":
        iban = bic = ""
    return TransferAccount(ours["NAME"], ours.get("BANK", ""), currency, rows, iban, bic)


def currencies(values: Mapping[str, str]) -> tuple[str, ...]:
    """The currencies in which the business takes transfers."""
    return tuple(currency for currency in _ROWS if account_for(values, currency))


def problems(values: Mapping[str, str]) -> list[str]:
    """What is wrong with the settings, in words; empty when they can be shown to customers."""
    ours = {
        name.removeprefix(PREFIX): text.strip() for name, text in values.items() if name.startswith(PREFIX)
    }
    if not any(ours.values()):
        return []
    found = []
    if not ours.get("NAME") or len(ours["NAME"]) > 70:
        found.append(f"{PREFIX}NAME must be 1 to 70 characters: transfers need the name of the account.")
    if ours.get("IBAN"):
        # Its tables take a while to load, so only those wait for them who use them.
        from domain.rules.iban import fault_of_iban

        if fault := fault_of_iban(ours["IBAN"]):
            found.append(f"{PREFIX}IBAN: {fault}")
    if ours.get("SORT_CODE"):
        try:
            plain_account(ours["SORT_CODE"], ours.get("ACCOUNT", ""))
        except Refused as refused:
            found.append(f"{PREFIX}SORT_CODE or _ACCOUNT: {refused}")
    if ours.get("ROUTING"):
        if fault := fault_of_routing(ours["ROUTING"]):
            found.append(f"{PREFIX}ROUTING: {fault}")
        if not ours.get("ACCOUNT"):
            found.append(f"{PREFIX}ACCOUNT must be set beside {PREFIX}ROUTING.")
    if not any(ours.get(name) for name in ("IBAN", "SORT_CODE", "ROUTING")):
        found.append(f"Set {PREFIX}IBAN, {PREFIX}SORT_CODE or {PREFIX}ROUTING, or none of {PREFIX}*.")
    return found


def _eur(ours: Mapping[str, str]) -> tuple[tuple[Sentence, str], ...]:
    iban = plain_number(ours.get("IBAN", ""))
    if not iban:
        return ()
    rows = [(Sentence(N_("IBAN")), " ".join(iban[place : place + 4] for place in range(0, len(iban), 4)))]
    if bic := plain_number(ours.get("BIC", "")):
        rows.append((Sentence(N_("BIC")), bic))
    return tuple(rows)


def _gbp(ours: Mapping[str, str]) -> tuple[tuple[Sentence, str], ...]:
    if not ours.get("SORT_CODE") or not ours.get("ACCOUNT"):
        return ()
    code, account = plain_account(ours["SORT_CODE"], ours["ACCOUNT"])
    typed = f"{code[:2]}-{code[2:4]}-{code[4:]}"
    return (Sentence(N_("Sort code")), typed), (Sentence(N_("Account number")), account)


def _usd(ours: Mapping[str, str]) -> tuple[tuple[Sentence, str], ...]:
    if not ours.get("ROUTING") or not ours.get("ACCOUNT"):
        return ()
    return (
        (Sentence(N_("Routing number")), plain_number(ours["ROUTING"])),
        (Sentence(N_("Account number")), plain_number(ours["ACCOUNT"])),
    )


_ROWS = {"EUR": _eur, "GBP": _gbp, "USD": _usd}
