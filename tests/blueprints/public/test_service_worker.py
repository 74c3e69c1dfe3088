"""The script that a browser runs in the background: at the root, as a script, and it keeps no page of anybody."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]


def shell(client):
    return json.loads(re.match(r"const SHELL = (.*);\n", client.get("/service-worker.js").text).group(1))


def test_it_stands_at_the_root_as_a_script_that_is_looked_for_anew(client):
    answer = client.get("/service-worker.js")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.safety("W8")
def test_it_keeps_files_and_the_offline_pages_and_nothing_that_needs_a_sign_in(client, house):
    told = shell(client)
    for path in told["files"]:
        assert path.startswith("/static/")
        assert client.get(path).status_code == 200
    assert told["offline"] == {"en": "/offline/en", "es": "/offline/es"}
    for path in (told["icon"], told["badge"]):
        assert client.get(path).mimetype == "image/png"


@pytest.mark.safety("W8")
def test_the_offline_page_needs_no_file_that_is_not_kept(client, house):
    page = client.get("/offline/en").text
    wanted = re.findall(r'(?:<script src|rel="stylesheet" href|<use href)="([^"#]+)', page)
    assert set(wanted) - set(shell(client)["files"]) == {
        path for path in wanted if "htmx" in path
    }  # which serves nothing there


@pytest.mark.safety("W8")
def test_it_is_the_same_for_everybody_and_says_nothing_of_who_asks(client, house):
    assert house.client("bo").get("/service-worker.js").text == client.get("/service-worker.js").text


def test_a_name_cannot_end_the_script(client, house, monkeypatch):
    from blueprints.shared import frame

    monkeypatch.setattr(frame, "business", lambda: {"name": "</script><b>'\"\u2028"})
    told = client.get("/service-worker.js").text.split("\n")[0]
    assert "<" not in told
    assert (
        json.loads(told.removeprefix("const SHELL = ").removesuffix(";"))["name"] == "</script><b>'\"\u2028"
    )


def test_it_evaluates_nothing_and_takes_in_no_other_script():
    script = (PROJECT / "static" / "service-worker.js").read_text("utf-8")
    for word in ("indexedDB", "importScripts", "eval", "Function("):
        assert word not in script


def test_every_page_says_whose_it_is_by_a_code_that_tells_nothing(client, house):
    bo, again, tess = (house.client(name).get("/dashboard") for name in ("bo", "bo", "tess"))
    assert (
        bo.headers["Duebook-Visitor"] == again.headers["Duebook-Visitor"] != tess.headers["Duebook-Visitor"]
    )
    assert len(bo.headers["Duebook-Visitor"]) == 24
    assert house.user("bo") not in bo.headers["Duebook-Visitor"]
    assert client.get("/sign-in").headers["Duebook-Visitor"] == "none"
    assert "Duebook-Visitor" not in client.get("/healthz").headers
    half = house.client("dana", stage="password")
    assert half.get("/second-factor").headers["Duebook-Visitor"] == "none"
