"""The words of every notice: one line for a text, a notification and the bell, and what the mail says besides.

`line` gives the sentence of an event and its data, `compose_notice` its mail, `compose_text` its text message. A
sentence whose values are not all there is left out, or a plainer one is taken, so that no notice is lost for a word.
Values: Money, date, text or Sentence, by the names in the places of the words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from domain.words import N_, Sentence
from papers.mails import WANTS, Mail, MailData, compose
from papers.notice_words import ANSWER, HEADLINE, PLACE, WHAT, WORDS, Words
from papers.own_words import Filled
from papers.voice import Voice

LONGEST_NAME = 40
ONE_TEXT, ONE_WIDE_TEXT = 160, 70
"""Characters of one text message: of the GSM 03.38 alphabet, and of any other."""
_GSM = re.compile(r"[A-Za-z0-9 \n\r@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ!\"#¤%&'()*+,\-./:;<=>?¡ÄÖÑÜ§¿äöñüà]*\Z")
_SAME = str.maketrans(
    {"\u202f": " ", "\u00a0": " ", "\u2212": "-", "“": '"', "”": '"', "’": "'", "–": "-", "•": "."}
)


def line(event: str, data: Mapping[str, Any]) -> Sentence | str:
    """What happened, in one sentence; `words_of` in the data names other words of the event.

    Raises MailData for an event without words.
    """
    words = _words(str(data.get("words_of") or event))
    found = [said for one in words.line if (said := _filled(one, data))]
    return found[0] if found else Sentence(words.line[-1])


def more(event: str, data: Mapping[str, Any]) -> list[Sentence | str]:
    """What the mail says after it."""
    said = [_filled(one, data) for one in _words(event).more]
    return [one for one in said if one is not None]


def is_notice(template: str) -> bool:
    """Whether the mail of this name is made of the words of a notice, and has no source of its own."""
    return template in WORDS and template not in WANTS


def compose_notice(
    event: str,
    voice: Voice,
    data: Mapping[str, Any],
    business: Mapping[str, Any],
    own: Filled | None = None,
) -> Mail:
    """The mail of the event in the reader's `voice`; `own` are words of staff in place of ours.

    Raises MailData as `papers.mails.compose` does.
    """
    words = _words(event)
    said = {
        "line": own.subject if own else line(event, data),
        "paragraphs": own.paragraphs if own else more(event, data),
        "pairs": [(voice(label), data[name]) for label, name in _facts(words) if data.get(name)],
        "button": voice(words.button),
    }
    return compose("notice", voice, {**data, **said}, business)


def _facts(words: Words) -> list[tuple[str, str]]:
    return [
        (N_("For"), "agreement_title"),
        (N_("Agreement"), "agreement_number"),
        (words.day, "on"),
        (N_("Amount"), "amount"),
        (N_("From"), "method"),
        (N_("Reference"), "reference"),
    ]


def compose_line(
    event: str,
    voice: Voice,
    data: Mapping[str, Any],
    business: Mapping[str, Any],
    own: Filled | None = None,
) -> str:
    """The event as one text message: who writes and what happened; where there is room, the page and how to stop."""
    name = " ".join(str(business["name"]).split())[:LONGEST_NAME]
    told = " ".join(own.paragraphs) if own else voice.words(line(event, data))
    said = f"{name}: {told}".translate(_SAME)
    for tail in (_page(data, business), voice(N_("Reply STOP to end."))):
        if tail and fits_one(f"{said} {tail}"):
            said = f"{said} {tail}"
    return said


def _page(data: Mapping[str, Any], business: Mapping[str, Any]) -> str:
    link = str(data.get("link", ""))
    return link if link.startswith(str(business["site"])) else ""


def fits_one(text: str) -> bool:
    """Whether the text is one message, not several."""
    return len(text) <= (ONE_TEXT if _GSM.match(text) else ONE_WIDE_TEXT)


def _words(event: str) -> Words:
    if event not in WORDS:
        raise MailData(f"there are no words for the notice {event[:40]!r}")
    return WORDS[event]


def _filled(msgid: str, data: Mapping[str, Any]) -> Sentence | str | None:
    values = {name: data.get(name) for name in PLACE.findall(msgid)}
    if any(value in (None, "") for value in values.values()):
        return None
    if msgid in (WHAT, ANSWER, HEADLINE):
        (said,) = values.values()
        return said if isinstance(said, Sentence) else str(said)
    return Sentence(msgid, values)
