"""What is owed in charges, told apart by what it is for: rent and everything else are never one figure."""

from __future__ import annotations

from domain.kinds.base import Figure, Position
from domain.kinds.charged import called
from domain.rules.planned import BUCKET_OF_TYPE
from domain.words import N_, Sentence, Step, Trace

BUCKET_WORDS = {
    "rent": N_("Rent not yet paid."),
    "other": N_("Other charges not yet paid."),
    "lease": N_("Lease payments not yet paid."),
    "purchases": N_("Purchases not yet paid."),
    "finance": N_("Interest charged and not yet paid."),
    "deposit": N_("Security deposit not yet paid."),
    "fees": N_("Fees not yet paid."),
}


def by_bucket(position: Position) -> tuple[tuple[str, int], ...]:
    """(bucket, minor units) of what is owed in charges, in the order of `BUCKET_WORDS`; those that are not nothing."""
    sums = dict.fromkeys(BUCKET_WORDS, 0)
    for charge in position.charges:
        sums[BUCKET_OF_TYPE[charge.type]] += charge.open_minor
    return tuple((bucket, amount) for bucket, amount in sums.items() if amount)


def owed_figures(position: Position) -> tuple[Figure, ...]:
    """Rent and everything else that is owed, each by itself: they are always shown apart."""
    found = []
    for name, title, fits in (
        ("rent", N_("Rent owed"), lambda bucket: bucket == "rent"),
        ("other", N_("Other owed"), lambda bucket: bucket != "rent"),
    ):
        charges = [one for one in position.charges if fits(BUCKET_OF_TYPE[one.type])]
        owed = sum(charge.open_minor for charge in charges)
        steps = tuple(
            Step(
                Sentence(N_("%(name)s, due %(due)s."), {"name": called(charge), "due": charge.due_on}),
                charge.open_minor,
            )
            for charge in charges
        )
        if charges:
            found.append(Figure(name, Sentence(title), owed, Trace("charges.owed", 1, steps)))
    return tuple(found) if len(found) > 1 else ()
