"""Anybody may ask whether a file is ours and unchanged; it is not kept, and nothing of an account is told."""

from __future__ import annotations

import io

import pytest

from tests.fixtures.documents import document, draw, file_of, finish, lease_of, send, sign_as

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.safety("L26")]


@pytest.fixture
def ref(house) -> str:
    flat = lease_of(house, "tess")
    ref = send(house, draw(house, flat.agreement, ("tess",)))
    sign_as(house, ref, "tess")
    finish(house, ref)
    return ref


def check(client, content: bytes):
    return client.post("/verify", data={"file": (io.BytesIO(content), "lease.pdf")})


def test_a_signed_lease_is_known_with_who_signed(client, house, ref) -> None:
    page = check(client, file_of(house, ref, signed=True)).text
    for words in ("It is ours and unchanged", "certificate of all signatures", "Tess Okafor",
                  document(house, ref).number):  # fmt: skip
        assert words in page, words


def test_one_changed_letter_makes_it_a_stranger(client, house, ref) -> None:
    content = bytearray(file_of(house, ref, signed=True))
    content[len(content) // 2] ^= 1
    page = check(client, bytes(content)).text
    assert "This is not one of our documents" in page
    assert "Tess" not in page


def test_a_fingerprint_can_be_typed_in_groups(client, house, ref) -> None:
    digest = document(house, ref).sha256.upper()
    answer = client.post(
        "/verify", data={"fingerprint": " ".join(digest[at : at + 8] for at in range(0, 64, 8))}
    )
    assert "It is ours and unchanged" in answer.text


@pytest.mark.parametrize("data", [{}, {"fingerprint": "D-1234"}, {"fingerprint": "z" * 64}])
def test_nothing_to_check_is_asked_for_again(client, data) -> None:
    assert client.post("/verify", data=data).status_code == 422


def test_what_was_taken_back_is_said_not_to_count(client, house) -> None:
    from domain.actions import documents
    from tests.fixtures.agreements import scope_of

    ref = send(house, draw(house, lease_of(house, "tess").agreement, ("tess",)))
    documents.void(ref, "Wrong rent", who=scope_of(house, "dana"), now=house.now)
    assert "It does not count any more" in check(client, file_of(house, ref)).text
