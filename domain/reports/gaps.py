"""What does not fit together in the agreements, so that somebody can mend it before it costs money. Read-only.

Each line says what is wrong, since when, and leads to the page where it is mended. Verbs: `found`, `counts`, `make`.
The looks themselves are `domain.reports.gap_looks` and `domain.reports.gap_autopay`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from domain.access import Scope
from domain.reports import gap_autopay, gap_looks
from domain.reports.gap_looks import Gap
from domain.reports.office_views import holders_of
from domain.reports.sheet import Asked, Column, Row, Sheet
from domain.words import N_, Sentence

TITLE = Sentence(N_("Gaps"))
WORDS: Mapping[str, str] = {
    "no_rent": N_("The rent of this period is missing"),
    "rent_zero": N_("The rent is zero"),
    "expired": N_("The lease is over and nobody moved out"),
    "overlap": N_("Two leases of one unit on the same days"),
    "autopay": N_("Autopay takes less than what falls due"),
    "credit": N_("Credit is kept while something is owed"),
    "no_person": N_("Nobody is on the agreement"),
    "no_unit": N_("A rental of no unit"),
}
"""Every kind of gap, in the order of the page."""
WHY: Mapping[str, str] = {
    "no_rent": N_("The terms ask for rent that was never charged: it is missing from the rent roll."),
    "rent_zero": N_("Somebody lives there and the terms ask for no rent on this day."),
    "expired": N_("Rent no longer falls due. Record the move-out, or let the lease go on."),
    "overlap": N_("Only one of them can be right: end one, or move its days."),
    "autopay": N_("The rest becomes late although the person believes that everything is paid."),
    "credit": N_("The money is there. Take a payment with it, or give it back."),
    "no_person": N_("Nobody is reminded and nobody can pay online."),
    "no_unit": N_("It is in no rent roll until it names its unit."),
}
_COLUMNS = (
    Column("what", Sentence(N_("What is wrong"))),
    Column("agreement", Sentence(N_("Agreement"))),
    Column("place", Sentence(N_("Unit"))),
    Column("who", Sentence(N_("Who"))),
    Column("since", Sentence(N_("Since")), "day"),
    Column("said", Sentence(N_("In words"))),
)
CHOICES = {"what": WORDS}


def found(scope: Scope, on: date, property_ref: str = "") -> Mapping[str, Sequence[Gap]]:
    """What is wrong as of a day -> its lines, the oldest first; only what there is, in the order of `WORDS`."""
    every = gap_looks.looked(scope, on, property_ref) + gap_autopay.looked(scope, on, property_ref)
    rows = sorted(every, key=lambda gap: (gap.since, gap.number))
    return {what: mine for what in WORDS if (mine := [gap for gap in rows if gap.what == what])}


def counts(scope: Scope, on: date) -> Mapping[str, int]:
    """What is wrong -> how often; only what there is."""
    return {what: len(gaps) for what, gaps in found(scope, on).items()}


def names(gaps: Mapping[str, Sequence[Gap]]) -> Mapping[int, str]:
    """Agreement id -> the people on it, as one text."""
    ids = sorted({gap.agreement_id for some in gaps.values() for gap in some})
    return {key: ", ".join(one.name for one in people) for key, people in holders_of(ids).items()}


def make(scope: Scope, asked: Asked) -> Sheet:
    """The same lines as a report, for its files."""
    gaps = found(scope, asked.today, asked.property_ref)
    if asked.what:
        gaps = {what: some for what, some in gaps.items() if what == asked.what}
    people = names(gaps)
    rows = [
        Row(
            {
                "what": Sentence(WORDS[what]), "agreement": gap.number, "place": gap.place,
                "who": people.get(gap.agreement_id, ""), "since": gap.since, "said": gap.said,
            },
            gap.mend,
            opens={"agreement": ("office.agreement", {"ref": gap.agreement_ref})},
        )
        for what, some in gaps.items()
        for gap in some
    ]  # fmt: skip
    return Sheet("gaps", TITLE, asked, _COLUMNS, rows)
