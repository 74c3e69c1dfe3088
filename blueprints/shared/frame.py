"""What the frame around every page shows: the business, the visitor, the navigation, the languages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import inspect, select
from sqlalchemy.exc import SQLAlchemyError

from blueprints.shared.clock import today
from blueprints.shared.signed_in import viewed
from domain.access import Scope
from models import Business, db

LANGUAGES = {"en": "English", "es": "Español"}

# Label, endpoint, icon.
Entry = tuple[str, str, str]


PORTAL = {
    "portal.dashboard": (),
    "portal.pay": (
        "new_payment",
        "review_payment",
        "create_payment",
        "new_checkout",
        "review_checkout",
        "create_checkout",
    ),
    "portal.plans": ("agreement", "schedule", "why", "statements", "statement", "statement_why"),
    "portal.payments": ("payment", "confirmed_payment", "check_payment", "checkout"),
    "portal.methods": ("new_method", "method_return", "save_method", "ask_remove_method", "remove_method"),
}
OFFICE = {
    "office.desk": ("past_due",),
    "office.people": ("person", "new_person", "create_person", "contact", "edit_contact", "update_contact"),
    "office.agreements": (
        "agreement",
        "schedule",
        "journal",
        "why",
        "new_holder",
        "add_holder",
        "choose_agreement",
        "new_agreement",
        "draft_agreement",
        "preview_agreement",
        "find_holders",
        "why_draft",
        "review_agreement",
    ),
    "office.properties": (
        "property",
        "new_property",
        "create_property",
        "edit_property",
        "update_property",
        "unit",
        "new_unit",
        "create_unit",
        "edit_unit",
        "update_unit",
    ),
    "office.policies": (
        "policy",
        "new_policy",
        "create_policy",
        "preview_policy",
        "change_policy",
        "create_version",
        "preview_version",
        "legal_caps",
        "new_legal_cap",
        "supersede_legal_cap",
        "create_legal_cap",
        "returned_payment_fee",
        "change_returned_payment_fee",
        "proposed_fees",
        "post_proposed_fee",
        "leave_proposed_fee",
    ),
    "office.counter": ("new_payment", "review_payment", "create_payment", "payment"),
    "office.users": ("new_user", "create_user", "user", "update_user", "audit"),
    "office.imports": ("new_import", "import_batch", "undo_import", "answer_import"),
}
"""Entry of the navigation -> the other pages that belong to it."""


def portal_entries() -> list[Entry]:
    return [
        (_("Home"), "portal.dashboard", "home"),
        (_("Pay"), "portal.pay", "wallet"),
        (_("Plan"), "portal.plans", "calendar-days"),
        (_("History"), "portal.payments", "receipt"),
        (_("Methods"), "portal.methods", "landmark"),
    ]


def office_entries(scope: Scope) -> list[Entry]:
    entries = [
        ("office", _("Desk"), "office.desk", "home"),
        ("people", _("People"), "office.people", "users"),
        ("agreements", _("Agreements"), "office.agreements", "file-text"),
        ("counter", _("Counter"), "office.counter", "banknote"),
        ("properties", _("Properties"), "office.properties", "building"),
        ("adjust", _("Late fees"), "office.policies", "clock"),
        ("imports", _("Imports"), "office.imports", "upload"),
        ("users", _("Users"), "office.users", "shield"),
    ]
    return [entry[1:] for entry in entries if scope.may(entry[0])]


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


def _shown(row: Business) -> dict[str, Any]:
    values = {attribute.key: getattr(row, attribute.key) for attribute in inspect(Business).column_attrs}
    return values | {"address_lines": [line for line in row.address.splitlines() if line.strip()]}


def links() -> dict[str, str]:
    wanted = {
        "home": _home(),
        "sign_out": "public.sign_out",
        "search": "office.search",
        "contact": "public.contact",
        "recognise": "public.recognise",
    }
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
        (_("Sign-in and security"), "account.security", "shield"),
        (_("Profile"), "portal.profile" if current_user.role == "customer" else "account.profile", "user"),
    ]
    return [
        (label, address(target), icon, request.endpoint == target)
        for label, target, icon in entries
        if target in current_app.view_functions and current_user.stage == "full"
    ]


def init_app(app: Flask) -> None:
    app.extensions["business_memory"] = {}
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
