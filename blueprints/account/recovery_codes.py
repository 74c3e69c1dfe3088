"""My recovery codes: how many are left, and a new set, shown once."""

from __future__ import annotations

from urllib.parse import quote

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from blueprints.account import account
from blueprints.shared import doors, frame, htmx, visit
from blueprints.shared.clock import now
from blueprints.shared.formats import here
from blueprints.shared.step_up import needs_step_up
from domain.actions import recovery_codes as actions
from domain.reports.my_factors import my_factors, newest_recovery_code
from domain.words import Refused


@account.get("/account/recovery-codes")
def recovery_codes() -> ResponseReturnValue:
    back = doors.local_path(request.args.get("next"))
    return page(back=back)


@account.post("/account/recovery-codes", endpoint="make_recovery_codes")
@needs_step_up(back="account.recovery_codes")
def make_recovery_codes() -> ResponseReturnValue:
    """The page with the new codes is the answer itself: they stand nowhere from which they could be shown again.

    A form that saw another set than the newest is that page loaded again: it must not void what was just printed.
    """
    back = doors.local_path(request.form.get("next"))
    if request.form.get("seen", type=int) not in (None, newest_recovery_code(current_user.scope)):
        flash(gettext("These codes were made already. If you do not have them, make a new set."), "warning")
        return htmx.see_other(url_for("account.recovery_codes", next=back or None))
    before = my_factors(current_user.scope).recovery_codes
    try:
        made = actions.make(current_user.user_id, place=visit.place(), now=now())
    except Refused as refused:
        return page(wrong=[here().say(refused.sentence)], back=back, status=422)
    business = (frame.business() or {}).get("name") or "Duebook"
    head = gettext("Recovery codes of %(username)s at %(business)s. Each works once.", username=current_user.username,
                   business=business)  # fmt: skip
    text = "\r\n".join((head, "", *made, ""))
    return htmx.render(
        "account/recovery_codes/codes.html", codes=made, before=before,
        file=f"data:text/plain;charset=utf-8,{quote(text)}",
        back=back or url_for("account.security"), business_name=business,
    )  # fmt: skip


def page(*, wrong: list[str] | None = None, back: str = "", status: int = 200) -> ResponseReturnValue:
    return htmx.render(
        "account/recovery_codes/recovery_codes.html", status=status, has=my_factors(current_user.scope),
        wrong=wrong or [], back=back, seen=newest_recovery_code(current_user.scope),
    )  # fmt: skip
