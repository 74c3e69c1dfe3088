"""The mails of the portal: `compose` turns a name and plain data into subject, text and HTML.

Each mail is one source, `templates/mail/<name>.html`, with its words written once: rendered over `_base.txt` and
`_parts.txt` it is the plain text, over `_base.html` and `_parts.html` the HTML, so the two cannot say different things.
What each mail needs is listed in `WANTS`, so that a missing value is found by the caller and not by a customer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from papers.voice import Voice

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "mail"
ACCENT = "#0d5b4c"

_PAYMENT = ("agreement_number", "agreement_title", "amount", "method")
_RECEIPT = (*_PAYMENT, "receipt_number", "paid_on", "rows", "balance_after", "state", "reference", "link")

WANTS: Mapping[str, tuple[str, ...]] = {
    "claim": ("agreement_number", "link", "expires"),
    "invitation": ("role", "link", "expires"),
    "second_claim": ("agreement_number", "at", "link"),
    "account_claimed": ("agreement_number", "username", "at", "link"),
    "recover_password": ("link", "expires"),
    "email_changed": ("at", "link"),
    "username_reminder": ("username", "link"),
    "confirm_email": ("link", "expires"),
    "account_frozen": ("at", "link", "by_mail"),
    "alarm_raised": ("who", "number", "at", "link", "by_mail"),
    "security_alert": ("what", "at", "link"),
    "factors_reset": ("who", "number", "at", "device", "place", "link"),
    "device_code": ("code", "at", "device", "place", "link"),
    "new_sign_in": ("at", "device", "place", "link"),
    "pay_link": ("agreement_number", "amount", "note", "expires", "link"),
    "payment_planned": (*_PAYMENT, "leaves_on", "counts_on", "reference", "link"),
    "payment_changed": (*_PAYMENT, "leaves_on", "counts_on", "reference", "link"),
    "payment_cancelled": (*_PAYMENT, "reference", "link"),
    "payment_started": (*_PAYMENT, "started_on", "settles_on", "reference", "link"),
    "receipt": _RECEIPT,
    "counter_receipt": (*_RECEIPT, "received_by"),
    "payment_failed": (*_PAYMENT, "failed_on", "what", "cost", "next_step", "link"),
    "payment_returned": (*_PAYMENT, "paid_on", "returned_on", "why", "fee", "owed", "next_step", "link"),
    "payment_reversed": (*_PAYMENT, "paid_on", "reversed_on", "reason", "reference", "link"),
    "payment_refunded": (*_PAYMENT, "given_back", "paid_on", "refunded_on", "way", "reference", "link"),
    "method_expires": ("method", "last_day", "link"),
    "notice": ("line", "paragraphs", "pairs", "button", "link"),
    "permission": ("paragraphs", "accepted_on", "reference", "link"),
    "report_ready": ("what", "link"),
    "owner_statements": ("what", "link"),
}
"""What each mail needs in `data`. Money is `Money`, days are `date`, moments are aware `datetime`; `device` and `place`
are text; `why`, `what`, `cost`, `next_step` and `state` are Sentence or text; `rows` is a sequence of
(label as Sentence or text, Money), `paragraphs` one of texts; `link` is an absolute http(s) address. `fee` and
`settles_on` may be None, `balance_after` too where there is `credit_after` instead."""

OPTIONAL = (
    "name",
    "phrase",
    "reference",
    "device",
    "place",
    "return_until",
    "credit_after",
    "fee_on_top",
    "next_due",
    "next_due_on",
    "leave",
)
"""What every mail may be given besides: `name` greets the person, by `phrase` they know that a mail is ours, `leave` is
the page where mails of this kind are switched off."""

BUSINESS = ("name", "phone", "email", "address_lines", "site")
"""What every mail needs to know of the business; `site` is the portal's base address. `hours`, `accent` (#rrggbb) and
`test_mode` are optional."""


class MailData(ValueError):
    """The caller left something out, or gave something that may not stand in a mail. Names keys, never values."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A finished mail without its address: one-line `subject`, `text`, and `html` that loads nothing from outside."""

    subject: str
    text: str
    html: str


