"""The text messages of the portal: `compose_text` turns a name and plain data into one short text.

A code is followed by a line "@host #123456": phones fill it in on our own address only, so a forged page gets none
(the format of "Domain-bound codes", WICG sms-one-time-codes).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.words import N_
from papers.mails import MailData
from papers.notices import compose_line
from papers.voice import Voice

WORDS: Mapping[str, str] = {
    "sms_code": N_(
        "%(code)s is your sign-in code for %(business)s. It works for 10 minutes. We never ask for it."
    ),
    "number_code": N_(
        "%(code)s is the code to confirm this number at %(business)s. It works for 10 minutes."
    ),
    "pay_link": N_("%(business)s: pay %(amount)s here: %(code)s"),
}
"""What each text says."""
REPLIES: Mapping[str, str] = {
    "texts_stopped": N_(
        "%(business)s: you get no more texts from us. News goes to your e-mail and pages. Reply START to come back."
    ),
    "texts_started": N_(
        "%(business)s: you get texts about your payments again. Reply STOP to end, HELP for help. Rates may apply."
    ),
    "texts_agreed": N_(
        "%(business)s: you agreed to texts about your payments. Reply STOP to end, HELP for help. Rates may apply."
    ),
    "texts_help": N_("%(business)s: texts about your payments. Questions: %(contact)s. Reply STOP to end."),
    "texts_unread": N_(
        "%(business)s: nobody reads texts to this number. Please use %(contact)s. Reply STOP to end."
    ),
}
"""What is answered to a text that somebody sent us."""


def compose_text(template: str, voice: Voice, data: Mapping[str, Any], business: Mapping[str, Any]) -> str:
    """The text called `template` (a key of WORDS or REPLIES, or the name of a notice) in the reader's `voice`.

    Raises MailData when its code is missing.
    """
    if template in REPLIES:
        contact = business.get("phone") or business.get("email") or business["site"]
        return voice(
            REPLIES[template], business=" ".join(str(business["name"]).split())[:40], contact=contact
        )
    if template not in WORDS:
        return compose_line(template, voice, data, business)
    code = str(data.get("link" if template == "pay_link" else "code") or "")
    if not code:
        raise MailData(f"the text {template[:40]!r} has no code")
    name = " ".join(str(business["name"]).split())[:60]
    said = voice(WORDS[template], code=code, business=name, amount=data.get("amount"))
    return f"{said}\n\n@{data['host']} #{code}" if data.get("host") else said
