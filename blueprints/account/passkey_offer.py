"""After signing in on a phone, once: "use your fingerprint or face next time". Whoever declines is left alone.

The offer stands on one's first page of a sign-in, hidden until the script knows that this is a phone that can look
for a finger or a face. A refusal is kept in this browser: 30 days without an offer after the first one, none after the
second.
"""

from __future__ import annotations

from datetime import date, timedelta

from flask import make_response, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user

from blueprints.account import account
from blueprints.shared import doors, htmx, passkey
from blueprints.shared.clock import today
from domain.reports.my_factors import my_factors

COOKIE = "passkey-offer"
PAUSE = timedelta(days=30)
MOST_REFUSALS = 2
OFFERED = "passkey_offered"
HOMES = {"portal.dashboard", "office.desk"}


@account.post("/account/passkeys/offer/declined")
def decline_passkey() -> ResponseReturnValue:
    times, _last = refusals()
    answer = make_response(htmx.see_other(doors.own_home(current_user.role)))
    return passkey.keep_cookie(answer, COOKIE, f"{times + 1}.{today().isoformat()}")


def refusals() -> tuple[int, date | None]:
    """How often the offer was declined in this browser, and the last day of it."""
    times, _dot, last = request.cookies.get(passkey.cookie(COOKIE), "").partition(".")
    try:
        return int(times[:3]), date.fromisoformat(last)
    except ValueError:
        return 0, None


def offers_passkey() -> bool:
    """Whether this page offers one: the first home page of a sign-in, to somebody without any."""
    if request.endpoint not in HOMES or OFFERED in session or not current_user.is_authenticated:
        return False
    session[OFFERED] = True
    times, last = refusals()
    if times >= MOST_REFUSALS or (last and today() - last < PAUSE):
        return False
    return passkey.site() is not None and my_factors(current_user.scope).passkeys == 0


account.app_context_processor(lambda: {"offers_passkey": offers_passkey})
