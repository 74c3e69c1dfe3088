"""What counts as an answer of a passkey (W3C Web Authentication level 2, sections 7.1 and 7.2), and what does not."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from domain.rules import passkeys
from tests.fixtures.authenticator import Phone

SITE = passkeys.Site("pay.example", "https://pay.example", "Harbor Motors")
CHALLENGE = "q" * 42 + "o"
OTHER = "r" * 42 + "o"


def new(**changed):
    phone = Phone(SITE.origin)
    asked = passkeys.question_for_new(SITE, CHALLENGE, "a-user", "bo", "Bo Rivera", [])
    answer = phone.make(asked, **changed)
    return phone, answer, passkeys.new_key(answer, SITE, CHALLENGE)


def proof(phone, key, **changed):
    asked = passkeys.question(SITE, CHALLENGE, [(key.credential_id, key.transports)])
    return passkeys.proof(phone.answer(asked, **changed), SITE, CHALLENGE, key.public_key)


def test_a_new_passkey_is_taken_and_its_answers_prove_it():
    phone, answer, key = new()
    assert passkeys.named(answer) == (key.credential_id, CHALLENGE)
    assert (key.sign_count, key.transports) == (0, "hybrid,internal")
    assert proof(phone, key) == passkeys.Proof(0, False, "a-user")
    assert proof(phone, key, handle=None).user_handle is None


WRONG = {
    "another site's page": {"origin": "https://pay.example.evil.example"},
    "another port": {"origin": "https://pay.example:8443"},
    "no https": {"origin": "http://pay.example"},
    "a name below ours": {"origin": "https://www.pay.example"},
    "another site's key": {"rp_id": "evil.example"},
    "another question": {"challenge": OTHER},
    "nobody recognised": {"verified": False},
    "nobody there": {"present": False},
    "inside another site's page": {"framed": True},
}


@pytest.mark.safety("A20")
@pytest.mark.parametrize("changed", WRONG.values(), ids=WRONG)
def test_one_thing_wrong_about_an_answer_and_it_proves_nothing(changed):
    assert new(**changed)[2] is None
    phone, _answer, key = new()
    assert proof(phone, key, **changed) is None


@pytest.mark.safety("A20")
def test_an_answer_of_one_kind_does_not_stand_for_the_other():
    phone, _answer, key = new()
    assert proof(phone, key, kind="webauthn.create") is None
    assert new(kind="webauthn.get")[2] is None


@pytest.mark.safety("A20")
def test_what_another_key_signed_proves_nothing():
    phone, _answer, key = new()
    assert proof(phone, key, signer=ec.generate_private_key(ec.SECP256R1())) is None


@pytest.mark.safety("A20")
@given(st.integers(0, 10**6), st.sampled_from(["signature", "authenticatorData", "clientDataJSON"]))
def test_an_answer_with_one_letter_changed_proves_nothing(place, part):
    phone, _answer, key = new()
    asked = passkeys.question(SITE, CHALLENGE, [])
    said = json.loads(phone.answer(asked))
    text = said["response"][part]
    # The last letter of base64 may carry bits that mean nothing.
    place %= len(text) - 1
    said["response"][part] = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
    assert passkeys.proof(json.dumps(said), SITE, CHALLENGE, key.public_key) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=15), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.safety("W15")
@given(st.text(max_size=200) | JSON.map(json.dumps) | st.just("x" * 20_000))
def test_whatever_else_is_sent_is_no_proof_and_no_fault(text):
    assert passkeys.named(text) == ("", "")
    assert passkeys.new_key(text, SITE, CHALLENGE) is None
    assert passkeys.proof(text, SITE, CHALLENGE, "AAAA") is None


@given(JSON, st.sampled_from(["id", "rawId", "type", "response"]), JSON)
def test_an_answer_with_a_strange_part_is_no_fault(value, part, inner):
    phone, answer, key = new()
    for said in (json.loads(answer), json.loads(phone.answer(passkeys.question(SITE, CHALLENGE, [])))):
        passkeys.named(json.dumps(said | {part: value}))
        assert passkeys.new_key(json.dumps(said | {"response": inner}), SITE, CHALLENGE) is None
        assert passkeys.proof(json.dumps(said | {"response": inner}), SITE, CHALLENGE, key.public_key) is None


@pytest.mark.safety("A20")
@pytest.mark.parametrize(
    ("before", "now", "back"),
    [(0, 0, False), (0, 1, False), (5, 6, False), (5, 5, True), (5, 4, True), (5, 0, True)],
)
def test_a_count_that_does_not_grow_means_a_copy_unless_the_device_keeps_none(before, now, back):
    # Section 7.2, step 21 of the standard.
    assert passkeys.goes_back(before, now) is back


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("https://pay.example", ("pay.example", "https://pay.example")),
        ("https://Pay.Example:443", ("pay.example", "https://pay.example")),
        ("https://pay.example:8443/portal", ("pay.example", "https://pay.example:8443")),
        ("http://localhost:8000", ("localhost", "http://localhost:8000")),
        ("http://127.0.0.1:8000", None),
        ("https://192.0.2.7", None),
        ("https://[2001:db8::1]", None),
        ("http://pay.example", None),
    ],
)
def test_a_site_is_a_name_and_one_origin_where_browsers_allow_passkeys(address, wanted):
    site = passkeys.site_of(address, "Harbor Motors")
    assert (site and (site.rp_id, site.origin)) == wanted


def test_the_question_asks_for_recognition_and_names_the_keys_known_already():
    known = [("AAAA", "internal,hybrid"), ("BBBB", "")]
    new_one = passkeys.question_for_new(SITE, CHALLENGE, "a-user", "bo", "Bo Rivera", known)
    assert new_one["authenticatorSelection"]["userVerification"] == "required"
    assert new_one["authenticatorSelection"]["residentKey"] == "preferred"
    assert new_one["attestation"] == "none"
    assert [entry["id"] for entry in new_one["excludeCredentials"]] == ["AAAA", "BBBB"]
    proof = passkeys.question(SITE, CHALLENGE, known)
    assert (proof["userVerification"], proof["rpId"], proof["challenge"]) == (
        "required",
        "pay.example",
        CHALLENGE,
    )
    assert proof["allowCredentials"][0]["transports"] == ["internal", "hybrid"]
    assert passkeys.question(SITE, CHALLENGE, [])["allowCredentials"] == []
