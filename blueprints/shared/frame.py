"""What the frame around every page shows: the business, the visitor, the navigation, the languages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import inspect, select
from sqlalchemy.exc import SQLAlchemyError

from blueprints.shared import kept, known_trouble
from blueprints.shared.clock import today
from blueprints.shared.sections import OFFICE, PORTAL
from blueprints.shared.signed_in import scope, viewed
from domain.access import Scope
from domain.reports import repairs, threads
from models import Business, db

LANGUAGES = {"en": "English", "es": "Español"}

# Label, endpoint, icon.
Entry = tuple[str, str, str]


def portal_entries() -> list[Entry]:
    return [
        (_("Home"), "portal.dashboard", "home"),
        (_("Pay"), "portal.pay", "wallet"),
        (_("Autopay"), "portal.upcoming", "repeat"),
        (_("Plan"), "portal.plans", "calendar-days"),
        (_("History"), "portal.payments", "receipt"),
        (_("Methods"), "portal.methods", "landmark"),
        (_("Documents"), "portal.documents", "file-text"),
        (_("Messages"), "portal.messages", "message-square"),
        *([(_("Repairs"), "portal.repairs", "building")] if _rents() else []),
        (_("Help"), "public.help", "help-circle"),
    ]


def _rents() -> bool:
    """Whether the way to repairs is shown: asked once a minute for each person, in this process."""
    memory, moment = (
        current_app.extensions["tenant_memory"],
        current_app.extensions["clock"].now().timestamp(),
    )
    mine = scope()
    until, known = memory.get(mine.person_id, (0, False))
    if until < moment:
        if len(memory) > 10_000:
            memory.clear()
        known = repairs.rents(mine)
        memory[mine.person_id] = (moment + 60, known)
    return bool(known)


def office_entries(scope: Scope) -> list[Entry]:
    entries = [
        ("office", _("Desk"), "office.desk", "home"),
        ("talk", _messages(scope), "office.messages", "message-square"),
        ("people", _("People"), "office.people", "users"),
        ("agreements", _("Agreements"), "office.agreements", "file-text"),
        ("counter", _("Counter"), "office.counter", "banknote"),
        ("properties", _("Properties"), "office.properties", "building"),
        ("reports", _("Rent roll"), "office.rent_roll", "key"),
        ("reports", _("Reports"), "office.reports", "book-open"),
        ("adjust", _("Late fees"), "office.policies", "clock"),
        ("bank", _("Bank"), "office.bank", "landmark"),
        ("imports", _("Imports"), "office.imports", "upload"),
        ("users", _("Users"), "office.users", "shield"),
    ]
    return [entry[1:] for entry in entries if scope.may(entry[0])]


def _messages(scope: Scope) -> str:
    """The entry with how many conversations wait for an answer; without it while nothing can be read."""
    try:
        count = threads.waiting(scope) if scope.may("talk") else 0
    except SQLAlchemyError:
        count = 0
    return _("Messages (%(count)s)", count=count) if count else _("Messages")


def public_entries() -> list[Entry]:
    return [
        (_("Pay"), "public.pay", "wallet"),
        (_("Help"), "public.help", "help-circle"),
        (_("Contact"), "public.contact", "phone"),
    ]


def address(endpoint: str) -> str:
    """The address of a page that takes no values: the same for everybody, so it is found once."""
    known: dict[str, str] = current_app.extensions["addresses"]
    if endpoint not in known:
        known[endpoint] = url_for(endpoint)
    return known[endpoint]


def looking() -> bool:
    """Whether staff look at a customer's page just now."""
    return request.blueprint == "portal" and viewed() is not None


def navigation() -> list[tuple[str, str, str, bool]]:
    """(label, address, icon, current) for the visitor's role; entries whose page does not exist are left out."""
    if not current_user.is_authenticated or current_user.stage != "full":
        entries = public_entries()
    elif current_user.role == "customer" or looking():
        entries = portal_entries()
    else:
        entries = office_entries(current_user.scope)
    endpoint = request.endpoint or ""
    return [
        (label, address(target), icon, _belongs(endpoint, target))
        for label, target, icon in entries
        if target in current_app.view_functions
    ]


def _belongs(endpoint: str, target: str) -> bool:
    """Whether the page shown is that of the entry, or one of those that belong to it."""
    face, _dot, page = endpoint.partition(".")
    return endpoint == target or (target.startswith(f"{face}.") and page in (PORTAL | OFFICE).get(target, ()))


def business() -> dict[str, Any] | None:
    """The business as the frame shows it, kept in this process for a few seconds; None before it was set up."""
    memory = current_app.extensions["business_memory"]
    moment = current_app.extensions["clock"].now().timestamp()
    if memory.get("until", 0) < moment:
        try:
            row = db.session.scalars(select(Business)).first()
        except SQLAlchemyError:
            return None
        memory["row"] = _shown(row) if row else None
        memory["until"] = moment + 10
    return memory["row"]


def forget() -> None:
    """Read the business anew with the next page: it was changed."""
    current_app.extensions["business_memory"].clear()


def _shown(row: Business) -> dict[str, Any]:
    values = {attribute.key: getattr(row, attribute.key) for attribute in inspect(Business).column_attrs}
    return values | {"address_lines": [line for line in row.address.splitlines() if line.strip()]}


def links() -> dict[str, str]:
    wanted = {
        "home": _home(),
        "sign_out": "public.sign_out",
        "contact": "public.contact",
        "recognise": "public.recognise",
    }
    if current_user.is_authenticated and current_user.stage == "full" and current_user.scope.may("people"):
        wanted["search"] = "office.search"
    return {name: address(target) for name, target in wanted.items() if target in current_app.view_functions}


def _home() -> str:
    if not current_user.is_authenticated or current_user.stage != "full":
        return "public.home"
    return "portal.dashboard" if current_user.role == "customer" or looking() else "office.desk"


def languages() -> list[tuple[str, str, str, bool]]:
    asked = urlencode(list(request.args.items(multi=True)))
    path = f"{request.path}?{asked}" if asked else request.path
    here = urlencode({"next": path if request.method == "GET" else "/"})
    current = str(current_app.extensions["language"]())
    return [
        (code, name, f"{url_for('public.language', code=code)}?{here}", code == current)
        for code, name in LANGUAGES.items()
    ]


def me_entries() -> list[tuple[str, str, str, bool]]:
    entries = [
        (_("Alerts"), "portal.alerts" if current_user.role == "customer" else "", "bell"),
        (_("Sign-in and security"), "account.security", "shield"),
        (_("Profile"), "portal.profile" if current_user.role == "customer" else "account.profile", "user"),
    ]
    return [
        (label, address(target), icon, request.endpoint == target)
        for label, target, icon in entries
        if target in current_app.view_functions and current_user.stage == "full"
    ]


def init_app(app: Flask) -> None:
    kept.init_app(app)
    known_trouble.init_app(app)
    app.extensions["business_memory"] = {}
    app.extensions["tenant_memory"] = {}
    app.extensions["addresses"] = {}

    @app.context_processor
    def frame() -> dict[str, Any]:
        signed_in = current_user.is_authenticated
        return {
            "business": business(),
            "lang": app.extensions["language"](),
            "languages": languages() if "public.language" in app.view_functions else [],
            "links": links(),
            "nav": navigation(),
            "footer_nav": [
                (label, address(t)) for label, t, _icon in public_entries() if t in app.view_functions
            ],
            "me": current_user if signed_in else None,
            "me_nav": me_entries() if signed_in else [],
            "looking_at": viewed() if signed_in else None,
            "test_mode": app.config["TEST_MODE"],
            "today": today(),
        }
