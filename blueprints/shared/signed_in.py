"""Who is signed in. The cookie holds a random id only; its hash names a row the server can end at any time.

`load` runs once a request through Flask-Login. `scope()` is what look-ups and reports start from. Polling a widget does
not count as use, so an open dashboard does not keep a forgotten browser signed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, Response, current_app, g, request
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.exc import SQLAlchemyError

from blueprints.shared import push_here
from blueprints.shared.clock import now
from domain import sealing
from domain.access import STRANGER, Scope
from domain.actions import sign_ins
from models import BellNotice, Person, SignIn, User, UserLimit, db

TOUCH_EVERY = timedelta(minutes=1)
VIEW_AS = "view_as"

login = LoginManager()

# Every page asks this, so the statement is made once.
_WHO = (
    select(
        SignIn.id, SignIn.stage, SignIn.last_used_at, SignIn.created_at, User.id, User.ref, User.username,
        User.role, Person.id, Person.ref, Person.name, Person.email, Person.language, Person.zone, SignIn.strength,
        SignIn.created_at, SignIn.stepped_up_at, SignIn.stepped_up_for, User.duties,
        exists().where(UserLimit.user_id == User.id), SignIn.viewing_person_id,
        select(func.count(BellNotice.id)).where(BellNotice.person_id == Person.id, BellNotice.read_at.is_(None))
        .correlate(Person).scalar_subquery(),
    )
    .join(User, User.id == SignIn.user_id)
    .join(Person, Person.id == User.person_id)
    .where(
        SignIn.id_hash == bindparam("id_hash"), SignIn.ended_at.is_(None), User.disabled_at.is_(None),
        User.frozen_at.is_(None),
    )
)  # fmt: skip


@dataclass(frozen=True)
class Visitor(UserMixin):
    """The signed-in person as the pages see them, read in one statement."""

    sign_in_id: int
    stage: str
    user_id: int
    user_ref: str
    username: str
    role: str
    person_id: int
    person_ref: str
    name: str
    email: str
    language: str
    zone: str
    strength: str
    created_at: datetime
    stepped_up_at: datetime | None
    stepped_up_for: str
    duties: list[str] | None
    limited: bool
    viewing_person_id: int | None
    unread: int

    def get_id(self) -> str:
        return str(self.user_id)

    @property
    def scope(self) -> Scope:
        """What they may see and do themselves. Duties and limits are read with every request (safety S7)."""
        duties = None if self.duties is None else frozenset(self.duties)
        return Scope(self.role, self.user_id, self.person_id, duties, bool(self.limited))


def cookie_name() -> str:
    return "__Host-duebook" if current_app.config["PRODUCTION"] else "duebook"


@dataclass(frozen=True)
class Viewed:
    """The customer whose pages the visitor looks at: their scope gives the rows, and no right at all."""

    ref: str
    name: str
    scope: Scope


def viewed() -> Viewed | None:
    """Whom the visitor looks at; None where they are at their own pages. Asked anew with every request (safety A27)."""
    if not current_user.is_authenticated or current_user.viewing_person_id is None:
        return None
    if "viewed" not in g:
        g.viewed = _viewed(current_user)
    return g.viewed


def _viewed(visitor: Visitor) -> Viewed | None:
    if not visitor.scope.may(VIEW_AS):
        return None
    query = visitor.scope.select(Person, Person.id, Person.ref, Person.name)
    row = db.session.execute(query.where(Person.id == visitor.viewing_person_id)).first()
    return Viewed(row.ref, row.name, Scope("customer", 0, row.id, reading=True)) if row else None


@login.request_loader
def load(_request: object) -> Visitor | None:
    """The visitor named by the cookie, if that sign-in still stands."""
    secret = request.cookies.get(cookie_name(), "")
    if not secret or len(secret) > 100 or g.get("sign_in_unreadable"):
        return None
    try:
        row = db.session.execute(_WHO, {"id_hash": sealing.fingerprint(secret)}).first()
    except SQLAlchemyError:
        # Asked again, for the page that tells of the fault and for its headers, this must not fail once more.
        g.sign_in_unreadable = True
        raise
    if row is None:
        return None
    sign_in_id, stage, last_used_at, created_at, *rest = row
    moment = now()
    if not sign_ins.still_stands(rest[3], created_at, last_used_at, moment):
        return None
    if moment - last_used_at > TOUCH_EVERY and not request.headers.get("HX-Trigger-Poll") and not _polling():
        g.touch_sign_in = sign_in_id
    return Visitor(sign_in_id, stage, *rest)


def _polling() -> bool:
    return "/widgets/" in request.path


def scope() -> Scope:
    """What the visitor may see and do; a stranger sees nothing.

    On the pages of a customer whom they look at, staff see what the customer sees.
    """
    if request.blueprint == "portal" and (other := viewed()) is not None:
        return other.scope
    return current_user.scope if current_user.is_authenticated else STRANGER


def give_cookie(response: Response, secret: str) -> Response:
    """Set the sign-in cookie: HttpOnly, SameSite=Lax, `__Host-` and Secure in production."""
    response.set_cookie(
        cookie_name(),
        secret,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["PRODUCTION"],
        path="/",
        max_age=24 * 3600,
    )
    return response


def take_cookie(response: Response) -> Response:
    """Remove the sign-in cookie and what the browser kept of this site, and push to it no more."""
    response.delete_cookie(
        cookie_name(), path="/", secure=current_app.config["PRODUCTION"], httponly=True, samesite="Lax"
    )
    return push_here.clear(response)


def _touch(response: Response) -> Response:
    sign_in_id = g.pop("touch_sign_in", None)
    if sign_in_id is not None and response.status_code < 400:
        sign_ins.touch(sign_in_id, now())
    return response


def init_app(app: Flask) -> None:
    login.init_app(app)
    app.after_request(_touch)
