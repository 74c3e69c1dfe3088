"""Words of a notice that staff wrote, filled in a closed sandbox. Verbs: `check`, `fill`; `variables`, `example`.

What may stand in them is less than the sandbox of Jinja would allow: text, names of a closed list, and `if` with `not`,
`and`, `or` over such names. No attribute, call, filter, loop, literal or assignment is let through, so what comes out
is bounded by what was typed, and nothing of the program can be reached. A value is text before it gets here, and what
comes out is text too: the mail escapes it where it becomes HTML, and puts a subject on one line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jinja2 import TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from domain.words import N_, Money, Refused, Sentence
from papers.notice_words import PLACE, WORDS
from papers.voice import Voice

MOST_SUBJECT, MOST_BODY, MOST_TEXT = 200, 4_000, 300
MOST_VALUE, MOST_OUTPUT = 300, 12_000
MOST_NODES, MOST_DEPTH = 400, 8
CHANNELS = ("email", "sms")
ALWAYS = ("name", "business", "phone", "link")
USUAL = ("agreement_number", "agreement_title", "amount", "on", "method", "reference")

_ALLOWED = (nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.Not, nodes.And, nodes.Or)


class BrokenWords(ValueError):
    """The words cannot be used for this message. Names what is wrong, never a value."""


@dataclass(frozen=True, slots=True)
class Own:
    """Words as staff wrote them: `subject` (and heading) of a mail, "" for a text; `body` in paragraphs."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Filled:
    """The same with everything filled in: plain text, the subject on one line."""

    subject: str
    paragraphs: tuple[str, ...]


def variables(event: str) -> tuple[str, ...]:
    """The names that may stand in the words of the event, in the order in which they are offered."""
    words = WORDS[event]
    named = [name for line in (*words.line, *words.more) for name in PLACE.findall(line)]
    return tuple(dict.fromkeys((*ALWAYS, *USUAL, *named)))


def example(event: str, currency: str = "USD") -> dict[str, Any]:
    """Values to look at the words with."""
    known = {
        "name": "Bo Rivera",
        "agreement_number": "L-10001",
        "agreement_title": "2021 Toyota Camry",
        "on": date(2026, 3, 2),
        "leaves_on": date(2026, 3, 2),
        "method": "First Test Bank ••6789",
        "reference": "R-000042",
        "what": "This is what the cause says.",
        "answer": "This is what we answered.",
        "name_of_fee": "Late fee",
    }
    amounts = {"was": 14_000, "limit": 20_000}
    return {
        name: known[name] if name in known else Money(amounts.get(name, 15_597), currency)
        for name in variables(event)
        if name not in ("business", "phone", "link")
    }


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(autoescape=False, finalize=_shown, keep_trailing_newline=True)
    for known in (environment.globals, environment.filters, environment.tests):
        known.clear()
    return environment


def _shown(value: Any) -> str:
    if value == "":
        raise BrokenWords("a value that the words need is missing")
    return str(value)


_SANDBOX = _environment()


def check(event: str, channel: str, own: Own) -> None:
    """Raise Refused, beside "subject" or "body", for words that could not be used."""
    if event not in WORDS or channel not in CHANNELS:
        raise Refused(Sentence(N_("There is no such notice.")))
    if channel == "email" and not own.subject.strip():
        raise Refused(Sentence(N_("A mail needs a subject.")), "subject")
    if any(ord(mark) < 32 or 127 <= ord(mark) < 160 for mark in own.subject):
        raise Refused(Sentence(N_("The subject stands on one line.")), "subject")
    if not own.body.strip():
        raise Refused(Sentence(N_("Write some words.")), "body")
    most = MOST_BODY if channel == "email" else MOST_TEXT
    for field, source, longest in (("subject", own.subject, MOST_SUBJECT), ("body", own.body, most)):
        if len(source) > longest:
            words = N_("Use at most %(count)s characters.")
            raise Refused(Sentence(words, {"count": longest}), field)
        try:
            _parsed(event, source)
            _rendered(event, source, dict.fromkeys(variables(event), "x" * 20))
        except BrokenWords as broken:
            raise Refused(_why(event, broken), field) from broken


def _why(event: str, broken: BrokenWords) -> Sentence:
    words = N_("Only these may stand in it: %(names)s, and if, else, not, and, or. The program said: %(why)s")
    return Sentence(words, {"names": ", ".join(variables(event)), "why": str(broken)})


def fill(
    event: str, channel: str, own: Own, voice: Voice, data: Mapping[str, Any], business: Mapping[str, Any]
) -> Filled:
    """The words for one reader. Raises BrokenWords where they cannot be used, whatever is wrong."""
    given = {**data, "business": business.get("name"), "phone": business.get("phone")}
    values = {name: _plain(voice.words(given.get(name))) for name in variables(event)}
    try:
        subject = _rendered(event, own.subject, values)
        body = _rendered(event, own.body, values)
    except BrokenWords:
        raise
    except Exception as fault:
        raise BrokenWords(type(fault).__name__) from fault
    paragraphs = [" ".join(one.split()) for one in body.replace("\r", "").split("\n\n")]
    found = Filled(" ".join(subject.split())[:MOST_SUBJECT], tuple(one for one in paragraphs if one))
    if not found.paragraphs or (channel == "email" and not found.subject):
        raise BrokenWords("nothing is left of it")
    return found


def _plain(text: str) -> str:
    return " ".join(text.split())[:MOST_VALUE]


def _rendered(event: str, source: str, values: Mapping[str, str]) -> str:
    """What the source says with these values. Its parts are joined one by one, so that it ends when it is too long."""
    if not source:
        return ""
    _parsed(event, source)
    length, parts = 0, []
    try:
        for part in _SANDBOX.from_string(source).generate(**values):
            length += len(part)
            if length > MOST_OUTPUT:
                raise BrokenWords("it becomes too long")
            parts.append(part)
    except (TemplateError, RecursionError, SyntaxError, MemoryError) as fault:
        raise BrokenWords(type(fault).__name__) from fault
    return "".join(parts)


def _parsed(event: str, source: str) -> None:
    """Raise BrokenWords unless the source holds nothing but what is let through."""
    if len(source) > MOST_BODY:
        raise BrokenWords("it is too long")
    try:
        tree = _SANDBOX.parse(source)
    except (TemplateError, RecursionError, SyntaxError) as fault:
        raise BrokenWords(type(fault).__name__) from fault
    names = set(variables(event))
    for count, (node, depth) in enumerate(_walk(tree, 0), 1):
        if count > MOST_NODES or depth > MOST_DEPTH:
            raise BrokenWords("it is too deep")
        if not isinstance(node, _ALLOWED):
            raise BrokenWords(f"{type(node).__name__.lower()} is not let through")
        if isinstance(node, nodes.Name) and node.name not in names:
            raise BrokenWords(f"{node.name[:40]} is not one of the names")


def _walk(node: nodes.Node, depth: int) -> Iterator[tuple[nodes.Node, int]]:
    """Every node below with its depth, until it is too deep to matter."""
    for child in node.iter_child_nodes():
        yield child, depth
        if depth <= MOST_DEPTH:
            yield from _walk(child, depth + 1)
