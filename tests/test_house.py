"""Every check of the house finds what it is for: a small bad sample makes it complain, the good twin does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.house.code import (
    clocks_below_the_edges,
    commits_outside_the_door,
    drifting_names,
    floats_near_money,
    long_files,
    long_functions,
    places_of_this_machine,
)
from tests.house.imports import imports_barred_libraries, imports_upwards, imports_what_is_not_installed
from tests.house.pages import (
    inline_code_in_templates,
    pages_that_name_a_kind,
    pages_that_touch_the_session,
    pages_without_templates,
    pages_without_tests,
)

Check = Callable[[Path], list[str]]

# check, place of the bad file, its text, part of the complaint, the text of a good twin at the same place
SAMPLES: list[tuple[Check, str, str, str, str]] = [
    (imports_upwards, "domain/rules/x.py", "import models", "may not import models", "import domain.words"),
    (imports_upwards, "domain/records/x.py", "from domain.actions import pay", "domain.actions", "import models"),
    (imports_upwards, "domain/reports/x.py", "from ..actions import pay", "domain.actions", "from . import y"),
    (imports_upwards, "gateways/x.py", "def f():\n    import models", "models", "import domain.rules.money"),
    (imports_upwards, "papers/x.py", "from channels.email import send", "channels", "import domain.words"),
    (imports_upwards, "blueprints/portal/x.py", "from domain.records import books", "records", "import papers.x"),
    (imports_upwards, "blueprints/portal/x.py", "import jobs", "may not import jobs", "import domain.reports.x"),
    (imports_upwards, "commands/x.py", "from gateways.base import Gateway", "gateways", "import domain.actions"),
    (imports_upwards, "jobs.py", "from app import create_app", "may not import app", "import domain.actions"),
    (imports_upwards, "domain/extra.py", "", "in no room of the plan", ""),
    (imports_barred_libraries, "domain/actions/x.py", "from flask import g", "flask", "import sqlalchemy"),
    (imports_barred_libraries, "domain/rules/x.py", "import sqlalchemy as sa", "sqlalchemy", "import decimal"),
    (imports_barred_libraries, "channels/x.py", "import flask_login", "flask_login", "import smtplib"),
    (imports_what_is_not_installed, "papers/x.py", "import pytest", "pytest is not in", "import flask, json"),
    (commits_outside_the_door, "domain/actions/x.py", "db.session.commit()", "commits", "commit_later()"),
    (commits_outside_the_door, "jobs.py", "c.execute('commit;')", "by SQL", "c.execute('begin')"),
    (floats_near_money, "domain/rules/x.py", "rate = 0.5", "literal 0.5", "rate = 5"),
    (floats_near_money, "papers/x.py", "total = float('1')", "uses float", "total = int('1')"),
    (floats_near_money, "gateways/x.py", "def f(timeout: float): ...", "uses float", "def f(timeout: int): ..."),
    (floats_near_money, "models.py", "import sqlalchemy as sa\nc = sa.Float", "Float", "import sqlalchemy as sa"),
    (floats_near_money, "models.py", "from sqlalchemy import Numeric\nNumeric(9)", "Numeric", "Numeric = 1"),
    (clocks_below_the_edges, "domain/actions/x.py", "import datetime as d\nd.datetime.now()", "clock", "n = 1"),
    (clocks_below_the_edges, "papers/x.py", "from datetime import date\ndate.today()", "clock", "n = 1"),
    (clocks_below_the_edges, "gateways/x.py", "from time import time as t\nt()", "time.time", "n = 1"),
    (clocks_below_the_edges, "models.py", "from datetime import datetime\nC(default=datetime.now)", "hands", "C()"),
    (clocks_below_the_edges, "models.py", "from sqlalchemy import func\nC(default=func.now())", "func.now", "C()"),
    (long_functions, "bin/x.py", "def f():\n" + "    a = 1\n" * 60, "61 lines", "def f():\n" + "    a = 1\n" * 59),
    (long_files, "domain/rules/x.py", "a = 1\n" * 301, "301 lines", "a = 1\n" * 300),
    (long_files, "models.py", "a = 1\n" * 1301, "1301 lines", "a = 1\n" * 1300),
    (long_files, "templates/portal/x.html", "<p>\n" * 301, "301 lines", "<p>\n" * 300),
    (drifting_names, "domain/rules/money_utils.py", "", "named after nothing", ""),
    (drifting_names, "jobs.py", "class MailManager: ...", "MailManager", "class Mailbox: ..."),
    (drifting_names, "jobs.py", "def process_data(): ...", "process_data", "def settle(): ..."),
    (places_of_this_machine, "README.md", "see /root" + "/notes", "names /root", "see /usr/bin/make"),
    (places_of_this_machine, "README.md", "https://py" + "pi.org/x", "names py", "https://example.org/x"),
    (inline_code_in_templates, "templates/a.html", "<script>x</script>", "script", "<script src='a.js'></script>"),
    (inline_code_in_templates, "templates/a.html", '<p style="x">', "style", '<p class="style">'),
    (inline_code_in_templates, "templates/a.html", "<style>p{}</style>", "style sheet", "{# <style> #}"),
    (inline_code_in_templates, "templates/a.html", '<a onclick="x">', "event", '<a data-on="x">'),
    (inline_code_in_templates, "templates/a.html", '<a hx-on:click="x">', "hx-on", '<a hx-get="/">'),
    (inline_code_in_templates, "templates/a.html", '<a href="javascript:x">', "javascript:", '<a href="/j">'),
    (inline_code_in_templates, "templates/a.html", """<a hx-vals='js:{}'>""", "js:", """<a hx-vals='{}'>"""),
    (inline_code_in_templates, "templates/a.html", '<a hx-trigger="click[x]">', "filter", '<a hx-trigger="click">'),
    (pages_that_name_a_kind, "blueprints/portal/x.py", "ok = a.kind == 'loan'", "'loan'", "ok = a.ref == 'x'"),
    (pages_that_name_a_kind, "blueprints/portal/x.py", "k in ('rental', 'loan')", "'rental'", "k in ('a', 'b')"),
    (pages_that_name_a_kind, "blueprints/x.py", "match k:\n case 'lease': pass", "'lease'", "title = 'loan'"),
    (pages_that_name_a_kind, "templates/x.html", "{% if a.kind == 'x' %}", "a kind", "{{ a.kind_title }}"),
    (pages_that_touch_the_session, "blueprints/x.py", "from models import db", "models.db", "from models import A"),
    (pages_that_touch_the_session, "blueprints/x.py", "from sqlalchemy import select", "sqlalchemy", "import json"),
    (pages_that_touch_the_session, "blueprints/x.py", "import models\nmodels.session", "session", "import models"),
]  # fmt: skip


def write(root: Path, contents: Mapping[str, str]) -> Path:
    for place, text in contents.items():
        path = root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.mark.parametrize(
    ("check", "place", "bad", "complaint", "good"),
    SAMPLES,
    ids=[f"{sample[0].__name__}-{number}" for number, sample in enumerate(SAMPLES)],
)
def test_a_bad_sample_makes_its_check_complain(tmp_path, check, place, bad, complaint, good) -> None:
    pins = "flask==1\nsqlalchemy==2\n"
    found = check(write(tmp_path / "bad", {"requirements.txt": pins, place: bad}))
    assert any(complaint in line and line.startswith(place) for line in found), found
    if good != bad:
        assert check(write(tmp_path / "good", {"requirements.txt": pins, place: good})) == []


PAGE = "@portal.get('/payments')\ndef index():\n    return render('portal/payments/index.html')\n"
COMPLETE = {
    "blueprints/portal/payments.py": PAGE,
    "templates/portal/payments/index.html": "<p>",
    "tests/blueprints/portal/test_payments.py": "",
}


@pytest.mark.parametrize(
    ("check", "missing"),
    [
        (pages_without_templates, "templates/portal/payments/index.html"),
        (pages_without_tests, "tests/blueprints/portal/test_payments.py"),
    ],
)
def test_a_page_without_its_folder_or_test_is_found(tmp_path, check, missing) -> None:
    assert check(write(tmp_path / "whole", COMPLETE)) == []
    partly = {place: text for place, text in COMPLETE.items() if place != missing}
    assert len(check(write(tmp_path / "partly", partly))) == 1


def test_a_redirecting_page_needs_no_template_folder(tmp_path) -> None:
    page = "@public.post('/language')\ndef set():\n    return redirect('/')\n"
    assert pages_without_templates(write(tmp_path, {"blueprints/public/language.py": page})) == []


def test_mail_may_carry_its_own_style_and_comments_are_not_code(tmp_path) -> None:
    write(
        tmp_path,
        {"templates/mail/_base.html": "<style>p{}</style>", "templates/a.html": "{# never style=\nhere #}"},
    )
    assert inline_code_in_templates(tmp_path) == []


def test_the_transaction_and_the_outside_company_may_commit(tmp_path) -> None:
    kept = {"domain/transaction.py": "s.commit()", "gateways/sandbox/processor.py": "s.commit()"}
    assert commits_outside_the_door(write(tmp_path, kept)) == []


def test_installed_things_and_hidden_folders_are_not_read(tmp_path) -> None:
    write(tmp_path, {".venv/x/utils.py": "", "instance/helpers.py": "", ".mypy_cache/utils.py": ""})
    assert drifting_names(tmp_path) == []
