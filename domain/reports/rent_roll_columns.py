"""The columns of the rent roll: what property managers' programs print between them (rules.md, section 8)."""

from __future__ import annotations

from domain.reports.sheet import Column
from domain.words import N_, Sentence

TITLE = Sentence(N_("Rent roll"))


def _column(key: str, words: str, holds: str = "text", *, hidden: bool = False) -> Column:
    return Column(key, Sentence(words), holds, hidden=hidden)


COLUMNS = (
    _column("property", N_("Property")),
    _column("unit", N_("Unit")),
    _column("type", N_("Beds/baths"), hidden=True),
    _column("size", N_("Size"), "number", hidden=True),
    _column("status", N_("Status")),
    _column("tenants", N_("Tenants")),
    _column("market_rent", N_("Market rent"), "money"),
    _column("rent", N_("Rent"), "money"),
    _column("other_charges", N_("Other charges"), "money", hidden=True),
    _column("total_charges", N_("Total charges"), "money", hidden=True),
    _column("subsidy", N_("Subsidy"), "money", hidden=True),
    _column("concession", N_("Concession"), "money", hidden=True),
    _column("loss_to_lease", N_("Loss to lease"), "money", hidden=True),
    _column("deposit", N_("Deposit held"), "money", hidden=True),
    _column("lease_from", N_("Lease from"), "day", hidden=True),
    _column("lease_to", N_("Lease to"), "day"),
    _column("move_in", N_("Move-in"), "day", hidden=True),
    _column("notice", N_("Notice"), "day", hidden=True),
    _column("move_out", N_("Move-out"), "day", hidden=True),
    _column("last_raise_on", N_("Last increase"), "day", hidden=True),
    _column("last_raise", N_("Last increase to"), "money", hidden=True),
    _column("next_raise_on", N_("Next increase"), "day", hidden=True),
    _column("next_raise", N_("Next increase to"), "money", hidden=True),
    _column("past_due", N_("Past due"), "money"),
    _column("prepaid", N_("Prepaid"), "money"),
    _column("balance", N_("Balance"), "money"),
    _column("not_yet_due", N_("Not yet due"), "money", hidden=True),
    _column("late_count", N_("Late fees"), "number", hidden=True),
    _column("nsf_count", N_("Returned payments"), "number", hidden=True),
    _column("autopay", N_("Autopay"), "flag", hidden=True),
    _column("agreement", N_("Agreement"), hidden=True),
    _column("currency", N_("Currency"), hidden=True),
)
