"""Which passwords may be: by length, by the lists, by what others know of the person (safety A1, A2)."""

from __future__ import annotations

import pytest

from domain.rules.passwords import LONGEST, listed, normal, problem, shortest, strength

KNOWN = ("Nora Novak", "nora.novak@example.org", "C-10042", "nnovak", "Harbor Motors")


def said(password: str, role: str = "customer", *, second_factor: bool = False) -> str:
    wrong = problem(password, role=role, known=KNOWN, second_factor=second_factor)
    return str(wrong.msgid % wrong.params) if wrong else ""


# The password, whose, whether they have a second factor, and a word of the reason; "" where it may be used.
TABLE = [
    ("moss lantern teacup drive", "customer", False, ""),
    ("moss lantern teacup drive", "staff", False, ""),
    ("mosslanternteacupdrive", "customer", False, ""),
    ("MOSS LANTERN TEACUP DRIVE", "customer", False, ""),
    ("1940 8823 7715 6402 9931", "customer", False, ""),  # no kinds of characters are asked for
    ("ñandú lluvia pájaro sol", "customer", False, ""),
    ("кот лампа дорога чай", "customer", False, ""),
    ("🐢🌵🚲🥁🧭🪁🎻🧊🪴🛶🧲🪐🦑🧵🛰", "customer", False, ""),
    ("x7#kQ9!pLm2$vBw", "customer", False, ""),  # fifteen
    ("x7#kQ9!pLm2$vB", "customer", False, "at least 15"),
    ("x7#kQ9!pLm2$vB", "customer", True, ""),
    ("k7Vq!x2z", "customer", True, ""),  # eight
    ("k7Vq!x2", "customer", True, "at least 8"),
    ("k7Vq!x2z", "staff", True, "at least 12"),
    ("k7Vq!x2zR#4m", "staff", True, ""),  # twelve
    ("k7Vq!x2zR#4", "admin", True, "at least 12"),
    ("k7Vq!x2zR#4", "landlord", True, "at least 12"),
    ("moss lantern teacup drive " * 10, "customer", False, "at most 256"),
    ("m0ss lantern teacup drive " * 9 + "and then some more", "customer", False, ""),
    ("password", "customer", True, "lists"),
    ("PassWord", "customer", True, "lists"),
    ("pass-word", "customer", True, "lists"),
    ("trustno1", "customer", True, "lists"),
    ("correct horse battery staple", "customer", False, "lists"),
    ("aaaaaaaaaaaaaaaaaaaa", "customer", False, "repeats itself"),
    ("qwertyuiopasdfghjklzxcvb", "customer", False, "follows the keyboard"),
    ("poiuytrewq9876543210", "customer", False, "follows the keyboard"),
    ("Summer2024Summer2024", "customer", False, "easy to guess"),
    ("Harbor Motors 2026", "customer", False, "name of the business"),
    ("c-10042 c-10042 c-10042", "customer", False, "your name"),
    ("duebook duebook duebook", "customer", False, "name of the business"),
    ("nora.novak@example.org", "customer", False, "your name"),
    ("nnovaknnovak-2026", "customer", False, "your name"),
]


@pytest.mark.safety("A1", "A2")
@pytest.mark.parametrize(("password", "role", "second_factor", "reason"), TABLE)
def test_what_may_be_and_what_may_not_and_why(password, role, second_factor, reason):
    answer = said(password, role, second_factor=second_factor)
    assert reason in answer
    assert bool(reason) == bool(answer)


@pytest.mark.safety("A2")
def test_the_list_holds_far_more_than_three_thousand_words_and_all_that_are_long_enough_are_refused():
    """Five thousand of them as they stand, and as people dress them up."""
    long_enough = sorted(word for word in listed() if len(word) >= shortest("customer", second_factor=True))
    assert len(listed()) > 30_000
    assert len(long_enough) > 10_000
    for word in long_enough[::2][:5_000]:
        assert "lists" in said(word, second_factor=True), word
        assert "lists" in said(word.upper(), second_factor=True), word


@pytest.mark.safety("A1")
def test_a_password_is_never_cut_short():
    longest = ("moss lantern teacup drive " * 10)[:LONGEST]
    assert said(longest) == ""
    assert normal(longest) == longest
    assert "at most 256" in said(longest + "x")


@pytest.mark.safety("A1")
def test_one_password_in_two_unicode_forms_is_one_password():
    assert normal("cafe\u0301 lantern teacup") == normal("caf\u00e9 lantern teacup")


@pytest.mark.parametrize(
    ("password", "score", "advice"),
    [
        ("", 0, "at least 15"),
        ("moss", 1, "at least 15"),
        ("aaaaaaaaaaaaaaaaaaaa", 1, "repeats itself"),
        ("mosslanterntea", 1, "at least 15"),
        ("moss lantern teacup drive", 4, "password manager"),
    ],
)
def test_the_meter_says_the_same_as_the_form_and_a_word_of_advice(password, score, advice):
    found = strength(password, role="customer", known=KNOWN)
    assert found.score == score
    assert advice in found.advice.msgid % found.advice.params


@pytest.mark.parametrize("row", TABLE)
def test_the_meter_never_praises_what_the_form_refuses(row):
    password, role, second_factor, reason = row
    found = strength(password, role=role, known=KNOWN, second_factor=second_factor)
    assert (found.score > 1) == (reason == "")
