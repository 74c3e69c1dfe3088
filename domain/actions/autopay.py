"""The autopay contract: set it up, prepare it for a caller, accept it, change it, end it.

Nothing is taken before its person has accepted the text (12 CFR 1005.10(b)): every acceptance keeps a permission and
mails a copy in the same commit. A change that reaches beyond what was accepted needs a new acceptance. No agreement
ever depends on it: ending it is always possible. Pausing and skipping: `domain.actions.autopay_pauses`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from domain.access import Scope
from domain.actions import autopay_acceptance as acceptance
from domain.actions import autopay_work as work
from domain.actions.autopay_changes import change, end, end_prepared, themselves
from domain.actions.autopay_pauses import answer_limit, pause, resume, skip, unskip
from domain.actions.by_phone import caller_scope
from domain.actions.payment_limits import Accepted
from domain.actions.second_factors import Place
from domain.records.autopay_rows import tell_holder
from domain.records.names import new_ref
from domain.rules.autopay import Contract
from domain.transaction import transaction
from domain.words import N_, Conflict, Sentence
from models import Autopay

__all__ = [
    "accept", "answer_limit", "change", "end", "pause", "prepare", "resume", "set_up", "skip", "unskip",
]  # fmt: skip


def set_up(
    agreement_ref: str,
    contract: Contract,
    methods: Sequence[str],
    *,
    permission: Accepted,
    who: Scope,
    today: date,
    now: datetime,
    place: Place | None = None,
) -> str:
    """Switch autopay on as its person has just accepted it; returns the contract's ref. The same text again returns it.

    `methods` are refs of ways to pay in the order in which they are tried. Raises Gone, Refused (with the field),
    Conflict where there is one already.
    """
    wish = (agreement_ref, contract, methods, permission, who, today, now, place)
    try:
        return _set_up(*wish)
    except IntegrityError:
        # Two clicks at the same instant: the second one finds what the first one kept.
        return _set_up(*wish)


def _set_up(
    agreement_ref: str, contract: Contract, methods: Sequence[str], permission: Accepted, who: Scope, today: date,
    now: datetime, place: Place | None,
) -> str:  # fmt: skip
    with transaction() as session:
        at = work.begin(session, agreement_ref, who, who.person_id, today)
        known = work.live(session, at.agreement.id, who.person_id)
        if known is not None:
            if acceptance.same_text(session, known.mandate_id, permission):
                return known.ref
            raise Conflict(Sentence(N_("There is autopay on this agreement already. Change it instead.")))
        acceptance.refuse_on_hold(at)
        chosen = work.methods_of(at, methods)
        work.check(at, contract, today)
        mandate_id = acceptance.keep(at, permission, chosen, by=who.by, now=now)
        row = _new(at, contract, "active", mandate_id, who.by, now)
        work.set_methods(session, row, chosen)
        work.set_ahead(at, row, chosen[0].gateway)
        work.done(session, row, "autopay.set_up", who, now, place, rule=row.amount_rule)
        tell_holder(session, row.id, "autopay_on", row.ref, now=now, today=today, on=work.begins(row))
        return row.ref


def _new(
    at: work.Work, contract: Contract, state: str, mandate_id: int | None, by: str, now: datetime
) -> Autopay:
    row = Autopay(
        ref=new_ref(), agreement_id=at.agreement.id, person_id=at.person_id, state=state, mandate_id=mandate_id,
        created_at=now, created_by=by, failures=0, stopped_code="", next_period="", version=1, prepared_by="",
        ended_by="", **work.columns_of(at, contract),
    )  # fmt: skip
    at.session.add(row)
    at.session.flush()
    return row


def prepare(
    agreement_ref: str,
    person_ref: str,
    contract: Contract,
    methods: Sequence[str],
    *,
    who: Scope,
    today: date,
    now: datetime,
) -> str:
    """Write a contract down for a caller; returns its ref. It takes nothing before the person has accepted its text.

    Raises NotAllowed, Gone for somebody who is not on the agreement, and what `set_up` raises.
    """
    caller = caller_scope(agreement_ref, person_ref, who)
    with transaction() as session:
        at = work.begin(session, agreement_ref, who, caller.person_id, today)
        known = work.live(session, at.agreement.id, caller.person_id)
        if known is not None and known.state != "prepared":
            raise Conflict(Sentence(N_("There is autopay on this agreement already.")))
        chosen = work.methods_of(at, methods)
        work.check(at, contract, today)
        if known is not None:
            end_prepared(session, known, "replaced", by=who.by, now=now)
        row = _new(at, contract, "prepared", None, who.by, now)
        row.prepared_by = who.by
        work.set_methods(session, row, chosen)
        work.done(session, row, "autopay.prepared", who, now, None, rule=row.amount_rule)
        words = Sentence(
            N_("We prepared autopay for you as you asked. It begins only when you accept its text.")
        )
        waits = Sentence(N_("Autopay for %(number)s waits for your yes."), {"number": at.agreement.number})
        tell_holder(
            session, row.id, "document_to_sign", row.ref, now=now, today=today, what=words, headline=waits
        )
        return row.ref


def accept(
    ref: str,
    *,
    permission: Accepted,
    who: Scope,
    today: date,
    now: datetime,
    place: Place | None = None,
) -> str:
    """Accept the text of a contract that staff prepared, or anew that of one that has stopped; returns its ref.

    The same text again changes nothing. Raises Gone, Refused, and Conflict where there is nothing to accept.
    """
    with transaction() as session:
        row = work.own(session, ref, themselves(who))
        at = work.begin(session, work.agreement_ref_of(session, row), who, row.person_id, today)
        work.hold(session, row)
        if row.state == "active" and acceptance.same_text(session, row.mandate_id, permission):
            return ref
        if row.state not in ("prepared", "stopped", "paused"):
            raise Conflict(Sentence(N_("There is nothing to accept here any more. Open autopay again.")))
        acceptance.refuse_on_hold(at)
        refs = work.method_refs(session, row.id)
        chosen = work.methods_of(at, refs)
        before = row.state
        row.starts_on = max(row.starts_on, today)
        acceptance.renew(at, row, permission, chosen, who, now)
        work.set_ahead(at, row, chosen[0].gateway)
        work.done(session, row, "autopay.accepted", who, now, place, was=before)
        tell_holder(
            session,
            row.id,
            "autopay_on",
            f"{row.ref}:{row.version}",
            now=now,
            today=today,
            on=work.begins(row),
        )
        return ref
