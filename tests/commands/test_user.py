"""`flask user`: people made and unlocked from the command line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from domain.actions import credentials
from models import Person, User, db


def create(runner, *arguments: str, typed: str = ""):
    return runner.invoke(args=["user", "create", *arguments], input=typed)


def sign_in(name: str, password: str):
    return credentials.sign_in(
        name, password, address="", device="", base_url="http://x.example", now=datetime.now(UTC)
    )


def test_a_customer_gets_a_link_that_is_printed_once_and_mailed_to_nobody(app, client, house, runner):
    done = create(runner, "--role", "customer", "--name", "Nora Novak", "--email", "nora@example.org")
    assert done.exit_code == 0
    link = done.output.split()[-1]
    assert link.startswith("http://localhost/claim/")
    assert b"Hello, Nora Novak" in client.get(link.removeprefix("http://localhost")).data


@pytest.mark.safety("A21")
@pytest.mark.parametrize("role", ["staff", "admin", "landlord"])
def test_staff_get_a_password_that_works_and_still_need_their_second_step(app, house, runner, role):
    done = create(runner, "--role", role, "--name", "Kim Berg", "--email", "kim@example.org")
    assert done.exit_code == 0
    begun = sign_in("kim", done.output.split()[-1])
    assert (begun.role, begun.stage) == (role, "password")


def test_a_password_from_standard_input_is_used_and_not_printed(app, house, runner):
    done = create(
        runner, "--role", "admin", "--name", "Kim Berg", "--email", "kim@example.org", "--username", "boss",
        "--password-stdin", typed="moss lantern teacup drive\n",
    )  # fmt: skip
    assert done.exit_code == 0
    assert "moss" not in done.output
    assert sign_in("boss", "moss lantern teacup drive")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--role", "boss", "--name", "X", "--email", "x@example.org"], 2),
        (["--role", "staff", "--name", "X"], 2),
        (["--role", "customer", "--name", "X", "--email", "x@example.org", "--password-stdin"], 2),
        (["--role", "staff", "--name", "X", "--email", "no address"], 1),
        (["--role", "staff", "--name", "X", "--email", "x@example.org", "--username", "bo"], 1),
        (
            [
                "--role",
                "staff",
                "--name",
                "X",
                "--email",
                "x@example.org",
                "--username",
                "xx",
                "--password-stdin",
            ],
            1,
        ),
    ],
)
def test_bad_input_ends_with_one_clear_line_and_writes_nothing(app, house, runner, arguments, code):
    done = create(runner, *arguments, typed="short\n")
    assert done.exit_code == code
    if code == 1:
        assert done.output.startswith("Error: ")
        assert len(done.output.splitlines()) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count(Person.id))) == 6
        assert db.session.scalar(select(func.count(User.id))) == 6


def test_unlock_lets_somebody_try_again(app, house, runner):
    for _wrong in range(6):
        sign_in("bo", "wrong")
    assert sign_in("bo", house.password("bo")) is None
    assert runner.invoke(args=["user", "unlock", "BO@example.org"]).exit_code == 0
    assert sign_in("bo", house.password("bo"))
    failed = runner.invoke(args=["user", "unlock", "nobody"])
    assert (failed.exit_code, failed.output) == (1, "Error: No user is called nobody.\n")
