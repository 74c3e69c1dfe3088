"""Handing an agreement over at the counter: a code for the customer's phone, how far they are, a sheet to take."""

from __future__ import annotations

from flask import Response, abort, current_app, flash, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.office import office
from blueprints.office.adjusting import found
from blueprints.office.agreements import ROLE_WORDS
from blueprints.office.counter import letterhead
from blueprints.shared import htmx, signing
from blueprints.shared.clock import now
from blueprints.shared.formats import here
from blueprints.shared.frame import LANGUAGES
from blueprints.shared.lookup import get_or_404
from blueprints.shared.qr import picture
from blueprints.shared.signed_in import scope
from blueprints.shared.throttle import PAPERS, TRIES, limit_posts, limit_reads
from domain.actions import hand_over as acts
from domain.reports import documents
from domain.reports import hand_over as reports
from domain.reports.agreements import View
from domain.reports.receipts import business_lines
from domain.words import Conflict, Gone, Refused
from models import Person
from papers.welcome_sheet import WelcomeSheet, welcome_sheet_pdf


@office.get("/office/agreements/<ref>/hand-over")
def hand_over(ref: str) -> ResponseReturnValue:
    return page(found(ref, acts.RIGHT))


@office.get("/office/agreements/<ref>/hand-over/widgets/holders")
def hand_over_holders(ref: str) -> ResponseReturnValue:
    """How far they have come, by itself: for a page that stays open while the customer taps."""
    return page(found(ref, acts.RIGHT))


def page(at: View, address: str = "", to: reports.Holder | None = None) -> ResponseReturnValue:
    waiting = [one for one in documents.of_agreement(scope(), at.agreement) if one.row.state == "draft"]
    return htmx.render(
        "office/hand_over/hand_over.html", "office/hand_over/_holders.html", at=at, roles=ROLE_WORDS,
        holders=reports.holders(scope(), at), drafts=waiting, tongues=LANGUAGES, address=address, to=to,
        picture=picture(address) if address else "",
    )  # fmt: skip


@office.post("/office/agreements/<ref>/hand-over")
@limit_posts(TRIES)
def begin_hand_over(ref: str) -> ResponseReturnValue:
    """Show the code for one of them. It is made anew each time and written down nowhere, so it is on this answer."""
    at = found(ref, acts.RIGHT)
    person = get_or_404(Person, request.form.get("person", "")[:64])
    to = next((one for one in reports.holders(scope(), at) if one.ref == person.ref), None)
    try:
        address = acts.begin(
            at.ref, person.ref, who=scope(), now=now(), base_url=current_app.config["BASE_URL"]
        )
    except (Refused, Conflict, Gone) as refused:
        flash(here().say(refused.sentence), "warning")
        return htmx.see_other(url_for("office.hand_over", ref=at.ref))
    return page(at, address, to)


@office.get("/office/agreements/<ref>/welcome-sheet.pdf")
@limit_reads(PAPERS)
def welcome_sheet(ref: str) -> ResponseReturnValue:
    """The sheet for one of them, in their language or the one asked for. It opens nothing by itself."""
    at = found(ref, acts.RIGHT)
    person = get_or_404(Person, request.args.get("person", "")[:64])
    if person.ref not in {one.ref for one in reports.holders(scope(), at)}:
        abort(404)
    asked = request.args.get("language", "")
    voice = signing.voice_of(asked if asked in LANGUAGES else person.language)
    head = letterhead()
    data = WelcomeSheet(
        business_lines(head), person.name, person.number, at.number, at.name, current_app.config["BASE_URL"],
        at.currency, bool(head["test_mode"]),
    )  # fmt: skip
    answer = Response(welcome_sheet_pdf(data, voice), mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=f"{at.number}-welcome.pdf")
    return answer
