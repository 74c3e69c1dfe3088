"""Recovery codes: ten on paper, each stands for the second factor once. Verb: `make`.

Each is 80 random bits, shown once and kept as a hash only; a new set voids the old one (safety A19). They are used in
`second_factors.confirm_recovery_code`.
"""

from __future__ import annotations

import base64
import secrets
from datetime import datetime

from domain.actions.second_factors import Place
from domain.records.alerts import tell_owner
from domain.records.factors import factors_of, recovery_hash, void_recovery_codes
from domain.records.words_out import audit
from domain.transaction import transaction
from domain.words import N_, Refused, Sentence
from models import RecoveryCode, User

HOW_MANY = 10
BYTES = 10


def make(user_id: int, *, place: Place, now: datetime) -> tuple[str, ...]:
    """A new set of ten ("abcd-efgh-ijkl-mnop"), to be shown once; codes made before do not work any more.

    Raises Refused for a user who has no second factor that they could stand for.
    """
    made = tuple(_code() for _ in range(HOW_MANY))
    with transaction() as session:
        user = session.get_one(User, user_id, with_for_update=True)
        if not factors_of(session, user_id).any:
            raise Refused(Sentence(N_("Set up a second factor first: recovery codes stand in for it.")))
        void_recovery_codes(session, user_id, now)
        session.add_all(
            RecoveryCode(user_id=user_id, code_hash=recovery_hash(user_id, code), made_at=now)
            for code in made
        )
        session.flush()
        audit(
            session, by=f"user:{user_id}", action="recovery_code.made", subject="user", subject_id=user_id, at=now,
            address=place.address, device=place.device,
        )  # fmt: skip
        tell_owner(
            session, user, Sentence(N_("A new set of recovery codes was made for your account.")), now=now,
            base_url=place.base_url, address=place.address, device=place.device,
        )  # fmt: skip
    return made


def _code() -> str:
    text = base64.b32encode(secrets.token_bytes(BYTES)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))
