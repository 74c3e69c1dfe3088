"""What happened in my account, and "this was not me", which locks it at once."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from blueprints.account import account
from blueprints.shared import htmx, signed_in, visit
from blueprints.shared.clock import now
from domain.actions import alarms
from domain.reports import activity as reports

MOST_PAGES = 1000


@account.get("/account/activity")
def activity() -> ResponseReturnValue:
    number = request.args.get("page", 1, type=int)
    page = reports.activity(current_user.scope, min(max(number, 1), MOST_PAGES))

    def there(number: int) -> str | None:
        return url_for("account.activity", page=number) if 1 <= number <= page.pages else None

    places = {
        "number": page.number,
        "pages": page.pages,
        "previous_url": there(page.number - 1),
        "next_url": there(page.number + 1),
    }
    return htmx.render("account/activity/activity.html", page=page, places=places)


@account.get("/account/not-me")
def ask_alarm() -> ResponseReturnValue:
    return htmx.render("account/activity/not_me.html")


@account.post("/account/not-me", endpoint="raise_alarm")
def raise_alarm() -> ResponseReturnValue:
    if request.form.get("sure") != "1":
        return htmx.render("account/activity/not_me.html", status=422)
    alarms.raise_alarm(current_user.user_id, by=current_user.scope.by, place=visit.place(), now=now())
    return signed_in.take_cookie(htmx.see_other(url_for("public.locked")))
