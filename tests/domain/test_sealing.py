"""What is sealed opens only unchanged, in its own place, with its own key."""

from __future__ import annotations

import secrets

import pytest

from domain import sealing
from domain.sealing import CannotOpen, seal, unseal

PLACE = "payment_method.token:one"


@pytest.fixture(autouse=True)
def one_key(monkeypatch):
    """Keys of this test alone."""
    monkeypatch.setattr(sealing, "_keys", {})
    monkeypatch.setattr(sealing, "_current", "")
    sealing.configure(secrets.token_bytes(32))


@pytest.mark.parametrize("plain", ["", "sbx_bank.8f3", "übergrößé ☂", "x" * 10_000])
def test_what_was_sealed_opens_again(plain) -> None:
    assert unseal(seal(plain, PLACE), PLACE) == plain


@pytest.mark.safety("D1")
def test_the_sealed_text_shows_nothing_and_is_never_the_same_twice() -> None:
    first, second = seal("sbx_bank", PLACE), seal("sbx_bank", PLACE)
    assert first != second
    assert "sbx_bank" not in first


@pytest.mark.safety("D1")
def test_a_sealed_text_moved_to_another_row_does_not_open() -> None:
    with pytest.raises(CannotOpen, match="changed or moved"):
        unseal(seal("sbx_bank", PLACE), "payment_method.token:two")


@pytest.mark.safety("D1")
def test_a_sealed_text_that_was_edited_anywhere_does_not_open() -> None:
    sealed = seal("sbx_bank", PLACE).rstrip("=")
    start, end = sealed.index(".") + 1, len(sealed) - 1  # the last letter holds spare bits of the same bytes
    edited = [
        sealed[:at] + ("A" if sealed[at] != "A" else "Q") + sealed[at + 1 :] for at in range(start, end)
    ]
    padding = "=" * (-(len(sealed) - start) % 4)
    assert unseal(sealed + padding, PLACE) == "sbx_bank"
    assert [text for text in edited if opens(text + padding)] == []
    assert not opens(sealed[:-4])


def opens(sealed: str) -> bool:
    try:
        unseal(sealed, PLACE)
    except CannotOpen:
        return False
    return True


@pytest.mark.parametrize("broken", ["", ".", "nonsense", "{key}.", "{key}.AAAA", "{key}.é", "{key}.A"])
def test_a_text_that_was_never_sealed_says_so_and_nothing_else(broken) -> None:
    with pytest.raises(CannotOpen):
        unseal(broken.format(key=sealing._current), PLACE)


def test_a_missing_key_is_named_and_an_older_one_still_opens(monkeypatch) -> None:
    old = seal("sbx_bank", PLACE)
    sealing.configure(secrets.token_bytes(32))
    new = seal("sbx_card", PLACE)
    assert (unseal(old, PLACE), unseal(new, PLACE)) == ("sbx_bank", "sbx_card")
    monkeypatch.setattr(sealing, "_keys", {sealing._current: sealing._keys[sealing._current]})
    with pytest.raises(CannotOpen, match=f"the key '{old.partition('.')[0]}' is not in this installation"):
        unseal(old, PLACE)


def test_nothing_is_sealed_before_a_key_was_given(monkeypatch) -> None:
    monkeypatch.setattr(sealing, "_current", "")
    with pytest.raises(RuntimeError, match="no key"):
        seal("sbx_bank", PLACE)


def test_equal_and_unequal_texts_are_told_apart() -> None:
    assert sealing.same("abc", "abc")
    assert not sealing.same("abc", "abd")
    assert sealing.fingerprint("a") != sealing.fingerprint("b")
