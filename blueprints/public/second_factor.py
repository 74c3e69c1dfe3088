"""The step after the password: a code of the app, a text message, a recovery code or a passkey, whatever the user has.

The strongest stands first, the others are one link away. Staff without any set one up here, and only here.
"""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import InputRequired, Length

from blueprints.public import public
from blueprints.public.sign_in import enter
from blueprints.public.throttle import MAILS, TRIES, limit_posts
from blueprints.shared import doors, htmx, visit
from blueprints.shared.clock import now
from blueprints.shared.formats import here
from blueprints.shared.lookup import forget
from blueprints.shared.second_factors import app_to_set_up, signing_key, texts_go_out, texts_in_mailbox
from domain.actions import second_factors, sms_numbers
from domain.reports.my_factors import my_factors
from domain.reports.waiting_codes import waiting_code
from domain.rules.telephone import masked
from domain.words import Refused


class CodeForm(FlaskForm):
    code = StringField(_("Six-digit code"), [InputRequired(_("Write the six digits.")), Length(max=40)])
    trust = BooleanField(_("Trust this browser for 30 days"))
    next = HiddenField()


class RecoveryForm(CodeForm):
    code = StringField(
        _("Recovery code"), [InputRequired(_("Write one of your recovery codes.")), Length(max=80)]
    )


@public.get("/second-factor")
def second_factor() -> ResponseReturnValue:
    if not waits_for_code():
        return redirect(
            doors.home_of_visitor() if current_user.is_authenticated else url_for("public.sign_in"), 303
        )
    way = chosen(request.args.get("way", ""))
    kind = RecoveryForm if way == "recovery_code" else CodeForm
    return page(way, kind(formdata=None, next=doors.local_path(request.args.get("next"))))


@public.post("/second-factor", endpoint="confirm_second_factor")
@limit_posts(TRIES)
def confirm_second_factor() -> ResponseReturnValue:
    form = CodeForm()
    if answer := not_here():
        return answer
    if form.validate():
        first = not my_factors(current_user.scope).any
        try:
            secret = second_factors.confirm(
                current_user.sign_in_id,
                form.code.data or "",
                key=signing_key(),
                place=visit.place(),
                now=now(),
            )
        except Refused as refused:
            form.code.errors = [here().say(refused.sentence)]
        else:
            return through(secret, form, "app", first=first)
    return page("app", form, 422)


@public.post("/second-factor/text")
@limit_posts(MAILS)
def send_text() -> ResponseReturnValue:
    """Send the six digits to the telephone number that the user proved."""
    if answer := not_here():
        return answer
    form = CodeForm()
    back = doors.local_path(form.next.data)
    try:
        if not texts_go_out():
            raise Refused(sms_numbers.NO_WAY, field="code")
        sms_numbers.send_code(current_user.sign_in_id, place=visit.place(), now=now())
    except Refused as refused:
        form.code.errors = [here().say(refused.sentence)]
        return page("sms", form, 422)
    return htmx.see_other(url_for("public.second_factor", way="sms", next=back or None))


@public.post("/second-factor/text-code")
@limit_posts(TRIES)
def confirm_text() -> ResponseReturnValue:
    if answer := not_here():
        return answer
    form = CodeForm()
    if not form.validate():
        return page("sms", form, 422)
    done = second_factors.confirm_text(
        current_user.sign_in_id, form.code.data or "", place=visit.place(), now=now()
    )
    return through(done, form, "sms")


@public.post("/second-factor/recovery-code")
@limit_posts(TRIES)
def confirm_recovery_code() -> ResponseReturnValue:
    if answer := not_here():
        return answer
    form = RecoveryForm()
    if not form.validate():
        return page("recovery_code", form, 422)
    done = second_factors.confirm_recovery_code(
        current_user.sign_in_id, form.code.data or "", place=visit.place(), now=now()
    )
    answer = through(done, form, "recovery_code")
    if done:
        forget()
        left = my_factors(current_user.scope).recovery_codes
        flash(
            gettext("You used a recovery code; %(count)s are left. A new phone? Set it up under Sign-in and security.",
                    count=left)
        )  # fmt: skip
    return answer


def through(secret: str | None, form: CodeForm, way: str, *, first: bool = False) -> ResponseReturnValue:
    """On to where the person wanted to go, or the form again with what is wrong.

    Whoever has just set up their `first` factor is offered recovery codes on the way.
    """
    if secret:
        back = doors.local_path(form.next.data) or doors.own_home(current_user.role)
        back = url_for("account.recovery_codes", next=back) if first else back
        return enter(secret, back, trust=bool(form.trust.data))
    wrong = {
        "app": gettext("This code is not right. Wait for the next one and write it as it stands."),
        "sms": gettext("This code is not right, or it does not count any more. Have another one sent."),
        "recovery_code": gettext("This recovery code is not right, or it was used before."),
    }
    form.code.errors = [wrong[way]]
    return page(way, form, 422)


def waits_for_code() -> bool:
    return current_user.is_authenticated and current_user.stage == "password"


def not_here() -> ResponseReturnValue | None:
    """Where a form belongs that was sent by somebody who does not wait for a second factor."""
    if waits_for_code():
        return None
    return htmx.see_other(
        doors.home_of_visitor() if current_user.is_authenticated else url_for("public.sign_in")
    )


def ways() -> list[str]:
    """What this user may take the second step with, the strongest first; "app" alone where one is set up now."""
    factors = my_factors(current_user.scope)
    there = {
        "passkey": factors.passkeys > 0,
        "app": factors.app or not factors.any,
        "sms": bool(factors.number) and texts_go_out(),
        "recovery_code": factors.any and factors.recovery_codes > 0,
    }
    return [way for way, has in there.items() if has]


def chosen(wanted: str) -> str:
    offered = ways()
    return wanted if wanted in offered else (offered or ["none"])[0]


def page(way: str, form: CodeForm, status: int = 200) -> ResponseReturnValue:
    """The way that was chosen, with links to the others; the set-up with its picture while there is no factor yet."""
    forget()
    factors = my_factors(current_user.scope)
    if not factors.any:
        return set_up(form, status)
    return htmx.render(
        "public/second_factor/code.html", status=status, form=form, way=way, others=[w for w in ways() if w != way],
        number=masked(factors.number), back=doors.local_path(form.next.data),
        waiting=waiting_code(current_user.sign_in_id, "sms", now()) if way == "sms" else None,
        in_mailbox=texts_in_mailbox(),
    )  # fmt: skip


def set_up(form: CodeForm, status: int) -> ResponseReturnValue:
    return htmx.render("public/second_factor/set_up.html", status=status, form=form, **app_to_set_up())
