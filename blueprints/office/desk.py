"""The desk: today's picture for whoever runs the place. Its parts load by themselves and stay fresh."""

from __future__ import annotations

from flask import abort, url_for
from flask.typing import ResponseReturnValue

from blueprints.office import office
from blueprints.office.tasks import newest as newest_tasks
from blueprints.shared import frame, htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.signed_in import scope
from domain.reports import desk as reports
from domain.reports import desk_work as work
from domain.reports import repairs, threads
from domain.reports.book_totals import book_totals
from domain.reports.finding import Wanted


@office.get("/office")
def desk() -> ResponseReturnValue:
    if frame.business() is None and scope().may("settings"):
        return htmx.see_other(url_for("office.set_up"))
    if not scope().may("people"):
        return quiet()
    return htmx.render("office/desk/desk.html", money=reports.money_in(scope(), today()))


def quiet() -> ResponseReturnValue:
    """A landlord's first page: what waits in their houses."""
    return htmx.render(
        "office/desk/quiet.html", found=messages()["found"] if scope().may("talk") else None,
        repairs=repairs.listed(scope(), Wanted(per_page=work.SHOWN)) if scope().may("properties") else None,
    )  # fmt: skip


@office.get("/office/desk/widgets/<name>")
def desk_widget(name: str) -> ResponseReturnValue:
    """One part of the desk: alone for HTMX, as a page of its own without scripts."""
    lookup.require("people")
    part = PARTS.get(name)
    if part is None:
        abort(404)
    return htmx.render(
        "office/desk/part.html", f"office/desk/_{name}.html", inside=f"office/desk/_{name}.html", **part()
    )


def money() -> dict[str, object]:
    return {"money": reports.money_in(scope(), today())}


def book() -> dict[str, object]:
    return {"totals": book_totals(scope())}


def late() -> dict[str, object]:
    return {"late": work.late(scope(), today())}


def promises() -> dict[str, object]:
    return {"promised": work.promised(scope(), today())}


def unmatched() -> dict[str, object]:
    return {"unmatched": work.unmatched(scope())}


def cards() -> dict[str, object]:
    ending, count = work.ending_cards(scope(), today())
    return {"cards": ending, "cards_total": count}


def messages() -> dict[str, object]:
    """Who waits longest for an answer."""
    return {"found": threads.threads(scope(), Wanted(filters={"state": "waiting"}, per_page=work.SHOWN))}


def trouble() -> dict[str, object]:
    return {"trouble": reports.trouble(scope(), today())}


def notices() -> dict[str, object]:
    """What a person should look at: reports of processors that do not fit, and mails nobody got."""
    return {"odd": reports.odd_events(scope(), now()), "mails": reports.mails(scope())}


PARTS = {
    "money": money, "book": book, "late": late, "trouble": trouble, "notices": notices, "tasks": newest_tasks,
    "promises": promises, "unmatched": unmatched, "cards": cards, "messages": messages,
}  # fmt: skip
