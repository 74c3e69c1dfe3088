"""What somebody typed finds what was meant: any part of a word, without accents, with slips of the keys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.search_texts import (
    MOST_COMPARED,
    Slips,
    asked,
    excerpt,
    marked,
    near,
    searched,
    trigrams,
    weight,
)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Why did my payment fail?", ["payment", "fail"]),
        ("late fees", ["late", "fee"]),
        ("E-Mail", ["email"]),
        ("contraseña", ["contrasena"]),
        ("¿Por qué no puedo entrar?", ["entrar"]),
        ("address", ["address"]),
        ("why", ["why"]),
        ("  ", []),
        ("%_\"'()*", []),
    ],
)
def test_what_stands_everywhere_is_not_asked_for(typed, words):
    assert asked(typed) == words


def test_a_text_is_searched_in_lower_case_without_accents_and_with_joined_words():
    assert searched("Código, by E-Mail.") == "codigo by email e mail"
    assert searched("x" * 2_500) == " ".join(["x" * 1_000, "x" * 1_000, "x" * 500]).replace(" ", "")


@pytest.mark.parametrize(
    ("typed", "word"),
    [("pasword", "password"), ("passwrod", "password"), ("recieve", "receive"), ("autpay", "autopay"),
     ("authentcator", "authenticator"), ("buyot", "buyout"), ("fess", "fees")],
)  # fmt: skip
def test_a_slip_of_the_keys_is_forgiven(typed, word):
    assert near(typed, word)


@pytest.mark.parametrize(
    ("typed", "word"), [("fee", "see"), ("card", "chair"), ("rent", "late"), ("lease", "please!")]
)
def test_another_word_is_another_word(typed, word):
    assert not near(typed, word)


def test_in_a_word_of_more_than_sixteen_letters_no_slip_is_forgiven():
    assert near("a" * 16, "a" * 15 + "b")
    assert not near("a" * 17, "a" * 16 + "b")
    assert near("a" * 17, "a" * 17)


def test_an_answer_compares_only_so_many_words_by_letters_whatever_was_written():
    slips = Slips()
    words = ["aaaaaaaaaabcde", "aaaaaaaaaafghi", "aaaaaaaaaajklm"]
    for text in range(60):
        body = " ".join(f"aaaaaaaaaa{text:02}{number:03}" for number in range(400))
        assert weight(words, "", f"{body} payment", slips) == 0
    assert len(slips.compared) == MOST_COMPARED
    assert not slips.near("payment", "paymnet")
    assert weight(["payment"], "", "a payment", slips) > 0


def test_a_slip_is_looked_for_in_the_first_three_hundred_words_of_a_text():
    body = " ".join(f"{number:03}" for number in range(299))
    assert weight(["pasword"], "", f"{body} password") > 0
    assert weight(["pasword"], "", f"{body} 299 password") == 0
    assert weight(["password"], "", f"{body} 299 password") > 0


@given(st.text("abc", min_size=7, max_size=12), st.text("abc", min_size=5, max_size=14))
def test_the_letters_of_two_words_are_compared_as_by_the_whole_table(one, other):
    assert near(one, other) == (table_of(one, other) <= 2)


def table_of(one: str, other: str) -> int:
    """The distance with swaps of neighbours, from the definition (optimal string alignment)."""
    rows = [[line + column if not line * column else 0 for column in range(len(other) + 1)]
            for line in range(len(one) + 1)]  # fmt: skip
    for line in range(1, len(one) + 1):
        for column in range(1, len(other) + 1):
            same = one[line - 1] == other[column - 1]
            ways = [
                rows[line - 1][column] + 1,
                rows[line][column - 1] + 1,
                rows[line - 1][column - 1] + (not same),
            ]
            if line > 1 and column > 1 and one[line - 2 : line] == other[column - 1] + other[column - 2]:
                ways.append(rows[line - 2][column - 2] + 1)
            rows[line][column] = min(ways)
    return rows[-1][-1]


@given(st.text("abcde", min_size=7, max_size=12), st.integers(0, 11), st.sampled_from("abcdexyz"))
def test_one_letter_changed_left_out_or_doubled_is_near(word, place, letter):
    place %= len(word)
    before, after = word[:place], word[place + 1 :]
    for typed in (before + letter + after, before + after, before + letter + word[place] + after):
        assert near(typed, word) or len(typed) < 7


def test_what_holds_all_words_weighs_more_than_what_holds_some_and_the_title_more_than_the_rest():
    words = asked("late fee")
    titled = weight(words, "late fees", "about money")
    held = weight(words, "money", "a late fee is asked")
    half = weight(words, "money", "a fee is asked")
    assert titled > held > half > 0
    assert weight(asked("late fee for rent today"), "money", "a fee") == 0


def test_words_that_were_asked_for_are_marked_as_they_stand():
    pieces = marked("A Código by e-mail, and pay-ments.", asked("codgo email"))
    assert [piece.text for piece in pieces if piece.marked] == ["Código", "e-mail"]
    assert "".join(piece.text for piece in pieces) == "A Código by e-mail, and pay-ments."


def test_an_excerpt_shows_where_the_words_stand_together():
    text = "A fee. " + "Nothing here. " * 40 + "The late fee of a rental is asked for once. " + "More. " * 60
    shown = "".join(piece.text for piece in excerpt(text, asked("late fees")))
    assert "late fee of a rental" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < 200


@given(st.text(max_size=300), st.text(max_size=30))
def test_any_text_can_be_searched_and_shown(text, q):
    words = asked(q)
    assert "".join(piece.text for piece in marked(text, words)) == text
    excerpt(text, words)
    assert all(word.isalnum() for word in words)
    assert all(len(part) == 3 for word in words for part in trigrams(word))


def test_a_title_is_found_while_it_is_typed_and_stands_first() -> None:
    words = asked("late fe")
    assert weight(words, "late fees", "about money") > weight(words, "your credit score", "late payments fe")


def test_a_word_of_every_text_is_no_slip_of_another() -> None:
    assert weight(["chat"], "", "what is that") == 0
    assert not any(piece.marked for piece in marked("What is that?", ["chat"]))
    assert weight(["chat"], "", "we chta here") > 0
