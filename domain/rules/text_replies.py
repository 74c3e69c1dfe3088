"""What somebody means who answers a text message of ours: `meaning_of`.

A yes to text messages may be taken back "in any reasonable manner", so besides the usual single words (47 CFR 64.1200
(a)(10), 89 FR 15756: stop, quit, end, revoke, opt out, cancel, unsubscribe) plain sentences count as well, in English
and Spanish. Where words can be read either way, they are read as a stop: the answer says how to come back.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

STOP, START, HELP, OTHER = "stop", "start", "help", ""
LONGEST = 1_600

_STOP = {
    "en": {
        "stop", "stops", "stopp", "stp", "stoop", "stopall", "end", "quit", "cancel", "unsubscribe", "unsubscribed",
        "unsub", "revoke", "optout", "remove", "cease", "desist", "arret", "nomore", "enough",
    },
    "es": {
        "alto", "baja", "bajas", "cancelar", "cancela", "cancele", "parar", "para", "pare", "paren", "basta", "detener",
        "detente", "fin",
    },
}  # fmt: skip
_START = {
    "en": {"start", "unstop", "subscribe", "resume", "optin", "restart", "startall"},
    "es": {"alta", "comenzar", "empezar", "iniciar", "reanudar", "suscribir", "suscribirme"},
}
_HELP = {"en": {"help", "info", "information", "who"}, "es": {"ayuda", "ayudame", "informacion"}}
_MEANT_ALONE = ("remove", "para", "fin", "who", "enough", "alta")
"""Words that mean it alone, but begin other sentences."""
_MESSAGES = r"(?:texts?|txts?|texting|messages?|messaging|msgs?|sms|spam|notifications?|alerts?|reminders?)"
_MENSAJES = r"(?:mensajes?|textos?|sms|avisos?|alertas?|recordatorios?)"
_NOT = r"(?:don ?t|do not|dont|does not|never|no longer)"
_ENDING = r"(?:stop|quit|cease|end|cancel|discontinue|halt|block|turn off|shut off|switch off|disable)"
_STOP_SENTENCES = {
    "en": (
        r"^(?:please |pls |plz |ok |okay |hey |hi |hello |no |just |i said |kindly )*"
        r"(?:stop|quit|unsubscribe|unsub|cease|opt ?out|end|revoke|cancel)"
        r"(?: (?:it|this|now|all|please|pls|plz|thanks?|thank you|me|already|immediately|today|asap|to end|bot))*$",
        rf"\b{_ENDING}\b.*\b{_MESSAGES}\b",
        rf"\b{_ENDING}(?: with| sending)? (?:this|these|it|all of this)$",
        r"\b(?:stop|quit)\b.*\b(?:contacting|sending|writing|bothering|harassing|spamming|bugging)\b",
        rf"\b{_NOT}\b.*\b(?:text|txt|message|contact|send|write|bother|sms|msg)\b",
        rf"\b{_NOT} (?:want|wish|need|like)\b.*\b(?:{_MESSAGES}|these)\b",
        rf"\bno (?:more|further|additional)\b.*\b{_MESSAGES}\b",
        r"\bopt(?:ing|ed)? (?:me )?(?:out|off)\b",
        r"\bunsubscri\w*\b",
        r"\b(?:take|remove|delete|drop|strike) (?:me|my (?:phone|cell|number)|this number|us)\b",
        r"\b(?:leave me alone|lose (?:my|this) number|wrong (?:number|person)|go away|not interested)\b",
        r"\b(?:revoke|revoking|withdraw|withdrawing|rescind)\b.*\b(?:consent|permission|authori[sz]ation)\b",
        r"\bi (?:revoke|withdraw|am done|m done|want out)\b",
    ),
    "es": (
        r"^(?:por favor |favor |ya |no |hola )*(?:alto|baja|cancelar|parar|pare|paren|basta|detener|stop)"
        r"(?: (?:por favor|ya|ahora|gracias|todo|todos))*$",
        rf"\b(?:cancel\w*|deten\w*|par(?:ar|e|en)|dej(?:ar|e|en|a)|termin\w*|elimin\w*|quit(?:ar|e|en))\b.*"
        rf"\b(?:{_MENSAJES}|enviar\w*|mandar\w*|escribir\w*|molestar\w*|mi numero)\b",
        rf"\bno (?:mas|quiero|deseo|necesito)\b.*\b{_MENSAJES}\b",
        r"\bno (?:me |nos )?(?:mande\w*|envi\w*|escrib\w*|moleste\w*|contacte\w*|textee\w*)\b",
        r"\b(?:darme|dar|dame|deme|denme|me doy|doy) de baja\b",
        r"\b(?:numero equivocado|deje(?:n)?me en paz|no me interesa|revoco|retiro mi consentimiento)\b",
    ),
}
_STOPPING = {
    language: [re.compile(one) for one in sentences] for language, sentences in _STOP_SENTENCES.items()
}
# "Don't stop", "no paren": the word is there, and means the opposite.
_GO_ON = re.compile(
    r"\b(?:don ?t|do not|never) (?:stop|cancel|end|quit|unsubscribe|opt out)\b|\bno (?:pare|paren|cancelen)\b"
)
# What else people cancel or stop: their payment, their appointment. Somebody must read that.
_SOMETHING_ELSE = re.compile(
    r"\b(?:payments?|autopay|appointment|order|lease|contract|check|charge\w*|debit\w*|car|loan|pago\w*|cita|"
    r"contrato|debito\w*)\b"
)
_ABOUT_TEXTS = re.compile(rf"\b(?:{_MESSAGES}|{_MENSAJES})\b")


@dataclass(frozen=True, slots=True)
class Meaning:
    """`said`: STOP, START, HELP or OTHER; `language`: in which it was said ("" where that cannot be told)."""

    said: str
    language: str = ""


def meaning_of(text: str) -> Meaning:
    """What the text means; upper and lower case, accents, signs, spaces between letters make no difference."""
    plain = _plain(text[:LONGEST])
    joined = plain.replace(" ", "")
    for said, words in ((STOP, _STOP), (START, _START), (HELP, _HELP)):
        for language, known in words.items():
            if joined in known:
                return Meaning(said, "" if said == STOP and joined.startswith("sto") else language)
    if text.strip() == "?":
        return Meaning(HELP)
    if _GO_ON.search(plain):
        return Meaning(OTHER)
    for language, sentences in _STOPPING.items():
        if any(one.search(plain) for one in sentences) and not _something_else(plain):
            return Meaning(STOP, language)
    return _by_first_word(plain)


def _something_else(plain: str) -> bool:
    return bool(_SOMETHING_ELSE.search(plain)) and not _ABOUT_TEXTS.search(plain)


def _by_first_word(plain: str) -> Meaning:
    words = plain.split()
    if not words or _something_else(plain):
        return Meaning(OTHER)
    for said, known, most in ((STOP, _STOP, 4), (START, _START, 3), (HELP, _HELP, 6)):
        for language, names in known.items():
            if words[0] in names and words[0] not in _MEANT_ALONE and len(words) <= most:
                return Meaning(said, language)
    return Meaning(OTHER)


def _plain(text: str) -> str:
    """Small letters and figures of the plain alphabet, one space between words."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(one for one in folded if not unicodedata.combining(one))
    words = re.sub(r"[^a-z0-9\u200b]+", " ", letters).replace("\u200b", "").split()
    return " ".join(word.replace("0", "o") if re.search(r"[a-z]", word) else word for word in words)
