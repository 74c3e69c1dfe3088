"""The sheet that a customer takes home from the counter: where the portal is, how to begin, what it can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import segno

from papers.press import LONGEST_WORD, breakable, frame, print_pdf
from papers.voice import Voice


@dataclass(frozen=True, slots=True)
class WelcomeSheet:
    """What the sheet says. `site` is the address of the portal; nothing on the sheet opens an account by itself.

    `currency` says on which paper it is printed, as with all papers.
    """

    business_lines: Sequence[str]
    name: str
    customer_number: str
    agreement_number: str
    agreement_name: str
    site: str
    currency: str
    test_mode: bool = False


def welcome_sheet_pdf(data: WelcomeSheet, voice: Voice, font_folders: Sequence[str] = ()) -> bytes:
    """The sheet as a PDF; the same data and voice give the same bytes."""
    return print_pdf("welcome_sheet", _sheet(data, voice), font_folders)


def _sheet(data: WelcomeSheet, voice: Voice) -> dict[str, Any]:
    """The sheet as the typst source reads it: every value already a text in the reader's language."""
    _ = voice
    title = _("Your payments, on your phone")
    claim = f"{data.site}/claim"
    return {
        **frame(voice, data.currency, data.business_lines, data.test_mode),
        "title": title,
        "footer": " · ".join([*data.business_lines[:1], data.agreement_number]),
        "hello": _("Welcome, %(name)s", name=data.name),
        "facts": [
            (_("Customer number"), data.customer_number),
            (_("Agreement"), " · ".join(dict.fromkeys([data.agreement_name, data.agreement_number]))),
        ],
        "begin_title": _("How you begin"),
        "begin": [
            _("Point the camera of your phone at the picture, or type the address below it."),
            _(
                "Write your e-mail address or your customer number. A link comes to the e-mail address we have on file."
            ),
            _("Open the link and choose a username and a password. You have an account already? Sign in."),
        ],
        "offers_title": _("What you can do there"),
        "offers": [
            _("See what you owe and why, down to each fee and each cent of interest."),
            _("Pay from a bank account or with a card, today or on a day you choose."),
            _("Let each payment be taken by itself on its day, and skip or stop it when you need to."),
            _("Be reminded before a payment is due, by mail, text or on your phone."),
            _("Find every receipt, statement and contract, and print them."),
            _("Ask us: write a message, question an amount, get help in English or Spanish."),
        ],
        "safe_title": _("So that it stays yours"),
        "safe": [
            _("We never ask for your password or a code, on the phone or by mail."),
            _("The address begins exactly as it is printed here. Another one is not ours."),
        ],
        "site": breakable(claim, LONGEST_WORD),
        "picture": str(segno.make(claim, error="m").svg_inline(border=2, dark="#000")),
        "picture_alt": _("QR code of the address"),
    }
