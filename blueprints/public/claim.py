"""Getting an account from a mailed link, and asking for that link again.

Opening the link any number of times changes nothing; the form below it uses it up, once.
"""

from __future__ import annotations

from flask import current_app, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from blueprints.public import public
from blueprints.public.sent import sent
from blueprints.public.sign_in import enter
from blueprints.public.throttle import MAILS, TRIES, limit_posts, same_time_for_all
from blueprints.shared import doors, htmx, visit
from blueprints.shared.clock import now
from blueprints.shared.formats import here
from domain.actions import claims, sign_ins
from domain.reports import links
from domain.rules import passwords
from domain.words import Refused

ON_ITS_WAY = _(
    "If we know you and you have no account yet, a link is on its way to the address we have on file."
)
LASTS = _("The link in it works for 72 hours.")


class AskForm(FlaskForm):
    name = StringField(
        _("E-mail or customer number"),
        [InputRequired(_("Write your e-mail address or your customer number.")), Length(max=254)],
    )


class ClaimForm(FlaskForm):
    username = StringField(_("Username"), [InputRequired(_("Choose a username.")), Length(max=64)])
    password = PasswordField(_("Password"), [InputRequired(_("Choose a password.")), Length(max=1000)])


@public.get("/claim")
def claim() -> ResponseReturnValue:
    return htmx.render("public/claim/ask.html", form=AskForm(formdata=None))


@public.post("/claim", endpoint="ask_claim")
@limit_posts(MAILS)
@same_time_for_all
def ask_claim() -> ResponseReturnValue:
    form = AskForm()
    if not form.validate():
        return htmx.render("public/claim/ask.html", status=422, form=form)
    claims.ask_again(name=form.name.data, base_url=current_app.config["BASE_URL"], now=now())
    return sent(ON_ITS_WAY, LASTS, again=url_for("public.claim"), name=form.name.data)


@public.get("/claim/<secret>")
def claim_link(secret: str) -> ResponseReturnValue:
    link = links.look(secret, "claim", now())
    if link.state != "open" or link.claimed:
        return spent(link)
    return page(link, ClaimForm(formdata=None, username=link.username))


@public.post("/claim/<secret>", endpoint="use_claim_link")
@limit_posts(TRIES)
def use_claim_link(secret: str) -> ResponseReturnValue:
    link = links.look(secret, "claim", now())
    form = ClaimForm()
    # A link that is spent goes to the action as well: it tells the owner that somebody tried.
    if link.state == "open" and not link.claimed and not form.validate():
        return page(link, form, 422)
    try:
        user_id = claims.claim(
            secret,
            form.username.data or "",
            form.password.data or "",
            base_url=current_app.config["BASE_URL"],
            now=now(),
        )
    except Refused as refused:
        form[refused.field or "username"].errors = [here().say(refused.sentence)]
        return page(link, form, 422)
    if user_id is None:
        return spent(links.look(secret, "claim", now()))
    # A colleague sets up a second factor before anything else opens (safety A21).
    stage = "full" if link.role == "customer" else "password"
    begun = sign_ins.begin(user_id, stage=stage, address=visit.address(), device=visit.device(), now=now())
    home = url_for("portal.hand_over", ref=link.begins) if link.begins else doors.own_home(link.role)
    answer = enter(begun, home if stage == "full" else url_for("public.second_factor"))
    flash(gettext("Your account is ready, and you are signed in."))
    return answer


@public.post("/claim/<secret>/new", endpoint="renew_claim_link")
@limit_posts(MAILS)
@same_time_for_all
def renew_claim_link(secret: str) -> ResponseReturnValue:
    claims.ask_again(secret=secret, base_url=current_app.config["BASE_URL"], now=now())
    return sent(ON_ITS_WAY, LASTS, again=request.path)


def page(link: links.LinkState, form: ClaimForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render(
        "public/claim/claim.html",
        status=status,
        form=form,
        link=link,
        secret=(request.view_args or {})["secret"],
        shortest=passwords.shortest(link.role),
    )


def spent(link: links.LinkState) -> ResponseReturnValue:
    """Why the link opens nothing (any more). 410, or 404 for one that never was."""
    return htmx.render("public/claim/spent.html", status=404 if link.state == "unknown" else 410, link=link)