def compose(template: str, voice: Voice, data: Mapping[str, Any], business: Mapping[str, Any]) -> Mail:
    """The mail called `template` (a key of WANTS) in the reader's `voice`.

    Raises MailData when a value that the mail needs is missing, or a link is not an absolute http(s) address.
    """
    _check(template, data, business)
    values = dict.fromkeys(OPTIONAL) | {name: _tidy(value) for name, value in data.items()}
    house = {"hours": None, "test_mode": False} | {name: _tidy(value) for name, value in business.items()}
    house["accent"] = _colour(business.get("accent"))
    values |= {"business": house, "language": voice.language, "rtl": voice.right_to_left}
    plain, rich = _environment(html=False), _environment(html=True)
    plain_values = values | {"layout": "_base.txt", "parts": "_parts.txt"} | _plain_words(voice)
    source = plain.get_template(f"{template}.html")
    subject = "".join(source.blocks["subject"](source.new_context(plain_values)))
    text = source.render(plain_values)
    html_values = values | {"layout": "_base.html", "parts": "_parts.html"} | _html_words(voice)
    html = rich.get_template(f"{template}.html").render(html_values)
    return Mail(" ".join(subject.split()), _paragraphs(text), _paragraphs(html))


def _check(template: str, data: Mapping[str, Any], business: Mapping[str, Any]) -> None:
    if template not in WANTS:
        raise MailData(f"there is no mail called {template[:40]!r}")
    missing = [name for name in WANTS[template] if name not in data]
    missing += [f"business.{name}" for name in BUSINESS if name not in business]
    if missing:
        raise MailData(f"the mail {template!r} needs {', '.join(missing)}")
    for name, value in (("link", data["link"]), ("business.site", business["site"])):
        if not re.match(r"https?://[^\s<>\"']+\Z", str(value)):
            raise MailData(f"{name} is not an absolute http(s) address")


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_HALF = re.compile(r"[\ud800-\udfff]")  # half of a letter: no encoding can carry it
# Marks that turn the reading direction of what follows: a name could make our own words read backwards.
_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


def _tidy(value: Any) -> Any:
    """Text on one line, so that a name or a label cannot add lines of its own to a mail; sequences item by item."""
    if isinstance(value, str):
        # str.__str__: text that calls itself markup is text here, like any other.
        text = _HALF.sub("\ufffd", _CONTROL.sub(" ", str.__str__(value)))
        return _TURNING.sub("", text).strip()
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return tuple(_tidy(item) for item in value)
    return value


def _colour(value: Any) -> str:
    return value if isinstance(value, str) and re.match(r"#[0-9a-fA-F]{6}\Z", value) else ACCENT


def _paragraphs(text: str) -> str:
    """Plain text with no trailing blanks and never more than one empty line in a row."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


def _plain_words(voice: Voice) -> dict[str, Any]:
    def shown(value: Any) -> str:
        return _tidy(voice.words(value))

    def message(msgid: str, **params: Any) -> str:
        return voice(msgid, **{name: shown(value) for name, value in params.items()})

    return {"_": message, "shown": shown, "label": lambda value: _tidy(voice.label(value))}


def _html_words(voice: Voice) -> dict[str, Any]:
    def shown(value: Any) -> Markup:
        # Markup comes only from our own messages: what callers give was made plain text by `_tidy`.
        return value if isinstance(value, Markup) else escape(_tidy(voice.words(value)))

    def message(msgid: str, **params: Any) -> Markup:
        # The catalogue's words are escaped as well: a translation is text, never markup.
        text = escape(voice.translate(msgid))
        filled = {name: shown(value) for name, value in params.items()}
        return text % filled if filled else text

    return {"_": message, "shown": shown, "label": lambda value: escape(_tidy(voice.label(value)))}


@cache
def _environment(html: bool) -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=html,
        trim_blocks=True,
        lstrip_blocks=True,
    )
