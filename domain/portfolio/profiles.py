"""The books we know how to read. A profile names its columns and says what a line means; it is a plain value.

`auto_worldomni`: the loan file of a US auto lender's public filing. `lendingclub`: a public release of instalment
loans. `duebook`: our own, for spreadsheets of loans. `rent_roll`: rent rolls, whoever wrote them (docs/importing.md).
"""

from __future__ import annotations

from domain.portfolio import lendingclub, plain, rent_roll, worldomni
from domain.portfolio.profile import Profile
from domain.words import N_, Refused, Sentence

PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in (plain.PROFILE, rent_roll.PROFILE, worldomni.PROFILE, lendingclub.PROFILE)
}


def profile_named(name: str) -> Profile:
    """The profile of that name. Raises Refused naming the ones there are."""
    if name not in PROFILES:
        raise Refused(
            Sentence(
                N_("%(name)s is not a profile. Choose one of %(choices)s."),
                {"name": name[:40], "choices": ", ".join(PROFILES)},
            ),
            "profile",
        )
    return PROFILES[name]
