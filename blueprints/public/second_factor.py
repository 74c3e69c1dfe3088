"""The step after the password: the code of an authenticator app. Staff without an app set it up here, and only here."""

from __future__ import annotations

import segno
from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from blueprints.public import public
from blueprints.public.sign_in import enter
from blueprints.public.throttle import TRIES, limit_posts
from blueprints.shared import doors, frame, htmx, visit
from blueprints.shared.clock import now
from blueprints.shared.lookup import get_or_404
from domain.actions import second_factors
from models import User


class CodeForm(FlaskForm):
    code = StringField(
        _("Six-digit code"), [InputRequired(_("Write the six digits your app shows.")), Length(max=20)]
    )
    next = HiddenField()


@public.get("/second-factor")
def second_factor() -> ResponseReturnValue:
    if not waits_for_code():
        return redirect(
            doors.home_of_visitor() if current_user.is_authenticated else url_for("public.sign_in"), 303
        )
    return page(CodeForm(formdata=None, next=doors.local_path(request.args.get("next"))))


@public.post("/second-factor", endpoint="confirm_second_factor")
@limit_posts(TRIES)
def confirm_second_factor() -> ResponseReturnValue:
    if not waits_for_code():
        return htmx.see_other(
            doors.home_of_visitor() if current_user.is_authenticated else url_for("public.sign_in")
        )
    form = CodeForm()
    if form.validate():
        secret = second_factors.confirm(
            current_user.sign_in_id, form.code.data, key=signing_key(), address=visit.address(),
            device=visit.device(), now=now(),
        )  # fmt: skip
        if secret:
            return enter(secret, doors.local_path(form.next.data) or doors.own_home(current_user.role))
        form.code.errors = [
            gettext("This code is not right. Wait for the next one and write it as it stands.")
        ]
    return page(form, 422)


def waits_for_code() -> bool:
    return current_user.is_authenticated and current_user.stage == "password"


def signing_key() -> bytes:
    key = current_app.secret_key
    return key if isinstance(key, bytes) else str(key).encode()


def page(form: CodeForm, status: int = 200) -> ResponseReturnValue:
    """The code alone, or the set-up with its picture while the user has no app yet."""
    if get_or_404(User, current_user.user_ref).totp_sealed:
        return htmx.render("public/second_factor/code.html", status=status, form=form)
    seed = second_factors.pending_seed(signing_key(), current_user.sign_in_id, current_user.user_ref)
    issuer = (frame.business() or {}).get("name") or "Duebook"
    address = second_factors.setup_address(seed, current_user.username, issuer)
    return htmx.render(
        "public/second_factor/set_up.html", status=status, form=form, address=address, picture=picture(address),
        seed=" ".join(seed[start : start + 4] for start in range(0, len(seed), 4)),
    )  # fmt: skip


def picture(address: str) -> str:
    """The QR code as a data: address of an SVG, black on white in both themes because cameras want it so."""
    return segno.make(address, error="m").svg_data_uri(scale=5, border=3, dark="#000", light="#fff")
