"""A card number that somebody types into a page of ours is taken out before anything reads it (safety W23).

Cards are entered on the processor's own page. Here they would end in a note, a search, a log or a mail; so what comes
in holds only the last four digits, and the person is told. Passwords are left alone: they are hashed, kept nowhere.
"""

from __future__ import annotations

from flask import Flask, flash, request
from flask_babel import gettext
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from domain.rules.bank_numbers import is_iban
from domain.rules.card_numbers import without_card_numbers


def init_app(app: Flask) -> None:
    @app.before_request
    def take_out() -> None:
        for name in ("args", "form"):
            given: MultiDict[str, str] = getattr(request, name)
            if any(_holds_one(key, value) for key, value in given.items(multi=True)):
                cleaned = [
                    (key, without_card_numbers(value) if _holds_one(key, value) else value)
                    for key, value in given.items(multi=True)
                ]
                # Cached properties of this request: whoever reads them from now on finds these.
                request.__dict__[name] = ImmutableMultiDict(cleaned)
                flash(gettext("We took a card number out of what you wrote. Please never write one here: cards are"
                              " entered on the processor's page only."), "warning")  # fmt: skip


def _holds_one(name: str, value: str) -> bool:
    if "password" in name or sum(map(str.isdigit, value)) < 13 or is_iban(value):
        return False
    return without_card_numbers(value) != value
