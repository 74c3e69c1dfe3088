"""Ten codes on paper: shown once, each used once, a new set voids the old one (safety A19)."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
import time_machine
from sqlalchemy import select

from models import RecoveryCode, db

CODE = re.compile(r"<code>([a-z2-7-]{19})</code>")


def make(client) -> list[str]:
    answer = client.post("/account/recovery-codes")
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    return CODE.findall(answer.text)


def second_step(house, name: str):
    return house.client(name, stage="password")


@pytest.mark.safety("A19", "D6")
def test_ten_codes_of_eighty_bits_are_shown_once_and_kept_as_hashes(app, house, with_app):
    with_app("bo")
    client = house.client("bo")
    codes = make(client)
    assert len(set(codes)) == 10
    with app.app_context():
        kept = db.session.scalars(select(RecoveryCode.code_hash)).all()
    assert len(kept) == 10
    assert not any(code in stored for code in codes for stored in kept)
    page = client.get("/account/recovery-codes").text
    assert "You have 10 recovery codes" in page
    assert not any(code in page for code in codes)


def test_they_can_be_saved_as_a_plain_file_and_printed(house, with_app):
    with_app("bo")
    page = house.client("bo").post("/account/recovery-codes").text
    file = unquote(re.search(r'href="data:text/plain;charset=utf-8,([^"]+)" download=', page).group(1))
    assert [line for line in file.splitlines() if re.fullmatch(r"[a-z2-7-]{19}", line)] == CODE.findall(page)
    assert "data-print" in page


@pytest.mark.safety("A19")
def test_a_code_opens_once_however_it_is_written_and_its_owner_is_told(app, house, with_app, mails):
    with_app("bo")
    code, other, *_rest = make(house.client("bo"))
    told = len(mails("security_alert"))
    client = second_step(house, "bo")
    page = client.get("/second-factor?way=recovery_code").text
    assert 'action="/second-factor/recovery-code"' in page
    done = client.post("/second-factor/recovery-code", data={"code": f" {code.upper().replace('-', ' ')} "})
    assert done.location == "/dashboard"
    assert client.get("/dashboard").status_code == 200
    assert "9 are left" in str(mails("security_alert")[told].data["what"]).replace("%(left)s", "9")
    with app.app_context():
        assert (
            len(db.session.scalars(select(RecoveryCode).where(RecoveryCode.used_at.is_not(None))).all()) == 1
        )
    assert (
        second_step(house, "bo").post("/second-factor/recovery-code", data={"code": code}).status_code == 422
    )
    assert (
        second_step(house, "bo").post("/second-factor/recovery-code", data={"code": other}).status_code == 303
    )


@pytest.mark.safety("A19")
def test_one_code_many_times_at_once_opens_one_sign_in(house, with_app):
    with_app("bo")
    code = make(house.client("bo"))[0]
    waiting = [second_step(house, "bo") for _browser in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(
            lambda client: client.post("/second-factor/recovery-code", data={"code": code}).status_code,
            waiting,
        )
    assert sorted(answers) == [303] + [422] * 7


@pytest.mark.safety("A19")
def test_a_new_set_voids_the_old_one_and_nobody_elses(house, with_app):
    with_app("bo"), with_app("tess")
    old, hers = make(house.client("bo"))[0], make(house.client("tess"))[0]
    make(house.client("bo"))
    assert (
        second_step(house, "bo").post("/second-factor/recovery-code", data={"code": old}).status_code == 422
    )
    assert (
        second_step(house, "bo").post("/second-factor/recovery-code", data={"code": hers}).status_code == 422
    )
    assert (
        second_step(house, "tess").post("/second-factor/recovery-code", data={"code": hers}).status_code
        == 303
    )


def test_without_a_second_factor_there_are_none_and_taking_the_last_one_off_voids_them(house, with_app):
    assert house.client("bo").post("/account/recovery-codes").status_code == 422
    with_app("bo")
    client = house.client("bo")
    make(client)
    client.post("/account/authenticator/removed")
    with_app("bo")
    assert "You have none" in client.get("/account/recovery-codes").text


@pytest.mark.safety("A22")
def test_it_wants_fresh_proof(house, with_app):
    with_app("bo")
    client = house.client("bo")
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
        assert client.post("/account/recovery-codes").location.startswith("/account/step-up")


def test_the_page_with_new_codes_loaded_again_makes_none_and_voids_none(house, with_app):
    with_app("bo")
    client = house.client("bo")
    seen = re.search(r'name="seen" value="(\d+)"', client.get("/account/recovery-codes").text)[1]
    codes = CODE.findall(client.post("/account/recovery-codes", data={"seen": seen}).text)
    again = client.post("/account/recovery-codes", data={"seen": seen}, follow_redirects=True)
    assert "These codes were made already" in again.text
    assert not CODE.findall(again.text)
    used = second_step(house, "bo").post("/second-factor/recovery-code", data={"code": codes[0]})
    assert used.status_code == 303


def test_who_came_in_by_a_recovery_code_reads_how_many_are_left_and_where_the_new_phone_goes(house, with_app):
    with_app("bo")
    codes = make(house.client("bo"))
    client = second_step(house, "bo")
    page = client.post("/second-factor/recovery-code", data={"code": codes[0]}, follow_redirects=True).text
    assert "You used a recovery code; 9 are left." in page
