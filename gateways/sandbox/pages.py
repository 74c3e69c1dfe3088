"""The processor's hosted pages: the pick-list of methods and the page that asks for a yes.

A small WSGI application, mounted in ours under a path of its own or served by `server`. Nobody signs in here: the
unguessable reference in the address is the right to answer. Plain HTML without scripts, under a strict policy of its
own, in the reader's language, never stored by a browser and never named to another site.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Request, Response

from domain.words import Money, plain_money
from gateways.base import GatewayRefused
from gateways.sandbox.addresses import origin_of, with_setup
from gateways.sandbox.catalogue import METHODS, Method, cards_of_page
from gateways.sandbox.page_words import LANGUAGES
from gateways.sandbox.processor import Processor, utc
from gateways.sandbox.visits import Confirmation, Setup

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MAX_FORM_BYTES = 4096
_STYLE = (Path(__file__).parent / "style.css").read_bytes()
_PAGE = Markup(
    "<!doctype html>\n"
    '<html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="robots" content="noindex"><title>{title}</title>'
    '<link rel="stylesheet" href="../style.css"></head>'
    "<body><header><p>{banner}</p></header><main><h1>{title}</h1>{body}</main></body></html>\n"
)
_CHOICE = Markup(
    '<label><input type="radio" name="method" value="{slug}" required>'
    "<span>{name}<small>{note}</small></span></label>"
)
_BACK = Markup('<a class="back" href="{address}">{word}</a>')
_WRONG = Markup('<p class="wrong" role="alert">{}</p>')
_TEXT = Markup("<p>{}</p>")


class HostedPages:
    """The pages of `processor` as a WSGI application; `now` gives the moment, aware."""

    def __init__(self, processor: Processor, now: Callable[[], datetime]):
        self._processor = processor
        self._visits = processor.visits
        self._now = now

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = MAX_FORM_BYTES
        page = _Page(LANGUAGES, request.accept_languages.best_match(list(LANGUAGES), default="en"))
        try:
            response = self._answer(request, page)
        except RequestEntityTooLarge:
            response = page.plain("bad", 413)
        except sqlite3.Error:
            # A full disk or a lock that lasts: nothing was changed, and the person may try again.
            response = page.plain("bad", 503)
        return response(environ, start_response)

    def _answer(self, request: Request, page: _Page) -> Response:
        if request.method not in ("GET", "HEAD", "POST"):
            return page.plain("bad", 405)
        if request.path == "/style.css":
            return _style()
        kind, _, ref = request.path.strip("/").partition("/")
        if kind == "setup":
            setup = self._visits.setup(ref, utc(self._now()))
            return self._setup(request, page, setup) if setup else page.plain("missing", 404)
        if kind == "confirm":
            asked = self._visits.confirmation(ref)
            return self._confirm(request, page, ref, asked) if asked else page.plain("missing", 404)
        return page.plain("missing", 404)

    def _setup(self, request: Request, page: _Page, setup: Setup) -> Response:
        back = with_setup(setup.return_url, setup.setup_ref)
        if request.method != "POST":
            return page.already_chosen(setup, back, 200) if setup.chosen else page.pick_list(setup, back)
        slug = request.form.get("method", "")
        try:
            agreed = self._visits.choose(setup.setup_ref, slug)
        except GatewayRefused:
            return page.pick_list(setup, back, wrong=True)
        if not agreed:
            now_chosen = self._visits.setup(setup.setup_ref, utc(self._now())) or setup
            return page.already_chosen(now_chosen, back, 409)
        return _away(back)

    def _confirm(self, request: Request, page: _Page, ref: str, asked: Confirmation) -> Response:
        if request.method != "POST":
            return page.question(asked) if asked.open else page.answered(asked, 200)
        decision = request.form.get("decision", "")
        if decision not in ("approve", "decline"):
            return page.question(asked, wrong=True) if asked.open else page.answered(asked, 200)
        try:
            agreed = self._visits.answer(
                ref, decision == "approve", utc(self._now()), request.form.get("method", "")
            )
        except GatewayRefused:
            return page.question(asked, wrong=True)
        if agreed and asked.return_url:
            return _away(asked.return_url)
        stands = self._visits.confirmation(ref) or asked
        return page.answered(stands, 200 if agreed else 409)


class _Page:
    """Pages in one language."""

    def __init__(self, languages: Mapping[str, Mapping[str, str]], language: str | None):
        self._language = language or "en"
        self._words = languages[self._language]

    def _response(self, title: str, body: Markup, status: int, return_url: str = "") -> Response:
        text = _PAGE.format(
            language=self._language, title=self._words[title], banner=self._words["banner"], body=body
        )
        response = Response(text, status=status, mimetype="text/html")
        origin = origin_of(return_url)
        response.headers["Content-Security-Policy"] = (
            f"default-src 'none'; style-src 'self'; form-action 'self'{f' {origin}' if origin else ''}; "
            "base-uri 'none'; frame-ancestors 'none'"
        )
        response.headers["Content-Language"] = self._language
        response.headers["Vary"] = "Accept-Language"
        return _guarded(response)

    def plain(self, what: str, status: int) -> Response:
        """A page with one sentence: "missing" or "bad"."""
        response = self._response(f"{what}_title", _TEXT.format(self._words[f"{what}_text"]), status)
        if status == 405:
            response.headers["Allow"] = "GET, HEAD, POST"
        return response

    def pick_list(self, setup: Setup, back: str, wrong: bool = False) -> Response:
        words = self._words
        groups = Markup("").join(
            self._choices(words[legend], [method for method in METHODS if method.kind == kind])
            for kind, legend in (("bank", "banks"), ("card", "cards"))
        )
        body = Markup(
            '{}<p>{} {}</p><form method="post">{}<div class="choose"><button class="main">{}</button></div></form>{}'
        ).format(
            _WRONG.format(words["choose_first"]) if wrong else "",
            words["setup_for"].format(name=setup.name) if setup.name else "",
            words["setup_hint"],
            groups,
            words["use"],
            _BACK.format(address=back, word=words["back_without"]),
        )
        return self._response("setup_title", body, 422 if wrong else 200, setup.return_url)

    def _choices(self, legend: str, methods: Iterable[Method]) -> Markup:
        return Markup("<fieldset><legend>{}</legend>{}</fieldset>").format(
            legend,
            Markup("").join(
                _CHOICE.format(slug=method.slug, name=self._named(method), note=self._words[method.slug])
                for method in methods
            ),
        )

    def already_chosen(self, setup: Setup, back: str, status: int) -> Response:
        text = self._words["chosen_text"].format(method=self._named(setup.chosen))
        body = Markup("{}{}").format(_TEXT.format(text), _BACK.format(address=back, word=self._words["back"]))
        return self._response("chosen_title", body, status, setup.return_url)

    def question(self, asked: Confirmation, wrong: bool = False) -> Response:
        words = self._words
        chooses = asked.method is None
        body = Markup(
            '{}<p>{}</p>{}<form method="post">{}<button class="main" name="decision" value="approve">{}</button>'
            '<button name="decision" value="decline"{}>{}</button></form>'
        ).format(
            _WRONG.format(words["card_first" if chooses else "answer_first"]) if wrong else "",
            words["pay_hint" if chooses else "confirm_hint"],
            self._facts(asked),
            self._choices(words["cards"], cards_of_page()) if chooses else "",
            words["pay" if chooses else "approve"],
            Markup(" formnovalidate") if chooses else "",
            words["do_not_pay" if chooses else "decline"],
        )
        title = "pay_title" if chooses else "confirm_title"
        return self._response(title, body, 422 if wrong else 200, asked.return_url)

    def answered(self, asked: Confirmation, status: int) -> Response:
        words = self._words
        onward = (
            _BACK.format(address=asked.return_url, word=words["back"])
            if asked.return_url
            else _TEXT.format(words["close"])
        )
        body = Markup("{}{}{}").format(self._facts(asked), _TEXT.format(words["answered_text"]), onward)
        title = "approved_title" if asked.approved else "declined_title"
        return self._response(title, body, status, asked.return_url)

    def _facts(self, asked: Confirmation) -> Markup:
        words = self._words
        named = [
            ("amount", plain_money(Money(asked.amount_minor, asked.currency))),
            *([("method", self._named(asked.method))] if asked.method else []),
            ("reference", asked.ref),
        ]
        rows = (Markup("<dt>{}</dt><dd>{}</dd>").format(words[name], value) for name, value in named)
        return Markup("<dl>{}</dl>").format(Markup("").join(rows))

    def _named(self, method: Method | None) -> str:
        if method is None:
            return ""
        return self._words["ending"].format(bank=method.bank_name, last4=method.last4)


def _guarded(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "DENY"
    return response


def _away(address: str) -> Response:
    response = Response(status=303)
    response.autocorrect_location_header = False
    response.headers["Location"] = address
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return _guarded(response)


def _style() -> Response:
    headers = {
        "Cache-Control": "public, max-age=300",
        "Content-Security-Policy": "default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(_STYLE, mimetype="text/css", headers=headers)
