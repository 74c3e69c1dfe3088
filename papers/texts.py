"""The text messages of the portal: `compose_text` turns a name and plain data into one short text.

A code is followed by a line "@host #123456": phones fill it in on our own address only, so a forged page gets none
(the format of "Domain-bound codes", WICG sms-one-time-codes).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.words import N_
from papers.mails import MailData
from papers.voice import Voice

WORDS: Mapping[str, str] = {
    "sms_code": N_(
        "%(code)s is your sign-in code for %(business)s. It works for 10 minutes. We never ask for it."
    ),
    "number_code": N_(
        "%(code)s is the code to confirm this number at %(business)s. It works for 10 minutes."
    ),
}
"""What each text says."""


def compose_text(template: str, voice: Voice, data: Mapping[str, Any], business: Mapping[str, Any]) -> str:
    """The text called `template` (a key of WORDS) in the reader's `voice`. Raises MailData when its code is missing."""
    if template not in WORDS or not data.get("code"):
        raise MailData(f"the text {template[:40]!r} is not known or has no code")
    code = str(data["code"])
    said = voice(WORDS[template], code=code, business=" ".join(str(business["name"]).split())[:60])
    return f"{said}\n\n@{data['host']} #{code}" if data.get("host") else said
