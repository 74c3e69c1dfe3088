"""Words of staff in the sandbox: they say what they may, and every attack ends in a sentence or in our own words."""

from __future__ import annotations

import contextlib
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.words import Money, Refused
from papers import own_words
from papers.notice_words import WORDS
from papers.notices import compose_line, compose_notice
from papers.own_words import BrokenWords, Own, check, example, fill, variables
from papers.voice import Voice

EVENT = "reminder_before"
HOUSE = {
    "name": "Harbor Motors",
    "phone": "+1 555 0100",
    "email": "",
    "address_lines": (),
    "site": "http://localhost",
}
DATA = {
    "name": "Bo Rivera", "agreement_number": "L-10001", "amount": Money(15_597, "USD"), "on": date(2026, 3, 2),
    "link": "http://localhost/agreements/x",
}  # fmt: skip


def filled(body: str, subject: str = "Due soon", **data: object) -> own_words.Filled:
    return fill(EVENT, "email", Own(subject, body), Voice(), DATA | data, HOUSE)


def test_names_are_filled_and_an_if_chooses() -> None:
    found = filled(
        "Dear {{ name }},\n\n{% if amount %}{{ amount }} is due on {{ on }}.{% else %}Soon.{% endif %}"
    )
    assert found.paragraphs == ("Dear Bo Rivera,", "155.97 USD is due on 2026-03-02.")


def test_every_notice_offers_names_with_examples_and_its_own_words_could_be_written_with_them() -> None:
    for event in WORDS:
        shown = example(event)
        assert set(variables(event)) - {"business", "phone", "link"} == set(shown)
        body = " ".join(f"{{{{ {name} }}}}" for name in variables(event))
        check(event, "email", Own("x", body))
        assert fill(event, "email", Own("x", body), Voice(), shown | {"link": "http://localhost"}, HOUSE)


ATTACKS = [
    "{{ ''.__class__ }}",
    "{{ name.__class__.__mro__ }}",
    "{{ name|attr('__class__') }}",
    "{{ name['__class__'] }}",
    "{{ name.format.__globals__ }}",
    "{% for one in range(1000000) %}x{% endfor %}",
    "{% for one in name %}{% for two in name %}{{ name }}{% endfor %}{% endfor %}",
    "{{ name * 1000000 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ 'x' ~ name }}",
    "{% set x = name %}{{ x }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% include 'receipt.html' %}",
    "{% import '_parts.html' as p %}",
    "{% extends '_base.html' %}",
    "{{ self }}",
    "{{ config }}",
    "{{ cycler }}",
    "{{ lipsum() }}",
    "{{ name.upper() }}",
    "{{ name|upper }}",
    "{% if name == 'Bo' %}x{% endif %}",
    "{% if name is defined %}x{% endif %}",
    "{% raw %}{{ name }}{% endraw %}{{ nobody }}",
    "{{ name if name else amount }}",
    "{% block subject %}x{% endblock %}",
    "{% filter upper %}x{% endfilter %}",
    "{% call name() %}{% endcall %}",
    "{% autoescape false %}x{% endautoescape %}",
    "{% with a=name %}{{ a }}{% endwith %}",
    "{{",
    "{% if %}",
    "{% if name %}" * 300 + "x" + "{% endif %}" * 300,
    "{{ " + "not " * 900 + "name }}",
    "{{ " + "(" * 900 + "name" + ")" * 900 + " }}",
    "{{ name }}" * 1_000,
    "x" * 4_001,
]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("field", ["subject", "body"])
def test_an_attack_is_refused_beside_its_field_at_once(attack: str, field: str) -> None:
    own = Own(attack, "Words.") if field == "subject" else Own("Words", attack)
    began = time.process_time()
    with pytest.raises(Refused) as told:
        check(EVENT, "email", own)
    assert told.value.field == field
    assert time.process_time() - began < 2


@pytest.mark.safety("W16")
@pytest.mark.parametrize("attack", ATTACKS)
def test_what_stands_in_the_database_all_the_same_never_runs(attack: str) -> None:
    with pytest.raises(BrokenWords):
        filled(attack)


def test_huge_values_stay_bounded() -> None:
    found = filled("{{ name }}\n\n" * 30, name="x" * 1_000_000)
    assert sum(len(one) for one in found.paragraphs) <= own_words.MOST_OUTPUT


def test_a_value_that_is_missing_where_it_must_be_said_gives_our_own_words() -> None:
    with pytest.raises(BrokenWords, match="missing"):
        filled("From {{ method }}.")
    assert filled("{% if method %}From {{ method }}.{% else %}Hello.{% endif %}").paragraphs == ("Hello.",)


@pytest.mark.safety("W16")
def test_a_value_is_never_read_as_words() -> None:
    found = filled("Dear {{ name }}", name="{{ amount }}{% for x in y %}")
    assert found.paragraphs == ("Dear {{ amount }}{% for x in y %}",)


def test_nothing_typed_or_filled_becomes_markup_in_the_mail() -> None:
    own = filled("<script>alert(1)</script> <b>{{ name }}</b>", name="<img src=x onerror=alert(1)>")
    mail = compose_notice(EVENT, Voice(), DATA, HOUSE, own)
    for mark in ("<script>", "<b>", "<img"):
        assert mark not in mail.html.lower().replace("<br>", ""), mark
    assert "&lt;script&gt;" in mail.html
    assert "<b><img src=x onerror=alert(1)></b>" in mail.text


@pytest.mark.parametrize("mark", ["\r\n", "\n", "\r", "\x00", "\x85"])
def test_no_header_is_added_through_the_subject(mark: str) -> None:
    with pytest.raises(Refused):
        check(EVENT, "email", Own(f"Due{mark}Bcc: everybody@example.org", "Words."))
    own = fill(
        EVENT,
        "email",
        Own("Due {{ name }}", "Words."),
        Voice(),
        DATA | {"name": f"Bo{mark}Bcc: a@b.c"},
        HOUSE,
    )
    mail = compose_notice(EVENT, Voice(), DATA, HOUSE, own)
    assert not any(ord(letter) < 32 or ord(letter) == 0x85 for letter in mail.subject)


def test_a_text_is_ours_to_begin_and_theirs_to_say() -> None:
    own = fill(EVENT, "sms", Own("", "Pay {{ amount }} by {{ on }}."), Voice(), DATA, HOUSE)
    said = compose_line(EVENT, Voice(), DATA, HOUSE, own)
    assert said.startswith("Harbor Motors: Pay 155.97 USD by 2026-03-02.")


@given(st.text(max_size=200), st.text(max_size=60))
def test_whatever_is_typed_is_said_or_refused_and_never_a_fault(body: str, subject: str) -> None:
    own = Own(subject, body)
    try:
        check(EVENT, "email", own)
    except Refused:
        return
    with contextlib.suppress(BrokenWords):
        assert fill(EVENT, "email", own, Voice(), DATA, HOUSE).paragraphs
