"""Add a bank account that the customer types on our own page, for a gateway of files. Verbs: `add`, `confirm_amounts`.

The number is sealed as soon as it is right and never shown again: only its last four digits are. Before the first debit
the account is proved as the gateway wishes: by a debit of nothing that the bank would return (prenote), or by two small
credits whose amounts the owner reads off the account (micro). The file that carries them is made elsewhere
(`domain.actions.batches`).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain import sealing
from domain.access import Scope
from domain.actions.methods import added, saved_before
from domain.actions.second_factors import Place
from domain.records.batch_extras import AMOUNTS_PLACE
from domain.records.methods import keep_method, lead_where_none_does, no_such_method, own_method, told
from domain.records.names import new_ref
from domain.rules.account_entry import COUNTRY, FIELDS, Typed, bare, typed_problems
from domain.rules.bank_numbers import plain_number
from domain.transaction import transaction
from domain.words import N_, Refused, Sentence
from gateways import registry
from gateways.files import BankAccount, FileGateway
from models import PaymentMethod, Person

MOST_TRIES = 3
MOST_TEST_MINOR = 99
FINGERPRINT = "payment_method.account"


class WrongAccount(Refused):
    """An account that cannot be taken; `problems` says by field why."""

    def __init__(self, problems: Mapping[str, Sentence]):
        field, sentence = next(iter(problems.items()))
        super().__init__(sentence, field)
        self.problems = dict(problems)


def file_gateway(name: str) -> FileGateway:
    """The gateway of files called `name` for which accounts are typed here. Raises Gone when it is not offered."""
    try:
        found = registry.by_file(name)
    except LookupError:
        raise no_such_method() from None
    if name not in FIELDS:
        raise no_such_method()
    return found


def add(
    gateway: str, typed: Typed, *, keep: bool, named: str, setup_ref: str, who: Scope, now: datetime,
    place: Place | None = None,
) -> str:  # fmt: skip
    """Keep the account; returns its method's ref. The same `setup_ref` (from the form) again returns the same one.

    `named` is what an account is called in the customer's language where no table knows the bank. Raises WrongAccount,
    naming each field; Gone for a gateway that is not offered.
    """
    way = file_gateway(gateway)
    wish = (way, typed, keep, named, setup_ref, who, now, place)
    try:
        return _add(*wish)
    except IntegrityError:
        # Two clicks at the same instant: the second one finds what the first one kept.
        return _add(*wish)


def _add(
    way: FileGateway, typed: Typed, keep: bool, named: str, setup_ref: str, who: Scope, now: datetime,
    place: Place | None,
) -> str:  # fmt: skip
    with transaction() as session:
        if known := saved_before(session, setup_ref, who):
            return known
        payer = session.scalar(select(Person.name).where(Person.id == who.person_id)) or ""
        account = account_of(way.name, typed)
        problems = typed_problems(typed, payer)
        for field, sentence in way.check_account(account).items():
            problems.setdefault(field, sentence)
        if problems:
            raise WrongAccount(problems)
        _refuse_twice(session, account, who)
        bank = way.bank_name(account)[:60]
        ref = new_ref()
        method = keep_method(
            session,
            {
                "ref": ref, "gateway": way.name, "setup_ref": setup_ref, "kind": "bank",
                "label": f"{bank or named} ••{account.number[-4:]}"[:80], "last4": account.number[-4:],
                "bank_name": bank, "account_type": account.account_type, "holder": account.holder,
                "country": account.country, "kept": keep, "fingerprint": fingerprint_of(account),
                **_proof(way.verifies, ref),
            },
            json.dumps(asdict(account)), who=who, now=now,
        )  # fmt: skip
        told(
            session, method, "method.saved", who=who, now=now, place=place,
            detail={"owner": typed.owner, "gateway": way.name}, said=added(method),
        )  # fmt: skip
        return ref


def account_of(gateway: str, typed: Typed) -> BankAccount:
    """The account as the scheme wants it, numbers without spaces."""
    number = plain_number(typed.number) if gateway != "ach_file" else bare(typed.number)
    country = COUNTRY.get(gateway) or number[:2]
    asked = FIELDS[gateway]
    return BankAccount(
        number=number,
        routing=plain_number(typed.routing) if "routing" in asked else "",
        account_type=typed.account_type if "account_type" in asked else "",
        holder=" ".join(typed.holder.split()),
        country=country,
    )


def _named(account: BankAccount) -> str:
    return f"{account.country}:{account.routing}:{account.number}"


def fingerprint_of(account: BankAccount) -> str:
    """A keyed hash by which an account that is added twice is found."""
    return sealing.keyed_hash(_named(account), FINGERPRINT)


def _refuse_twice(session: Session, account: BankAccount, who: Scope) -> None:
    """The same account of the same person is kept once; keys may have changed since, so each is looked at."""
    rows = session.execute(
        select(PaymentMethod.fingerprint, PaymentMethod.label).where(
            PaymentMethod.person_id == who.person_id, PaymentMethod.removed_at.is_(None),
            PaymentMethod.fingerprint != "", PaymentMethod.last4 == account.number[-4:], PaymentMethod.kept,
        )
    )  # fmt: skip
    for row in rows:
        if sealing.is_keyed_hash(_named(account), FINGERPRINT, row.fingerprint):
            words = N_("This account is saved already: %(label)s.")
            raise WrongAccount({"number": Sentence(words, {"label": row.label})})


def _proof(how: str, ref: str) -> dict[str, Any]:
    """What a new account waits for before its first debit."""
    if how == "prenote":
        return {"verification": "sent"}
    if how != "micro":
        return {}
    first = 1 + secrets.randbelow(MOST_TEST_MINOR)
    second = 1 + (first + secrets.randbelow(MOST_TEST_MINOR - 1)) % MOST_TEST_MINOR
    sealed = sealing.seal(json.dumps([first, second]), AMOUNTS_PLACE.format(ref))
    return {"verification": "sent", "verify_amounts_sealed": sealed}


def confirm_amounts(
    method_ref: str, amounts: Sequence[int], *, who: Scope, now: datetime, place: Place | None = None
) -> None:
    """Prove an account by the two amounts (minor units, in any order) that came to it; three tries.

    Raises Gone for a method that is not theirs or waits for nothing typed, Refused for wrong amounts; after the third
    the account cannot be proved any more.
    """
    with transaction() as session:
        method = own_method(session, who, method_ref)
        if method.removed_at is not None or method.verify_amounts_sealed is None:
            raise no_such_method()
        if method.verification != "sent":
            return
        if method.verify_sent_on is None:
            raise Refused(
                Sentence(N_("The two amounts have not been sent yet. Come back when they are there."))
            )
        known = json.loads(sealing.unseal(method.verify_amounts_sealed, AMOUNTS_PLACE.format(method.ref)))
        left = _judge(method, sorted(amounts) == sorted(known))
        if method.verification == "passed":
            lead_where_none_does(session, method)
            words = N_("The account %(label)s was confirmed and can be used now.")
            said: Sentence | None = Sentence(words, {"label": method.label})
        else:
            words = N_("The amounts for %(label)s were wrong three times. It cannot be used.")
            said = None if left else Sentence(words, {"label": method.label})
        action = "method.verified" if method.verification == "passed" else "method.verify_failed"
        told(session, method, action, who=who, now=now, place=place, said=said)
    if left is not None:
        raise Refused(_not_these(left), "first")


def _judge(method: PaymentMethod, right: bool) -> int | None:
    """Count a try; how many are left after a wrong one, None after the right one."""
    if right:
        method.verification, method.verify_amounts_sealed = "passed", None
        return None
    method.verify_tries += 1
    left = MOST_TRIES - method.verify_tries
    if left <= 0:
        method.verification = "failed"
    return max(left, 0)


def _not_these(left: int) -> Sentence:
    if left:
        words = N_("These are not the amounts that were sent. Tries left: %(left)s.")
        return Sentence(words, {"left": left})
    return Sentence(
        N_(
            "These are not the amounts that were sent. That was the last try: remove the account and add it again."
        )
    )
